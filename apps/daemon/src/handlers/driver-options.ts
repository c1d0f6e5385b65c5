import type { driverOptions } from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import type { Endpoint } from "../endpoints/endpoint.ts";
import type { Room, Session } from "./room.ts";

export function handleDriverOptions(room: Room, session: Session): HandlerOf<typeof driverOptions> {
  return async ({ name }) => {
    const { driver, version, optionsSchema } =
      (await ofPackage(room, name)) ?? (await room.endpoints.describe(name, session.environment));
    return { name, driver, version, schema: { ...optionsSchema } };
  };
}

/** What an installed driver's manifest says, so that it need not be started. */
async function ofPackage(
  { drivers }: Room,
  name: string,
): Promise<Pick<Endpoint, "driver" | "version" | "optionsSchema"> | undefined> {
  const found = await drivers.installed.find(name);
  if (found === undefined) return undefined;
  const { version, optionsSchema } = found.manifest;
  return { driver: name, version, optionsSchema };
}
