import type { Power } from "@gantry/protocol";
import { flagOfPower } from "@gantry/protocol/light";
import type { RunCall } from "../state/call.ts";

/** The powers that a request grants by asking for them. */
export function powersOf({ params }: RunCall): readonly Power[] {
  const { capabilities = [], mounts = [], network, privileged, allowDockerHostAccess } = params;
  return [
    ...capabilities.map((value): Power => ({ power: "capability", value })),
    ...mounts.map(({ source, target, readOnly }): Power => {
      const value = `${source}:${target}:${readOnly ? "ro" : "rw"}`;
      return { power: "mount", value };
    }),
    ...(network === undefined ? [] : [{ power: "network", value: network } as const]),
    ...(privileged === true ? [{ power: "privileged", value: "" } as const] : []),
    ...(allowDockerHostAccess === undefined || allowDockerHostAccess === false
      ? []
      : [
          {
            power: "engine-socket",
            value: allowDockerHostAccess === "raw" ? "raw" : "",
          } as const,
        ]),
  ];
}

/** The same request with powers more. */
export function withPowers(call: RunCall, powers: readonly Power[]): RunCall {
  const params = powers.reduce(withPower, call.params);
  // The method stays beside the params it had.
  return { ...call, params } as RunCall;
}

type Params = RunCall["params"];

function withPower(params: Params, { power, value }: Power): Params {
  switch (power) {
    case "capability":
      return { ...params, capabilities: [...(params.capabilities ?? []), value] };
    case "mount": {
      const [source = "", target = "", mode] = value.split(":");
      const mount = { source, target, readOnly: mode !== "rw" };
      return { ...params, mounts: [...(params.mounts ?? []), mount] };
    }
    case "network":
      return { ...params, network: value };
    case "privileged":
      return { ...params, privileged: true };
    case "engine-socket":
      return { ...params, allowDockerHostAccess: value === "raw" ? "raw" : true };
  }
}

/** A request that grants nothing: what it granted once may have been revoked since. */
export function withoutPowers<Given extends Partial<Params>>(params: Given) {
  const {
    capabilities: _capabilities,
    mounts: _mounts,
    network: _network,
    privileged: _privileged,
    allowDockerHostAccess: _engine,
    ...rest
  } = params;
  return rest;
}

/** The flags that grant powers, as words of a command. */
export function powerWords(powers: readonly Power[]): readonly string[] {
  return powers.flatMap((power) => {
    const flag = flagOfPower(power);
    const at = flag.indexOf(" ");
    return at < 0 ? [flag] : [flag.slice(0, at), flag.slice(at + 1)];
  });
}
