import type { EngineReach } from "@gantry/driver-package";
import { describe, expect, it } from "vitest";
import { Denied } from "../denied.ts";
import { containerBody, execBody, updateBody } from "./container-fields.ts";
import { networkBody, volumeBody } from "./network-fields.ts";
import type { Reference, Rule } from "./rules.ts";

interface Outcome {
  readonly denied: string | undefined;
  readonly references: readonly Pick<Reference, "kind" | "ref">[];
  readonly body: unknown;
}

function check(rule: Rule, body: unknown, reach: readonly EngineReach[] = []): Outcome {
  const references: Reference[] = [];
  const findings = { references, hasReach: (one: EngineReach) => reach.includes(one) };
  try {
    rule(body, { name: "", findings, replace: () => undefined });
  } catch (error) {
    if (!(error instanceof Denied)) throw error;
    return { denied: error.message, references, body };
  }
  return { denied: undefined, references, body };
}

const host = (field: string, value: unknown): unknown => ({
  Image: "i",
  HostConfig: { [field]: value },
});

describe("fields of a container that are free", () => {
  it.each<[string, unknown]>([
    ["AutoRemove", true],
    ["Binds", ["/data"]],
    ["Binds", ["vol:/data:ro"]],
    ["Binds", null],
    ["CapAdd", ["CHOWN", "CAP_NET_RAW", "net_bind_service"]],
    ["CapDrop", ["ALL"]],
    ["CgroupnsMode", "private"],
    ["ExtraHosts", ["a:1.2.3.4"]],
    ["GroupAdd", ["12"]],
    ["IpcMode", "shareable"],
    ["LogConfig", { Type: "", Config: {} }],
    ["LogConfig", { Type: "json-file", Config: { "max-size": "1m" } }],
    ["MaskedPaths", null],
    ["Memory", 1024],
    ["MemorySwappiness", -1],
    ["Mounts", [{ Type: "volume", Source: "vol", Target: "/d" }]],
    ["Mounts", [{ Type: "volume", Target: "/d" }]],
    ["Mounts", [{ Type: "tmpfs", Target: "/d", TmpfsOptions: { SizeBytes: 1 } }]],
    [
      "Mounts",
      [
        {
          Type: "volume",
          Source: "v",
          Target: "/d",
          VolumeOptions: {
            DriverConfig: {
              Name: "local",
              Options: { type: "tmpfs", device: "tmpfs", o: "size=1m" },
            },
          },
        },
      ],
    ],
    ["NetworkMode", "bridge"],
    ["NetworkMode", "none"],
    ["NetworkMode", "default"],
    ["NetworkMode", "my-net"],
    ["OomScoreAdj", 500],
    ["PortBindings", { "80/tcp": [{ HostPort: "8080" }] }],
    ["Privileged", false],
    ["ReadonlyRootfs", true],
    ["RestartPolicy", { Name: "always" }],
    ["SecurityOpt", ["no-new-privileges:true", "no-new-privileges"]],
    ["StorageOpt", { size: "1G" }],
    ["Tmpfs", { "/run": "size=1m" }],
    ["VolumeDriver", "local"],
    ["Devices", []],
    ["Sysctls", {}],
    ["Runtime", ""],
  ])("%s = %j", (field, value) => {
    expect(check(containerBody, host(field, value)).denied).toBeUndefined();
  });
});

