import type { EnginePower } from "@gantry/driver-package";
import type { ImageLedger } from "./labels/image-ledger.ts";
import type { BrokerOwner } from "./request.ts";
import type { Engine } from "./transport/engine.ts";

/** What all calls through one broker have in common. */
export interface Room {
  readonly engine: Engine;
  readonly power: EnginePower;
  readonly owner: BrokerOwner;
  readonly labels: Readonly<Record<string, string>>;
  readonly images: ImageLedger;
  readonly logsDir: string | undefined;
}
