import { RPC_CODES, RpcError } from "@gantry/rpc";
import type { Driver } from "../driver.ts";
import { DriverError } from "../errors.ts";

/** The driver behind a connection, once `driver.initialize` has made it. */
export class Served {
  #driver: Driver | undefined;

  get driver(): Driver {
    if (this.#driver !== undefined) return this.#driver;
    throw new RpcError(RPC_CODES.invalidRequest, "The driver is not initialized.", {
      code: "protocol",
      hint: "Call driver.initialize first.",
    });
  }

  set(driver: Driver): void {
    this.#driver = driver;
  }

  async close(): Promise<void> {
    const driver = this.#driver;
    this.#driver = undefined;
    await driver?.[Symbol.asyncDispose]();
  }
}

/** What a call to something that the driver does not have gets. */
export function lacking(what: string): DriverError {
  return new DriverError("unsupported", `This driver has no ${what}.`, {
    need: what,
    hint: "Choose an endpoint whose driver has it: `gantry drivers list`.",
  });
}