describe("fields of a container that take a reach", () => {
  it.each<[string, unknown, EngineReach]>([
    ["Privileged", true, "privileged"],
    ["Privileged", "true", "privileged"],
    ["CapAdd", ["SYS_ADMIN"], "capabilities"],
    ["CapAdd", ["CAP_SYS_PTRACE"], "capabilities"],
    ["CapAdd", ["all"], "capabilities"],
    ["Capabilities", ["CAP_SYS_ADMIN"], "capabilities"],
    ["Binds", ["/:/host"], "host-mounts"],
    ["Binds", ["/:/host:ro"], "host-mounts"],
    ["Binds", ["./x:/host"], "host-mounts"],
    ["Binds", ["../x:/host"], "host-mounts"],
    ["Binds", ["~/x:/host"], "host-mounts"],
    ["Binds", ["/var/run/docker.sock:/var/run/docker.sock"], "host-mounts"],
    ["Mounts", [{ Type: "bind", Source: "/", Target: "/host" }], "host-mounts"],
    [
      "Mounts",
      [
        {
          Type: "volume",
          Target: "/d",
          VolumeOptions: { DriverConfig: { Options: { type: "none", o: "bind", device: "/" } } },
        },
      ],
      "host-mounts",
    ],
    [
      "Mounts",
      [
        {
          Type: "volume",
          Target: "/d",
          VolumeOptions: { DriverConfig: { Options: { type: "tmpfs", device: "/dev/sda" } } },
        },
      ],
      "host-mounts",
    ],
    ["NetworkMode", "host", "host-namespaces"],
    ["PidMode", "host", "host-namespaces"],
    ["IpcMode", "host", "host-namespaces"],
    ["UTSMode", "host", "host-namespaces"],
    ["UsernsMode", "host", "host-namespaces"],
    ["CgroupnsMode", "host", "host-namespaces"],
    ["Devices", [{ PathOnHost: "/dev/sda" }], "privileged"],
    ["DeviceCgroupRules", ["a *:* rwm"], "privileged"],
    ["DeviceRequests", [{ Count: -1 }], "privileged"],
    ["CgroupParent", "/", "privileged"],
    ["Runtime", "other", "privileged"],
    ["SecurityOpt", ["seccomp=unconfined"], "privileged"],
    ["SecurityOpt", ["apparmor:unconfined"], "privileged"],
    ["SecurityOpt", ["label=disable"], "privileged"],
    ["SecurityOpt", ["systempaths=unconfined"], "privileged"],
    ["SecurityOpt", ["no-new-privileges=false"], "privileged"],
    ["Sysctls", { "net.ipv4.ip_forward": "1" }, "privileged"],
    ["MaskedPaths", [], "privileged"],
    ["ReadonlyPaths", [], "privileged"],
    ["OomKillDisable", true, "privileged"],
    ["OomScoreAdj", -999, "privileged"],
  ])("%s = %j takes %3$s", (field, value, reach) => {
    const { denied } = check(containerBody, host(field, value));

    expect(denied).toContain(`"reach: ${reach}"`);
    expect(denied).toContain(field);
    expect(check(containerBody, host(field, value), [reach]).denied).toBeUndefined();
  });
});

describe("fields of a container that nothing allows", () => {
  it.each(["bind", "size=1m,rbind", "remount", "size=1m,x"])(
    "a memory file system with the option %s is none",
    (o) => {
      const body = { Name: "v", DriverOpts: { type: "tmpfs", device: "tmpfs", o } };

      expect(check(volumeBody, body).denied).toContain("reach: host-mounts");
    },
  );

  const every: readonly EngineReach[] = [
    "capabilities",
    "host-mounts",
    "host-namespaces",
    "privileged",
    "raw-socket",
  ];

  it.each<[string, unknown]>([
    ["HostConfig in other capitals", { Image: "i", hostconfig: { Privileged: true } }],
    ["Privileged in other capitals", { HostConfig: { privileged: true } }],
    ["a letter that folds to another", { HostConfig: { Bind\u017F: ["/:/h"] } }],
    ["Privileged at the top, where old engines read it", { Privileged: true }],
    ["Binds at the top", { Binds: ["/:/h"] }],
    ["a field of tomorrow", { HostConfig: { NewPower: true } }],
    ["a field that is false", { HostConfig: { NewPower: false } }],
    ["__proto__", JSON.parse('{"HostConfig":{"__proto__":{"Privileged":true}}}')],
    ["constructor", { constructor: {} }],
    ["HostConfig that is a list", { HostConfig: [{ Privileged: true }] }],
    ["HostConfig that is text", { HostConfig: "x" }],
    ["Binds that is text", host("Binds", "/:/h")],
    ["Binds of a number", host("Binds", [1])],
    ["a bind with four parts", host("Binds", ["a:/b:ro:/c"])],
    ["a bind to no path", host("Binds", ["a:b"])],
    ["a volume that spreads mounts", host("Binds", ["vol:/d:rshared"])],
    [
      "a mount of a kind of tomorrow",
      host("Mounts", [{ Type: "cluster", Source: "a", Target: "/d" }]),
    ],
    ["a mount without a kind", host("Mounts", [{ Source: "/", Target: "/d" }])],
    ["a tmpfs with a source", host("Mounts", [{ Type: "tmpfs", Source: "/", Target: "/d" }])],
    [
      "bind options on a volume",
      host("Mounts", [{ Type: "volume", BindOptions: { Propagation: "rshared" } }]),
    ],
    [
      "type in other capitals",
      host("Mounts", [{ Type: "volume", type: "bind", Source: "/", Target: "/d" }]),
    ],
    ["a volume plugin", host("VolumeDriver", "sshfs")],
    ["annotations for the runtime", host("Annotations", { "run.oci.x": "1" })],
    [
      "logs sent elsewhere",
      host("LogConfig", { Type: "syslog", Config: { "syslog-address": "unixgram:///dev/log" } }),
    ],
    ["log options of tomorrow", host("LogConfig", { Type: "local", Config: { x: "1" } })],
    [
      "fields beside the log's",
      host("LogConfig", { Type: "local", Config: {}, config: { x: "1" } }),
    ],
    ["a container's namespace without a container", host("PidMode", "container")],
    ["a namespace of another kind", host("PidMode", "ns:/proc/1/ns/pid")],
    ["a network that is a path", host("NetworkMode", "ns:/proc/1/ns/net")],
    ["storage options", host("StorageOpt", { "dm.x": "1" })],
    ["a volume path with a source", { Volumes: { "/etc:/host": {} } }],
    [
      "options of an endpoint",
      { NetworkingConfig: { EndpointsConfig: { bridge: { DriverOpts: { a: "b" } } } } },
    ],
    ["fields beside the endpoints", { NetworkingConfig: { endpointsConfig: {} } }],
  ])("%s", (_what, body) => {
    expect(check(containerBody, body, every).denied).toMatch(/not allowed|needs/);
  });
});

