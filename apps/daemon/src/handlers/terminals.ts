import type {
  terminalAttach,
  terminalClose,
  terminalList,
  terminalOpen,
  terminalResize,
  terminalWrite,
} from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { Fault } from "../fault.ts";
import { openTerminal, type Where } from "../terminals/open-terminal.ts";
import type { Room, Session } from "./room.ts";

export function handleTerminalOpen(room: Room, session: Session): HandlerOf<typeof terminalOpen> {
  return async (params, { signal }) => {
    const { environment, client } = session;
    const { command, size, colorTerm } = params;
    const who = client === undefined ? {} : { openedBy: client };
    const colours = colorTerm === undefined ? {} : { colorTerm };
    const asked = { where: whereOf(params), command, size, environment, ...who, ...colours };
    const opened = await openTerminal(room, asked, signal);
    return { terminal: opened.view };
  };
}

type Asked = Parameters<HandlerOf<typeof terminalOpen>>[0];

function whereOf({ name, namespace, image, source, driver }: Asked): Where {
  const at = driver === undefined ? {} : { endpoint: driver };
  if (source?.file !== undefined || source?.dir !== undefined)
    return { place: "bundle", source, ...at };
  if (name !== undefined) return { place: image ? "image" : "run", name, namespace, ...at };
  throw new Fault("input-invalid", "Neither an installation nor a bundle was named.", {
    hint: "Give the name of an installation, or the source of a bundle.",
  });
}

export function handleTerminalList({ terminals }: Room): HandlerOf<typeof terminalList> {
  return async () => ({ terminals: [...terminals.list()] });
}

export function handleTerminalAttach({ terminals }: Room): HandlerOf<typeof terminalAttach> {
  return async ({ terminalId, after }, { signal, report }) => {
    const session = terminals.get(terminalId);
    for await (const { offset, data } of session.read(after, signal)) {
      await report({ offset, data: Buffer.from(data).toString("base64") });
    }
    signal.throwIfAborted();
    return { exitCode: await session.ended };
  };
}

export function handleTerminalWrite({ terminals }: Room): HandlerOf<typeof terminalWrite> {
  return async ({ terminalId, data }, { signal }) => {
    await terminals.get(terminalId).write(Buffer.from(data, "base64"), signal);
    return {};
  };
}

export function handleTerminalResize({ terminals }: Room): HandlerOf<typeof terminalResize> {
  return async ({ terminalId, size }, { signal }) => {
    await terminals.get(terminalId).resize(size, signal);
    return {};
  };
}

export function handleTerminalClose({ terminals }: Room): HandlerOf<typeof terminalClose> {
  return async ({ terminalId }) => {
    await terminals.close(terminalId);
    return {};
  };
}
