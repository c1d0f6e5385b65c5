import { METHODS } from "@gantry/protocol";
import { type Binding, bind, type HandlerOf, type Method } from "@gantry/rpc";
import { Fault } from "../fault.ts";
import {
  handleBuild,
  handleInstall,
  handleInvoke,
  handleUninstall,
  handleUpgrade,
} from "./actions.ts";
import { handleAuditRead } from "./audit.ts";
import {
  handleConfigChange,
  handleConfigSet,
  handleConfigShow,
  handleConfigUnset,
} from "./config.ts";
import { handleBundlePublish } from "./bundle-publish.ts";
import { handleBundleWhy } from "./bundle-why.ts";
import { handleBundleExplain, handleBundleList } from "./bundles.ts";
import {
  handleDaemonStatus,
  handleDaemonStop,
  handleDiscover,
  handleInitialize,
} from "./daemon.ts";
import { handleGrantList, handleGrantRevoke } from "./grants.ts";
import { handleInstallationDelete } from "./delete-installation.ts";
import { handleDriverOptions } from "./driver-options.ts";
import {
  handleDriverInspect,
  handleDriverInstall,
  handleDriverPackages,
  handleDriverPush,
  handleDriverRemove,
  handleDriverRestore,
  handleDriverSearch,
} from "./driver-packages.ts";
import {
  handleDriverList,
  handleDriverProbe,
  handleDriverRestart,
  handleDriverShow,
} from "./drivers.ts";
import { handleInstallationList, handleInstallationShow, handleRunList } from "./installations.ts";
import {
  handleLogRead,
  handleOperationCancel,
  handleOperationList,
  handleOperationRequest,
  handleOperationWatch,
} from "./operations.ts";
import { handleInstallationPlan } from "./plan.ts";
import { handleOutputList, handleOutputShow } from "./outputs.ts";
import type { Room, Session } from "./room.ts";
import {
  handleTerminalAttach,
  handleTerminalClose,
  handleTerminalList,
  handleTerminalOpen,
  handleTerminalResize,
  handleTerminalWrite,
} from "./terminals.ts";
import { handleDriverVerify } from "./verify-driver.ts";

type Handlers = { readonly [Name in keyof typeof METHODS]: HandlerOf<(typeof METHODS)[Name]> };

function configHandlers(room: Room): Pick<Handlers, `config.${string}` & keyof Handlers> {
  return {
    "config.show": handleConfigShow(room),
    "config.set": handleConfigSet(room),
    "config.unset": handleConfigUnset(room),
    "config.change": handleConfigChange(room),
  };
}

/** The code behind every method; one that is missing does not compile. */
function handlers(room: Room, session: Session): Handlers {
  return {
    initialize: handleInitialize(room, session),
    "rpc.discover": handleDiscover(room),
    "daemon.status": handleDaemonStatus(room),
    "daemon.stop": handleDaemonStop(room),
    ...bundleHandlers(room, session),
    "installation.install": handleInstall(room, session),
    "installation.upgrade": handleUpgrade(room, session),
    "installation.invoke": handleInvoke(room, session),
    "installation.uninstall": handleUninstall(room, session),
    "installation.plan": handleInstallationPlan(room, session),
    "installation.list": handleInstallationList(room),
    "installation.show": handleInstallationShow(room),
    "installation.delete": handleInstallationDelete(room),
    "grant.list": handleGrantList(room),
    "grant.revoke": handleGrantRevoke(room),
    "run.list": handleRunList(room),
    "log.read": handleLogRead(room),
    "output.list": handleOutputList(room),
    "output.show": handleOutputShow(room),
    "operation.list": handleOperationList(room),
    "operation.watch": handleOperationWatch(room),
    "operation.cancel": handleOperationCancel(room),
    "operation.request": handleOperationRequest(room),
    "terminal.open": handleTerminalOpen(room, session),
    "terminal.list": handleTerminalList(room),
    "terminal.attach": handleTerminalAttach(room),
    "terminal.write": handleTerminalWrite(room),
    "terminal.resize": handleTerminalResize(room),
    "terminal.close": handleTerminalClose(room),
    "driver.list": handleDriverList(room, session),
    "driver.show": handleDriverShow(room, session),
    "driver.options": handleDriverOptions(room, session),
    ...configHandlers(room),
    "driver.verify": handleDriverVerify(room, session),
    "audit.read": handleAuditRead(room),
    "driver.inspect": handleDriverInspect(room, session),
    "driver.install": handleDriverInstall(room),
    "driver.packages": handleDriverPackages(room),
    "driver.push": handleDriverPush(room, session),
    "driver.remove": handleDriverRemove(room),
    "driver.restore": handleDriverRestore(room, session),
    "driver.search": handleDriverSearch(room, session),
    "driver.probe": handleDriverProbe(room, session),
    "driver.restart": handleDriverRestart(room, session),
  };
}

function bundleHandlers(room: Room, session: Session) {
  return {
    "bundle.build": handleBuild(room, session),
    "bundle.why": handleBundleWhy(room, session),
    "bundle.publish": handleBundlePublish(room, session),
    "bundle.explain": handleBundleExplain(room, session),
    "bundle.list": handleBundleList(room),
  } satisfies Partial<Handlers>;
}

/** What one connection is served. */
export function bindAll(room: Room, session: Session): Binding[] {
  const table = handlers(room, session);
  return Object.entries(METHODS).map(([name, method]) => {
    // The keys of both are the same, and each handler was checked against its own method above.
    const handler = table[name as keyof typeof METHODS] as HandlerOf<Method>;
    return bind(
      method as Method,
      name === "initialize" ? handler : unlessLeaving(session, handler),
    );
  });
}

function unlessLeaving(session: Session, handler: HandlerOf<Method>): HandlerOf<Method> {
  return async (params, context) => {
    if (!session.isLeaving) return handler(params, context);
    throw new Fault("daemon-outdated", "The daemon makes way for one of a newer build.", {
      hint: "Try again: the next command starts the new one.",
    });
  };
}
