import { access } from "node:fs/promises";
import { basename } from "node:path";
import { newId } from "@gantry/cnab";
import type { driverVerify } from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import type { WayToStart } from "../verify/driver-under-test.ts";
import type { Room, Session } from "./room.ts";

/** The endpoint that builds the suite's test image: it needs no engine. */
const MAKER = "local";

export function handleDriverVerify(room: Room, session: Session): HandlerOf<typeof driverVerify> {
  return async (params, { signal, report }) => {
    // Loaded when asked for: the suite is nobody else's business.
    const { verifyDriver } = await import("../verify/verify-driver.ts");
    const maker = async () => (await room.endpoints.get(MAKER, session.environment)).instance;
    const { dir, installed } = await packageAt(room, params.dir);
    const path = session.environment["PATH"] ?? room.environment["PATH"] ?? "";
    const { launcher, environment } = room.launching;
    const owner = `verified-${newId({}).toLowerCase()}`;
    using _forgotten = forgetting(room, owner);
    const way = {
      owner,
      launcher: params.unconfined ? undefined : launcher,
      environment: { ...environment, PATH: path },
      installed,
    };
    return await verifyDriver({ ...params, dir, way, maker }, { signal, report });
  };
}

function forgetting({ store }: Room, name: string): Disposable {
  return { [Symbol.dispose]: () => store.obtainedImages.forget({ kind: "driver", name }) };
}

/** The directory, or where there is none of that name the content of the driver that is installed under it. */
async function packageAt({ drivers }: Room, dir: string): Promise<PackageAt> {
  const isThere = await access(dir).then(
    () => true,
    () => false,
  );
  if (isThere) return { dir, installed: undefined };
  const found = await drivers.installed.find(basename(dir));
  if (found === undefined) return { dir, installed: undefined };
  const { directory, granted, sha512, linked } = found;
  return { dir: directory, installed: { granted, ...(linked ? {} : { sha512 }) } };
}

interface PackageAt {
  readonly dir: string;
  readonly installed: WayToStart["installed"];
}
