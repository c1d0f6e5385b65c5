import type {
  driverList,
  driverProbe,
  driverRestart,
  driverShow,
  Endpoint as EndpointView,
} from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { unknownEndpoint } from "../endpoints/registry.ts";
import { brokenView, dormantView, probe, runningView } from "./endpoint-view.ts";
import { Fault } from "../fault.ts";
import type { Room, Session } from "./room.ts";

export function handleDriverList(room: Room, session: Session): HandlerOf<typeof driverList> {
  return async ({ start }, { signal }) => {
    const names = [...new Set(await room.endpoints.names())];
    const views = names.map((name) => view(room, session, { name, start, signal }));
    return { endpoints: await Promise.all(views) };
  };
}

export function handleDriverShow(room: Room, session: Session): HandlerOf<typeof driverShow> {
  return async ({ name }, { signal }) => {
    const process = await room.endpoints.process(name, session.environment);
    try {
      const endpoint = await room.endpoints.get(name, session.environment);
      return {
        endpoint: await runningView(endpoint, signal),
        optionsSchema: { ...endpoint.optionsSchema },
      };
    } catch (error) {
      // One that cannot be started is there all the same, with what is wrong with it.
      if (process === undefined) throw error;
      return { endpoint: brokenView({ name, error, process }), optionsSchema: {} };
    }
  };
}

export function handleDriverProbe(room: Room, session: Session): HandlerOf<typeof driverProbe> {
  return async ({ name }, { signal }) => {
    const endpoint = await room.endpoints.get(name, session.environment);
    return { probe: await probe(endpoint, signal) };
  };
}

export function handleDriverRestart(room: Room, session: Session): HandlerOf<typeof driverRestart> {
  return async ({ name }) => {
    const process = await room.endpoints.process(name, session.environment);
    if (process === undefined) throw await withoutProcess(room, name);
    process.supervisor.restart();
    return {};
  };
}

/** Not every endpoint is restarted: a driver that is linked in lives and ends with the daemon. */
async function withoutProcess({ endpoints }: Room, name: string): Promise<Fault> {
  const names = await endpoints.names();
  if (!names.includes(name)) return unknownEndpoint(name, names);
  return new Fault("unsupported", `${name} has no process of its own that could be restarted.`, {
    hint: "It is part of the daemon, which `gantry daemon stop` ends; the next command starts another.",
  });
}

interface Wanted {
  readonly name: string;
  readonly start: boolean;
  readonly signal: AbortSignal;
}

/** An endpoint that cannot even be made is shown with what is wrong with it. */
async function view(
  room: Room,
  session: Session,
  { name, start, signal }: Wanted,
): Promise<EndpointView> {
  const process = await room.endpoints.process(name, session.environment).catch(() => undefined);
  if (process !== undefined && !start && !process.supervisor.isRunning) return dormantView(process);
  try {
    return await runningView(await room.endpoints.get(name, session.environment), signal);
  } catch (error) {
    const installed = await room.endpoints.packageOf(name).catch(() => undefined);
    return brokenView({ name, error, process, installed });
  }
}
