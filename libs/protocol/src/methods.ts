import { auditRead } from "./audit-read.ts";
import { bundleBuild } from "./bundle-build.ts";
import { configChange } from "./config-change.ts";
import { configSet } from "./config-set.ts";
import { configShow } from "./config-show.ts";
import { configUnset } from "./config-unset.ts";
import { bundlePublish } from "./bundle-publish.ts";
import { bundleWhy } from "./bundle-why.ts";
import { bundleExplain } from "./bundle-explain.ts";
import { bundleList } from "./bundle-list.ts";
import { daemonStatus } from "./daemon-status.ts";
import { daemonStop } from "./daemon-stop.ts";
import { driverInspect } from "./driver-inspect.ts";
import { driverInstall } from "./driver-install.ts";
import { driverList } from "./driver-list.ts";
import { driverOptions } from "./driver-options.ts";
import { driverPackages } from "./driver-packages.ts";
import { driverPush } from "./driver-push.ts";
import { driverRemove } from "./driver-remove.ts";
import { driverRestore } from "./driver-restore.ts";
import { driverSearch } from "./driver-search.ts";
import { driverProbe } from "./driver-probe.ts";
import { driverRestart } from "./driver-restart.ts";
import { driverShow } from "./driver-show.ts";
import { grantList } from "./grant-list.ts";
import { grantRevoke } from "./grant-revoke.ts";
import { driverVerify } from "./driver-verify.ts";
import { initialize } from "./initialize.ts";
import { installationDelete } from "./installation-delete.ts";
import { installationInstall } from "./installation-install.ts";
import { installationInvoke } from "./installation-invoke.ts";
import { installationList } from "./installation-list.ts";
import { installationPlan } from "./installation-plan.ts";
import { installationShow } from "./installation-show.ts";
import { installationUninstall } from "./installation-uninstall.ts";
import { installationUpgrade } from "./installation-upgrade.ts";
import { logRead } from "./log-read.ts";
import { operationCancel } from "./operation-cancel.ts";
import { operationList } from "./operation-list.ts";
import { operationRequest } from "./operation-request.ts";
import { operationWatch } from "./operation-watch.ts";
import { outputList } from "./output-list.ts";
import { outputShow } from "./output-show.ts";
import { rpcDiscover } from "./rpc-discover.ts";
import { runList } from "./run-list.ts";
import { terminalAttach } from "./terminal-attach.ts";
import { terminalClose } from "./terminal-close.ts";
import { terminalList } from "./terminal-list.ts";
import { terminalOpen } from "./terminal-open.ts";
import { terminalResize } from "./terminal-resize.ts";
import { terminalWrite } from "./terminal-write.ts";

/** Every method of the daemon, by its wire name. A daemon's table of handlers has exactly these keys. */
export const METHODS = {
  initialize,
  "rpc.discover": rpcDiscover,
  "daemon.status": daemonStatus,
  "daemon.stop": daemonStop,
  "bundle.build": bundleBuild,
  "bundle.publish": bundlePublish,
  "bundle.why": bundleWhy,
  "bundle.explain": bundleExplain,
  "bundle.list": bundleList,
  "installation.install": installationInstall,
  "installation.upgrade": installationUpgrade,
  "installation.invoke": installationInvoke,
  "installation.uninstall": installationUninstall,
  "installation.plan": installationPlan,
  "installation.list": installationList,
  "installation.show": installationShow,
  "installation.delete": installationDelete,
  "grant.list": grantList,
  "grant.revoke": grantRevoke,
  "run.list": runList,
  "log.read": logRead,
  "output.list": outputList,
  "output.show": outputShow,
  "operation.list": operationList,
  "operation.watch": operationWatch,
  "operation.cancel": operationCancel,
  "operation.request": operationRequest,
  "terminal.open": terminalOpen,
  "terminal.list": terminalList,
  "terminal.attach": terminalAttach,
  "terminal.write": terminalWrite,
  "terminal.resize": terminalResize,
  "terminal.close": terminalClose,
  "driver.list": driverList,
  "driver.show": driverShow,
  "driver.options": driverOptions,
  "config.show": configShow,
  "config.set": configSet,
  "config.unset": configUnset,
  "config.change": configChange,
  "driver.verify": driverVerify,
  "audit.read": auditRead,
  "driver.inspect": driverInspect,
  "driver.install": driverInstall,
  "driver.packages": driverPackages,
  "driver.push": driverPush,
  "driver.remove": driverRemove,
  "driver.restore": driverRestore,
  "driver.search": driverSearch,
  "driver.probe": driverProbe,
  "driver.restart": driverRestart,
} as const;

/** The methods by name, as a type: what a client needs that sends names and loads no schema. */
export type Methods = typeof METHODS;
export type MethodName = keyof Methods;
