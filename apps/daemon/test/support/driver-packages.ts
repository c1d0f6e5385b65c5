import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "@gantry/cnab";
import { REVOCATIONS_TYPE, signedBytes } from "@gantry/driver-package";
import type { Inspection, InstalledPackage } from "@gantry/protocol";
import { NpmServer } from "../../../../libs/driver-sources/src/testing/npm-server.ts";
import {
  type Fields,
  writeSample,
} from "../../../../libs/driver-sources/src/testing/sample-driver.ts";
import type { SigningAuthority } from "../../../../libs/driver-sources/src/testing/signing-authority.ts";
import type { Resume } from "../../src/store/operations.ts";
import type { Store } from "../../src/store/store.ts";
import { type Helper, World } from "./world.ts";

export interface Spec {
  readonly spec?: string;
  readonly name?: string;
  readonly link?: boolean;
  readonly lock?: string;
}

/** A home, an npm registry of its own, and the calls that the CLI makes. */
export class PackageWorld implements AsyncDisposable {
  readonly world: World;
  readonly npm: NpmServer;
  readonly helper: Helper;

  private constructor(world: World, npm: NpmServer, helper: Helper) {
    this.world = world;
    this.npm = npm;
    this.helper = helper;
  }

  static async open(config: Fields = {}): Promise<PackageWorld> {
    const world = await World.open();
    const npm = world.use(await NpmServer.start());
    await world.file("home/config.yaml", JSON.stringify({ ...SOLO, ...config }));
    return new PackageWorld(world, npm, await world.start());
  }

  get lock(): string {
    return this.at("project/gantry.lock");
  }

  at(path: string): string {
    return join(this.world.dir, path);
  }

  /** A driver's directory. */
  driver(change: Fields = {}, path = "driver"): Promise<string> {
    return writeSample(this.at(path), change);
  }

  /** Publishes a version of `gantry-driver-sample`. */
  async publish(
    version: string,
    change: Fields = {},
    signed?: { readonly by: SigningAuthority; readonly repository: string },
  ): Promise<void> {
    const folder = this.at(`made-${version}`);
    await writeSample(join(folder, "package"), { version, ...change });
    execFileSync("tar", ["-czf", `${folder}.tgz`, "-C", folder, "package"]);
    const sha512 = createHash("sha512")
      .update(await readFile(`${folder}.tgz`))
      .digest("hex");
    const purl = `pkg:npm/gantry-driver-sample@${version}`;
    const provenance = await signed?.by.attest({ purl, sha512, repository: signed.repository });
    const published = { version, tarball: `${folder}.tgz` };
    this.npm.publish(
      "gantry-driver-sample",
      provenance === undefined ? published : { ...published, provenance },
    );
  }

  inspect(spec: Spec): Promise<Inspection> {
    const environment = this.environment;
    return this.helper.request("driver.inspect", { cwd: this.world.dir, environment, ...spec });
  }

  async install(spec: Spec, answer: Fields = {}): Promise<InstalledPackage> {
    const { source, sha512 } = await this.inspect(spec);
    const { lock } = spec;
    return this.helper.request("driver.install", {
      source,
      ...(sha512 === undefined ? {} : { sha512 }),
      ...(lock === undefined ? {} : { lock }),
      ...answer,
    });
  }

  async restore(lock = this.lock): Promise<readonly InstalledPackage[]> {
    const { environment } = this;
    return (await this.helper.request("driver.restore", { lock, environment })).installed;
  }

  async packages(name?: string): Promise<readonly InstalledPackage[]> {
    const params = name === undefined ? {} : { name };
    return (await this.helper.request("driver.packages", params)).packages;
  }

  /** The record of an operation whose run is that driver's. */
  async running(driver: string, { operations }: Store): Promise<{ readonly id: string }> {
    const id = newId({});
    const created = new Date().toISOString();
    operations.insert({ id, kind: "install", status: "running", created });
    const resume: Resume = {
      endpoint: "any",
      driver,
      origin: "configured",
      options: {},
      environment: {},
      runId: id,
      action: "install",
      graceSeconds: 1,
      keepLogs: false,
    };
    operations.keepResume(id, resume, []);
    return { id };
  }

  get environment(): Record<string, string> {
    return { HOME: this.world.dir, NPM_CONFIG_REGISTRY: this.npm.url };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    execFileSync("chmod", ["-R", "u+w", this.world.dir]);
    await this.world[Symbol.asyncDispose]();
  }
}

const SOLO = { endpoints: [{ name: "solo", driver: "fake" }], prefer: ["solo"] };

/** A publisher of lists of revoked drivers. */
export class RevocationAuthority {
  readonly key: string;
  readonly #privateKey: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    this.key = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
    this.#privateKey = privateKey;
  }

  list(issued: string, statements: readonly Fields[]): string {
    const payload = Buffer.from(JSON.stringify({ issued, statements }));
    const sig = sign(undefined, signedBytes(payload), this.#privateKey).toString("base64");
    return JSON.stringify({
      payloadType: REVOCATIONS_TYPE,
      payload: payload.toString("base64"),
      signatures: [{ sig }],
    });
  }
}
