import http, { type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import net from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { EnginePower } from "@gantry/driver-package";
import { type Broker, openBroker } from "../broker.ts";
import { ownerLabels } from "../labels/labels.ts";
import type { BrokerEntry, BrokerOwner } from "../request.ts";
import { StandInEngine } from "./stand-in-engine.ts";

export const ALL: EnginePower["calls"] = ["build", "images", "run", "exec", "networks", "volumes"];
export const OWNER: BrokerOwner = { kind: "bundle", name: "default/hello" };
export const LABELS = ownerLabels(OWNER, "home");
export const OWN_ID = "a".repeat(64);

export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** A broker before a stand-in engine that has one container of the owner's, `mine`, and one of somebody else's, `other`. */
export class BrokerWorld implements AsyncDisposable {
  readonly engine: StandInEngine;
  readonly broker: Broker;
  readonly audit: BrokerEntry[];

  private constructor(engine: StandInEngine, broker: Broker, audit: BrokerEntry[]) {
    this.engine = engine;
    this.broker = broker;
    this.audit = audit;
  }

  static async open(power: Partial<EnginePower> = {}, owner = OWNER): Promise<BrokerWorld> {
    const engine = await StandInEngine.start();
    const audit: BrokerEntry[] = [];
    const broker = await openBroker({
      engine,
      listenPath: join(engine.dir, "broker", "docker.sock"),
      power: { calls: ALL, reach: [], ...power },
      owner,
      labels: LABELS,
      audit: (entry) => audit.push(entry),
    });
    const container = (Id: string, Labels: object): object => ({
      Id,
      Image: "sha256:base",
      Config: { Labels },
    });
    const { things } = engine;
    things.set("/version", { Components: [{ Name: "Engine" }] });
    for (const ref of ["mine", OWN_ID])
      things.set(`/containers/${ref}/json`, container(OWN_ID, LABELS));
    things.set("/containers/other/json", container("b".repeat(64), { some: "label" }));
    things.set("/exec/own/json", { ID: "own", ContainerID: OWN_ID });
    things.set("/exec/foreign/json", { ID: "foreign", ContainerID: "other" });
    things.set("/networks/net", { Id: "n1", Labels: LABELS });
    things.set("/networks/foreign", { Id: "n2", Labels: {} });
    things.set("/volumes/vol", { Name: "vol", Labels: LABELS });
    things.set("/volumes/foreign", { Name: "foreign", Labels: null });
    const own = { "dev.gantry.broker.image": LABELS["dev.gantry.broker"] };
    things.set("/images/built/json", { Id: "sha256:built", Config: { Labels: own } });
    things.set("/images/foreign/json", { Id: "sha256:foreign", Config: { Labels: null } });
    return new BrokerWorld(engine, broker, audit);
  }

  /** Sends a request and reads the whole answer. */
  async ask(
    method: string,
    path: string,
    {
      body,
      headers = {},
    }: { readonly body?: unknown; readonly headers?: OutgoingHttpHeaders } = {},
  ): Promise<Answered> {
    const { request, answer } = this.begin(method, path, headers);
    request.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
    const got = await answer;
    return { status: got.statusCode ?? 0, body: await text(got) };
  }

  begin(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders = {},
  ): { readonly request: http.ClientRequest; readonly answer: Promise<IncomingMessage> } {
    const socketPath = this.broker.listenPath;
    const request = http.request({ socketPath, method, path, headers, agent: false });
    const answer = once(request, "response").then(([got]) => got as IncomingMessage);
    answer.catch(() => undefined);
    request.on("error", () => undefined);
    return { request, answer };
  }

  /** A bare connection, whose directions end apart. */
  connect(): net.Socket {
    const socket = net.connect({ path: this.broker.listenPath, allowHalfOpen: true });
    socket.on("error", () => undefined);
    return socket;
  }

  /** Sends bytes as they are and gives everything that comes back until the end. */
  async raw(bytes: string): Promise<string> {
    const socket = this.connect();
    socket.write(bytes);
    const said = await text(socket);
    socket.end();
    return said;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.broker[Symbol.asyncDispose]();
    await this.engine[Symbol.asyncDispose]();
  }
}
