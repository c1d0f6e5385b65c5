export { AuditEntry, auditRead } from "./audit-read.ts";
export { bundleBuild } from "./bundle-build.ts";
export { configChange } from "./config-change.ts";
export { configSet } from "./config-set.ts";
export { ConfigEntry, configShow } from "./config-show.ts";
export { configUnset } from "./config-unset.ts";
export { bundlePublish } from "./bundle-publish.ts";
export { bundleWhy } from "./bundle-why.ts";
export { bundleExplain } from "./bundle-explain.ts";
export { bundleList, KnownBundle } from "./bundle-list.ts";
export { ClientInfo } from "./client-info.ts";
export { daemonStatus } from "./daemon-status.ts";
export { daemonStop } from "./daemon-stop.ts";
export { driverInspect, Inspection } from "./driver-inspect.ts";
export { driverInstall } from "./driver-install.ts";
export { driverList } from "./driver-list.ts";
export { driverOptions } from "./driver-options.ts";
export { DriverPackage, InstalledPackage, PowerText, PublisherView } from "./driver-package.ts";
export { driverPackages } from "./driver-packages.ts";
export { driverProbe } from "./driver-probe.ts";
export { driverPush } from "./driver-push.ts";
export { driverRemove } from "./driver-remove.ts";
export { driverRestart } from "./driver-restart.ts";
export { driverRestore } from "./driver-restore.ts";
export { driverSearch } from "./driver-search.ts";
export { driverShow } from "./driver-show.ts";
export { driverVerify, VerifiedCase } from "./driver-verify.ts";
export { DriverProcess, Endpoint, EndpointProbe } from "./endpoint.ts";
export { ERRORS, type ErrorCode, type ErrorKind, isErrorCode } from "./errors.ts";
export { grantList } from "./grant-list.ts";
export { grantRevoke } from "./grant-revoke.ts";
export { ExplainedBundle, ExplainedCredential, ExplainedParameter } from "./explained-bundle.ts";
export { initialize } from "./initialize.ts";
export { Installation } from "./installation.ts";
export { installationDelete } from "./installation-delete.ts";
export { installationInstall } from "./installation-install.ts";
export { installationInvoke } from "./installation-invoke.ts";
export { installationList } from "./installation-list.ts";
export { installationPlan } from "./installation-plan.ts";
export { installationShow } from "./installation-show.ts";
export { installationUninstall } from "./installation-uninstall.ts";
export { installationUpgrade } from "./installation-upgrade.ts";
export { logRead } from "./log-read.ts";
export { METHODS } from "./methods.ts";
export type { MethodName, Methods } from "./methods.ts";
export { toOpenRpc } from "./openrpc.ts";
export {
  BuiltBundle,
  Failure,
  FinishedRun,
  LoggedEvent,
  Operation,
  OperationKind,
  OperationOutcome,
  OperationStatus,
  OutputValue,
  PublishedBundle,
} from "./operation.ts";
export { operationCancel } from "./operation-cancel.ts";
export { operationList } from "./operation-list.ts";
export { KeptRequest, operationRequest } from "./operation-request.ts";
export { operationWatch } from "./operation-watch.ts";
export { outputList } from "./output-list.ts";
export { outputShow } from "./output-show.ts";
export { PassedOver, Plan } from "./plan.ts";
export { Grant, Power, PowerName } from "./power.ts";
export { PublishedAt } from "./published-at.ts";
export { BuildOptions, BundleSource, GivenValue, RunOptions } from "./requests.ts";
export { type ProgramStamp, stampProgram } from "./program-stamp.ts";
export { rpcDiscover } from "./rpc-discover.ts";
export { runList, RunRecord } from "./run-list.ts";
export { Terminal, TerminalSize } from "./terminal.ts";
export { terminalAttach } from "./terminal-attach.ts";
export { terminalClose } from "./terminal-close.ts";
export { terminalList } from "./terminal-list.ts";
export { terminalOpen } from "./terminal-open.ts";
export { terminalResize } from "./terminal-resize.ts";
export { terminalWrite } from "./terminal-write.ts";
export { homeOf, socketPathOf } from "./location.ts";
export { ENGINE_VARIABLES, PROTOCOL_VERSION } from "./version.ts";
