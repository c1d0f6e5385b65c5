import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const GANTRY = fileURLToPath(new URL("../../bin/gantry", import.meta.url));

/** A directory of always the same name, with a bundle, a home, and an endpoint that plays what it is told. */
export class ScreensHome implements Disposable {
  readonly dir = "/tmp/gantry-screens";
  readonly bundle = join(this.dir, "shop");
  readonly program = GANTRY;

  constructor() {
    rmSync(this.dir, { recursive: true, force: true });
    mkdirSync(this.bundle, { recursive: true });
    mkdirSync(join(this.dir, "home"), { mode: 0o700 });
    writeFileSync(join(this.bundle, "porter.yaml"), MANIFEST);
    writeFileSync(
      join(this.bundle, "base.Dockerfile"),
      "FROM fake/base\nRUN echo compiling\nRUN echo packing\n",
    );
    this.#configure([]);
    this.#run("build");
    this.#run("daemon", "stop");
    this.#configure(RUN);
    this.#installTill();
    this.#writeAudit();
  }

  get env(): Record<string, string> {
    const { PATH = "", HOME = "" } = process.env;
    return {
      PATH,
      HOME,
      USER: "ada",
      TZ: "UTC",
      GANTRY_HOME: join(this.dir, "home"),
      GANTRY_DRIVER: "fake",
      LANG: "C.UTF-8",
    };
  }

  #configure(script: readonly unknown[]): void {
    const endpoint = { name: "fake", driver: "fake", options: { script, runFeatures: ABLE } };
    const config = JSON.stringify({ endpoints: [endpoint], prefer: ["fake"] });
    writeFileSync(join(this.dir, "home/config.yaml"), config);
  }

  /** A bundle whose image is real, so that a shell can be opened in it. */
  #installTill(): void {
    const cwd = join(this.dir, "till");
    mkdirSync(cwd);
    const options = { cwd, env: this.env, stdio: "ignore" } as const;
    spawnSync(GANTRY, ["create"], options);
    const base = "BASE=gantry.local/userland:latest";
    spawnSync(GANTRY, ["install", "--driver", "local", "--build-arg", base], options);
  }

  /** As the daemon writes down what its brokers do. */
  #writeAudit(): void {
    const dir = join(this.dir, "home/audit");
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    writeFileSync(
      join(dir, "audit.jsonl"),
      AUDIT.map((one) => `${JSON.stringify(one)}\n`).join(""),
    );
  }

  #run(...words: readonly string[]): void {
    spawnSync(GANTRY, words, { cwd: this.bundle, env: this.env, stdio: "ignore" });
  }

  [Symbol.dispose](): void {
    this.#run("daemon", "stop", "--force");
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

const ABLE = ["capabilities", "network-default", "network-host", "observe", "recover"];

const CALL = {
  time: "2026-01-02T03:04:05.000Z",
  owner: { kind: "bundle", name: "/till" },
  method: "GET",
  path: "/_ping",
  verdict: "allowed",
};

const AUDIT = [
  CALL,
  { ...CALL, path: "/containers/json" },
  { ...CALL, owner: { kind: "driver", name: "nerdctl" }, path: "/info" },
  { ...CALL, method: "POST", path: "/volumes/create" },
  {
    ...CALL,
    method: "POST",
    path: "/containers/create",
    verdict: "denied",
    reason: "HostConfig.Privileged is out of reach: privileged",
  },
];

const RUN = [
  { print: "Preparing the shop\nCarrying in 12 shelves\n" },
  { print: "The shop is open at https://shop.example\n" },
  { write: "porter-state", text: "" },
  { write: "address", text: "https://shop.example" },
];

const MANIFEST = `schemaVersion: 1.0.1
name: shop
version: 0.3.0
description: Sells things
registry: localhost:5000
dockerfile: base.Dockerfile
mixins: [exec]
custom:
  dev.gantry.powers: {capabilities: [NET_BIND_SERVICE], network: host}
parameters:
  - {name: size, type: string, enum: [small, large], default: small, description: How big it is}
  - {name: replicas, type: integer, minimum: 1, maximum: 9, default: 2}
  - {name: pin, type: string, sensitive: true, default: none}
outputs:
  - {name: address, type: string}
customActions:
  status: {description: How the shop is, modifies: false}
install:
  - exec: {command: "true"}
upgrade:
  - exec: {command: "true"}
status:
  - exec: {command: "true"}
uninstall:
  - exec: {command: "true"}
`;
