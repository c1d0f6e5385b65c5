import { DriverError } from "@gantry/driver-api";
import type { ReadConfig } from "./config.ts";
import type { WrittenOptions } from "./options.ts";
import { Fault } from "../fault.ts";

/** How to find the options of an endpoint in its user's file; nothing for one that the file does not name. */
export function locatorOf(
  { config, document }: ReadConfig,
  name: string,
): Pick<WrittenOptions, "locate"> {
  const index = config.endpoints.findIndex((endpoint) => endpoint.name === name);
  if (index < 0) return {};
  const top = ["endpoints", index, "options"];
  return {
    locate: (path, key) => {
      const at = [...top, ...path];
      // What came from a variable or from the user's environment is in no file.
      if (path.length > 0 && !document.has(at)) return undefined;
      return key === undefined ? document.place(at) : document.keyPlace(at, key);
    },
  };
}

/** The same error; one in which a driver refuses its options says where its user wrote them. */
export function pointed(error: unknown, read: ReadConfig, name: string): unknown {
  if (!(error instanceof DriverError) || error.code !== "invalid-options") return error;
  const { message, hint } = error;
  const place = locatorOf(read, name).locate?.([]);
  return new Fault("invalid-options", message, { hint, place, cause: error });
}
