export { type Broker, openBroker } from "./broker.ts";
export { BrokerError } from "./errors.ts";
export { BROKER_LABEL, ownerLabels } from "./labels/labels.ts";
export type {
  BrokerEntry,
  BrokerOwner,
  BrokerRequest,
  ImageRecords,
  ObtainedImage,
} from "./request.ts";