describe("what a container names", () => {
  it.each<[string, unknown, string, string]>([
    ["NetworkMode", "container:abc", "container", "abc"],
    ["PidMode", "container:abc", "container", "abc"],
    ["IpcMode", "container:abc", "container", "abc"],
    ["NetworkMode", "some-net", "network", "some-net"],
    ["VolumesFrom", ["abc:ro"], "container", "abc"],
    ["Links", ["abc:db"], "container", "abc"],
    ["Binds", ["vol:/d"], "volume", "vol"],
    ["Mounts", [{ Type: "volume", Source: "vol", Target: "/d" }], "volume", "vol"],
  ])("%s = %j is looked up", (field, value, kind, ref) => {
    const { references } = check(containerBody, { HostConfig: { [field]: value } });

    expect(references).toMatchObject([{ kind, ref }]);
  });

  it("is written by id where the engine would look it up again", () => {
    const body = {
      HostConfig: { PidMode: "container:abc", VolumesFrom: ["abc:ro"], Links: ["abc"] },
    };
    const { references } = check(containerBody, body);
    for (const one of references) if ("replace" in one) (one as Reference).replace("ID");

    expect(body.HostConfig).toEqual({
      PidMode: "container:ID",
      VolumesFrom: ["ID:ro"],
      Links: ["ID:abc"],
    });
  });

  it("in its networks, by name and by id", () => {
    const body = {
      NetworkingConfig: { EndpointsConfig: { one: { NetworkID: "two" }, bridge: {} } },
    };

    expect(check(containerBody, body).references).toMatchObject([{ ref: "two" }, { ref: "one" }]);
  });

  it("the host's network among its networks takes the reach", () => {
    const body = { NetworkingConfig: { EndpointsConfig: { host: {} } } };

    expect(check(containerBody, body).denied).toContain("reach: host-namespaces");
  });
});

describe("other bodies", () => {
  it.each<[string, Rule, unknown, RegExp]>([
    ["an exec with privileges", execBody, { Cmd: ["sh"], Privileged: true }, /reach: privileged/],
    ["an exec of tomorrow", execBody, { Cmd: ["sh"], privileged: true }, /not allowed/],
    [
      "an update of devices",
      updateBody,
      { Devices: [{ PathOnHost: "/dev/sda" }] },
      /reach: privileged/,
    ],
    ["an update of more than limits", updateBody, { Privileged: true }, /not allowed/],
    [
      "a network on the host's card",
      networkBody,
      { Name: "n", Driver: "macvlan" },
      /reach: host-namespaces/,
    ],
    [
      "a bridge of the host's",
      networkBody,
      { Name: "n", Options: { "com.docker.network.bridge.name": "docker0" } },
      /not allowed/,
    ],
    ["a network of a swarm", networkBody, { Name: "n", Scope: "swarm" }, /not allowed/],
    [
      "a volume of the host's files",
      volumeBody,
      { Name: "v", DriverOpts: { type: "none", o: "bind", device: "/" } },
      /reach: host-mounts/,
    ],
    ["a volume of a plugin", volumeBody, { Name: "v", Driver: "nfs" }, /not allowed/],
  ])("%s", (_what, rule, body, message) => {
    expect(check(rule, body).denied).toMatch(message);
  });

  it.each<[string, Rule, unknown]>([
    [
      "an exec",
      execBody,
      { Cmd: ["sh"], AttachStdin: true, Tty: true, User: "0", Privileged: false },
    ],
    ["an update", updateBody, { Memory: 1, RestartPolicy: { Name: "no" } }],
    [
      "a network",
      networkBody,
      { Name: "n", CheckDuplicate: true, Driver: "bridge", IPAM: { Config: [] }, Options: {} },
    ],
    ["a volume", volumeBody, { Name: "v", Driver: "local", DriverOpts: null }],
  ])("%s is free", (_what, rule, body) => {
    expect(check(rule, body).denied).toBeUndefined();
  });
});
