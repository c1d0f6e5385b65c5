import { ConnectionClosedError, RPC_CODES, RpcError } from "@gantry/rpc";
import { z } from "zod";
import { shortText } from "./clean-text.ts";
import { DRIVER_ERROR_CODES, DriverError, type DriverErrorCode, type Location } from "../errors.ts";

const WireLocation = z.object({
  path: z.string().min(1).max(4_096),
  line: z.int().positive().exactOptional(),
  column: z.int().positive().exactOptional(),
});

/** The JSON-RPC code of every driver error; `data.code` says which one it is. */
export const DRIVER_ERROR_RPC_CODE = 1;

/** Puts a driver's error on the wire. `undefined` for anything that is not one: a defect of the driver's. */
export function toWireError(error: unknown): RpcError | undefined {
  if (!(error instanceof DriverError)) return undefined;
  const { code, message, hint, need, location } = error;
  return new RpcError(DRIVER_ERROR_RPC_CODE, message, {
    code,
    hint,
    ...(need === undefined ? {} : { need }),
    ...(location === undefined ? {} : { location }),
  });
}

/** Makes the error of a call to driver `name` a `DriverError`, whatever the driver sent; `fault` is what ended the connection. */
export function fromWireError(error: unknown, name: string, fault?: string): DriverError {
  if (error instanceof DriverError) return error;
  if (error instanceof ConnectionClosedError) {
    if (fault !== undefined) return protocolError(name, fault, error);
    return new DriverError("driver-lost", `Driver ${name} ended in the middle of its work.`, {
      hint: `See \`gantry drivers doctor ${name}\` for what it printed last.`,
      cause: error,
    });
  }
  if (!(error instanceof RpcError)) return protocolError(name, messageOf(error), error);
  if (error.rpcCode === RPC_CODES.canceled) {
    return new DriverError("canceled", "The work was cancelled.", {
      hint: "Start it again.",
      cause: error,
    });
  }
  if (error.rpcCode === RPC_CODES.invalidRequest) return protocolError(name, error.message, error);
  const code = DRIVER_ERROR_CODES.find((known) => known === error.data.code);
  return code === undefined ? protocolError(name, messageOf(error), error) : sentError(code, error);
}

/** What to say of a driver that broke the protocol. */
export function protocolError(name: string, detail: string, cause?: unknown): DriverError {
  const told = shortText(detail, 500);
  return new DriverError("protocol", `Driver ${name} broke the driver protocol: ${told}`, {
    hint: `Update driver ${name}, or tell its author.`,
    cause,
  });
}

function sentError(code: DriverErrorCode, error: RpcError): DriverError {
  const { hint, need, location } = error.data;
  const place = toLocation(location);
  return new DriverError(code, shortText(error.message, 4_000), {
    hint: typeof hint === "string" ? shortText(hint, 1_000) : "See the driver's documentation.",
    cause: error,
    ...(typeof need === "string" ? { need: shortText(need, 200) } : {}),
    ...(place === undefined ? {} : { location: place }),
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "an answer that makes no sense";
}

function toLocation(value: unknown): Location | undefined {
  return WireLocation.safeParse(value).data;
}
