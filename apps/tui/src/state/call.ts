import type { MethodName, Methods } from "@gantry/protocol";
import { withoutPowers } from "../grants/call-powers.ts";
import type { ParamsOf } from "@gantry/rpc";

type Calls = {
  readonly [N in MethodName]: { readonly method: N; readonly params: ParamsOf<Methods[N]> };
};

/** Methods that start an operation; the answer names it. */
export type StartMethod =
  | "bundle.build"
  | "bundle.publish"
  | "installation.install"
  | "installation.upgrade"
  | "installation.invoke"
  | "installation.uninstall";

/** A request that changes something. */
export type Call = Calls[
  | StartMethod
  | "installation.delete"
  | "operation.cancel"
  | "daemon.stop"
  | "terminal.close"
  | "config.change"
  | "grant.revoke"];
export type StartCall = Calls[StartMethod];

/** A request that runs an action of a bundle. */
export type RunCall = Exclude<
  StartCall,
  { readonly method: "bundle.build" } | { readonly method: "bundle.publish" }
>;

export function isRun(call: StartCall): call is RunCall {
  return call.method !== "bundle.build" && call.method !== "bundle.publish";
}

export function isStart(call: Call): call is StartCall {
  return (
    call.method === "bundle.build" ||
    call.method === "bundle.publish" ||
    (call.method.startsWith("installation.") && call.method !== "installation.delete")
  );
}

/** A call without what must not be kept: to be made again, it may have to be asked for anew. */
export function withoutSecrets(call: StartCall): {
  readonly call: StartCall;
  readonly isWhole: boolean;
} {
  if (call.method === "bundle.build")
    return {
      call,
      isWhole: call.params.secrets?.length === undefined || call.params.secrets.length === 0,
    };
  if (call.method === "bundle.publish") return { call, isWhole: true };
  // A plan is approved for one run only.
  const { credentials = {}, approves: _approved, ...params } = withoutPowers(call.params);
  const isWhole = Object.keys(credentials).length === 0;
  // The method stays beside the params it had.
  return { call: { ...call, params: { ...params, credentials: {} } } as StartCall, isWhole };
}
