import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { relative } from "node:path";
import { commonDir } from "../../sandbox/mount-table.ts";
import type { OverlayPlan, TreePlan } from "./protocol.ts";

/** A mount that the system refused. */
export class MountError extends Error {
  override readonly name = "MountError";
}

/** The mounts of one step, undone in reverse when disposed. They are this process's own: its namespace is private. */
export class Mounts implements Disposable {
  readonly #places: string[] = [];

  /** Mounts what a step sees; gives the root it works on and the view of what was there before. */
  step(plan: OverlayPlan): { root: string; below: string | undefined } {
    if (plan.lowers.length === 0) return { root: plan.upper, below: undefined };
    this.#overlay(plan.merged, plan);
    return { root: plan.merged, below: this.readOnly(plan.lowers, plan.below) };
  }

  /** The directory at which the tree can be read. */
  tree(plan: TreePlan): string {
    return plan.kind === "directory" ? plan.path : this.readOnly(plan.lowers, plan.mount);
  }

  /** Layers as one directory: overlayfs wants two at least. */
  readOnly(lowers: readonly string[], place: string): string {
    const [only] = lowers;
    if (lowers.length === 0) {
      mkdirSync(place, { recursive: true });
      return place;
    }
    if (lowers.length === 1 && only !== undefined) return only;
    this.#overlay(place, { lowers });
    return place;
  }

  /** Undoes one mount before the others, if it is there. */
  release(place: string): void {
    const index = this.#places.indexOf(place);
    if (index < 0) return;
    this.#places.splice(index, 1);
    unmount(place);
  }

  [Symbol.dispose](): void {
    for (const place of this.#places.toReversed()) unmount(place);
    this.#places.length = 0;
  }

  /** Names are relative to a common directory: the kernel takes one page of options. */
  #overlay(
    place: string,
    plan: { lowers: readonly string[]; upper?: string; work?: string },
  ): void {
    const { lowers, upper, work } = plan;
    const all = [...lowers, ...(upper === undefined || work === undefined ? [] : [upper, work])];
    const base = commonDir(all);
    const name = (dir: string) => relative(base, dir) || ".";
    const above =
      upper === undefined || work === undefined
        ? []
        : [`upperdir=${name(upper)}`, `workdir=${name(work)}`];
    const options = [`lowerdir=${lowers.map(name).join(":")}`, ...above, "userxattr"];
    mkdirSync(place, { recursive: true });
    run("mount", ["-t", "overlay", "-o", options.join(","), "overlay", place], base);
    this.#places.push(place);
  }
}

function unmount(place: string): void {
  run("umount", ["--lazy", place], "/");
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status === 0) return;
  throw new MountError(`${program} failed: ${error === undefined ? stderr.trim() : error.message}`);
}
