import { chmodSync, chownSync, lstatSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ContentStore, storeLayer } from "@gantry/oci";
import { Copier, CopyError } from "../tree/copy.ts";
import { Owners } from "../tree/owners.ts";
import { readGroups, readHome, readOwner } from "../tree/owner.ts";
import { selectSource } from "../tree/select.ts";
import { walkTree } from "../tree/walk.ts";
import { copyInto } from "./copy-task.ts";
import {
  findHidden,
  isUntouched,
  removeCopies,
  removeMountPoints,
  settleTimes,
} from "./layer-diff.ts";
import { Mounts } from "./mounts.ts";
import type { PlannedSource, WorkerRequest, WorkerResult } from "./protocol.ts";

type RequestOf<Op extends WorkerRequest["op"]> = Extract<WorkerRequest, { op: Op }>;

/** Carries out one request. */
export async function perform(request: WorkerRequest, hasOneId: boolean): Promise<WorkerResult> {
  using mounts = new Mounts();
  switch (request.op) {
    case "remove":
      for (const path of request.paths) rmSync(path, { recursive: true, force: true });
      return {};
    case "extract":
      extract(mounts.tree(request.from), request, hasOneId);
      return {};
    case "cache":
      makeCache(request, { mounts, hasOneId });
      return {};
    case "user": {
      const root = mounts.tree(request.from);
      const owner = readOwner(root, request.user);
      const groups = readGroups(root, request.user);
      return { user: { ...owner, groups, home: readHome(root, owner.uid) } };
    }
    case "step":
      // Awaited here: the mounts are needed until it is done.
      return await performStep(request, { mounts, hasOneId });
  }
}

interface Means {
  readonly mounts: Mounts;
  readonly hasOneId: boolean;
}

async function performStep(
  request: RequestOf<"step">,
  { mounts, hasOneId }: Means,
): Promise<WorkerResult> {
  const { overlay, task, contentDir } = request;
  const owners = new Owners(hasOneId);
  const { root, below } = mounts.step(overlay);
  const views = { upper: overlay.upper, lower: below, merged: root };
  if (task.kind === "copy") await copyInto(task, { root, from: mounts.tree(task.from), owners });
  else if (task.kind === "directory")
    new Copier({ root, keepLinks: false, owners }).directory(task.path);
  else removeMountPoints(views, task.mountPoints);
  const whiteouts = findHidden(views);
  mounts.release(overlay.merged);
  if (task.kind === "capture" && whiteouts.length === 0) removeCopies(views, task.mountPoints);
  if (isUntouched(overlay.upper)) return {};
  settleTimes(overlay.upper);
  const store = await ContentStore.open(contentDir);
  const { descriptor } = await storeLayer(store, overlay.upper, {
    whiteouts,
    owner: owners.packed,
  });
  return { layer: { digest: descriptor.digest, size: descriptor.size } };
}

/** Copies a directory's content, or one file, to `target`. */
function extract(
  from: string,
  request: Omit<RequestOf<"extract">, "op" | "from">,
  hasOneId: boolean,
): void {
  const owners = new Owners(hasOneId);
  const { source, target } = request;
  const [found] = request.sources ?? find(from, source);
  if (found === undefined) throw new CopyError(`${source} does not exist there`);
  const keepOwners = request.sources === undefined;
  const owner = keepOwners ? undefined : { uid: 0, gid: 0 };
  if (found.isDirectory) {
    mkdirSync(target, { recursive: true });
    const copier = new Copier({ root: target, keepLinks: keepOwners, owner, owners });
    return copier.tree(from, found.entries, { top: found.path, target: "/" });
  }
  const [entry] = found.entries;
  if (entry === undefined) throw new CopyError(`${source} is left out by .dockerignore`);
  const name = target.slice(target.lastIndexOf("/") + 1);
  new Copier({ root: dirname(target), keepLinks: false, owner, owners }).file(from, entry, name);
}

function find(root: string, source: string): PlannedSource[] {
  return selectSource(root, source).map((selected) => ({
    ...selected,
    entries: walkTree(root, selected.path),
  }));
}

/** Made aside and moved into place: a cache that is there is whole. */
function makeCache(request: RequestOf<"cache">, { mounts, hasOneId }: Means): void {
  const { path, mode, uid, gid, from, source = "/" } = request;
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const draft = join(dirname(path), `.${process.pid}-${path.slice(path.lastIndexOf("/") + 1)}`);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  if (from !== undefined) extract(mounts.tree(from), { source, target: draft }, hasOneId);
  if (!hasOneId) chownSync(draft, uid, gid);
  chmodSync(draft, mode);
  renameSync(draft, path);
}
