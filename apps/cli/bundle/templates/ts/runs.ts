import { setTimeout as delay } from "node:timers/promises";
import { type Engine, Refused } from "./engine.ts";
import { placeInputs } from "./inputs.ts";
import { Log, parsePlace } from "./log.ts";
import { containerOf, refuseUnsupported, type RunSpec } from "./spec.ts";
import { entriesOf } from "./tar.ts";
import { type Call, DriverError } from "./wire.ts";

const PIECE = 64 * 1024;

/** What the engine says of a container, as far as it is used here. */
interface Container {
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
  };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
}

/** The runs of one engine: a container each, found again by its name and its labels. Nothing is kept here. */
export class Runs {
  readonly #engine: Engine;
  readonly #label: string;

  constructor(engine: Engine, driver: string) {
    this.#engine = engine;
    this.#label = `gantry.${driver}`;
  }

  /** What was begun is finished before it is undone: an engine may create what nobody waits for any more. */
  async start(spec: RunSpec, { signal }: Call): Promise<object> {
    refuseUnsupported(spec);
    signal.throwIfAborted();
    await this.#create(spec);
    try {
      await placeInputs(this.#engine, nameOf(spec.id), spec);
      signal.throwIfAborted();
      await this.#launch(spec);
      signal.throwIfAborted();
    } catch (error) {
      await this.remove(spec.id);
      throw error;
    }
    return {};
  }

  async #create(spec: RunSpec): Promise<void> {
    const labels = {
      [`${this.#label}.run`]: spec.id,
      [`${this.#label}.owner`]: spec.owner,
      [`${this.#label}.outputs`]: spec.outputsDir,
    };
    const ask = { query: { name: nameOf(spec.id) }, body: containerOf(spec, labels) };
    await this.#engine.do("POST /containers/create", ask).catch((error: unknown) => {
      throw createError(error, spec);
    });
  }

  async #launch({ id, command }: RunSpec): Promise<void> {
    await this.#engine.do(`POST /containers/${nameOf(id)}/start`).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      throw new DriverError("invalid-request", `${command[0]} cannot be run: ${error.message}`, {
        hint: "Look whether the image has that program.",
      });
    });
  }

  async find(id: string): Promise<Container | undefined> {
    try {
      return await this.#engine.json<Container>(`GET /containers/${nameOf(id)}/json`);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    }
  }

  async #get(id: string): Promise<Container> {
    const found = await this.find(id);
    if (found !== undefined) return found;
    const hint = "It may have been removed already.";
    throw new DriverError("not-found", `There is no run ${id}.`, { hint });
  }

  /** A log that is followed may stop short of its end, so the last reading is of a program that has ended. */
  async events(id: string, cursor: unknown, call: Call): Promise<object> {
    let place = parsePlace(cursor);
    for (;;) {
      const isOver = !(await this.#get(id)).State.Running;
      const log = new Log(place);
      const query = { stdout: "1", stderr: "1", follow: isOver ? "0" : "1" };
      const ask = { query, signal: call.signal };
      const bytes = await this.#engine.stream(`GET /containers/${nameOf(id)}/logs`, ask);
      for await (const chunk of bytes) for (const item of log.push(chunk)) await call.report(item);
      if (isOver) for (const item of log.end()) await call.report(item);
      if (isOver) return {};
      place = log.place;
    }
  }

  async outcome(id: string, { signal }: { readonly signal: AbortSignal }): Promise<object> {
    await this.#get(id);
    await this.#waitForEnd(id, signal);
    const found = await this.find(id);
    if (found === undefined) return { kind: "lost", reason: "Its container was removed." };
    const { Status, ExitCode, OOMKilled } = found.State;
    if (Status === "created") return { kind: "lost", reason: "It was never started." };
    return { kind: "exited", exitCode: ExitCode, outOfMemory: OOMKilled };
  }

  async #waitForEnd(id: string, signal: AbortSignal): Promise<void> {
    const query = { condition: "not-running" };
    await this.#engine
      .do(`POST /containers/${nameOf(id)}/wait`, { query, signal })
      .catch(ignoreGone);
  }

  /** A list first, then each file by itself: so they are in order, and none is held in memory. */
  async outputs(id: string, call: Call): Promise<object> {
    const root = (await this.#get(id)).Config.Labels[`${this.#label}.outputs`] ?? "/";
    const paths: string[] = [];
    for await (const { type, path } of this.#archive(id, root)) {
      if (type === "0" || type === "1") paths.push(path.replace(/^[^/]*\//, ""));
    }
    for (const path of paths.toSorted()) {
      for await (const { type, mode, uid, gid, size, read } of this.#archive(
        id,
        `${root}/${path}`,
      )) {
        if (type !== "0") continue;
        for (let left = size, last = false; !last; ) {
          const data = await read(PIECE);
          left -= data.length;
          last = left <= 0 || data.length === 0;
          await call.report({ path, mode, uid, gid, data: data.toString("base64"), last });
        }
      }
    }
    return {};
  }

  async *#archive(id: string, path: string): ReturnType<typeof entriesOf> {
    try {
      const ask = { query: { path } };
      yield* entriesOf(await this.#engine.stream(`GET /containers/${nameOf(id)}/archive`, ask));
    } catch (error) {
      ignoreGone(error);
    }
  }

  async stop(id: string, graceMs: number, call: Call): Promise<object> {
    await this.#get(id);
    await this.#kill(id, "SIGTERM");
    const { signal } = call;
    const ended = this.#waitForEnd(id, signal).then(() => true);
    if (!(await Promise.race([ended, delay(graceMs, false, { signal })]))) {
      await this.#kill(id, "SIGKILL");
    }
    await ended;
    return {};
  }

  /** A program that has ended already is no error. */
  async #kill(id: string, signal: string): Promise<void> {
    const ask = { query: { signal } };
    await this.#engine.do(`POST /containers/${nameOf(id)}/kill`, ask).catch(ignoreGone);
  }

  async remove(id: string): Promise<object> {
    while ((await this.find(id)) !== undefined) {
      const ask = { query: { force: "1", v: "1" } };
      await this.#engine.do(`DELETE /containers/${nameOf(id)}`, ask).catch(ignoreGone);
      await delay(20); // somebody else may be removing it
    }
    return {};
  }

  async sweep(owner: string, keep: readonly string[]): Promise<object> {
    const filters = JSON.stringify({ label: [`${this.#label}.owner=${owner}`] });
    const list = await this.#engine.json<readonly { readonly Labels: Record<string, string> }[]>(
      "GET /containers/json",
      { query: { all: "1", filters } },
    );
    const ids = list.map(({ Labels }) => Labels[`${this.#label}.run`] ?? "");
    const removed = ids.filter((id) => id !== "" && !keep.includes(id));
    for (const id of removed) await this.remove(id);
    return { removed };
  }
}

/** An id is letters and digits: nothing else gets into a path of the engine's. */
function nameOf(id: string): string {
  if (/^[0-9A-Za-z]{1,64}$/.test(id)) return `gantry-${id}`;
  const hint = "Use letters and digits.";
  throw new DriverError("invalid-request", `${JSON.stringify(id)} is no id of a run.`, { hint });
}

/** Gone, ended or being removed: what was to be reached is reached. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof Refused) || ![304, 404, 409].includes(error.status)) throw error;
}

function createError(error: unknown, { id, image }: RunSpec): unknown {
  if (!(error instanceof Refused)) return error;
  if (error.status === 409) {
    return new DriverError("conflict", `There is a run ${id} already.`, {
      hint: "Use another id.",
    });
  }
  if (error.status !== 404) return error;
  const name = image.reference ?? image.id ?? image.digest ?? "";
  const hint = "Build or pull it first.";
  return new DriverError("image-not-found", `The engine has no image ${name}.`, { hint });
}
