import { invalidRequest } from "./errors.ts";
import type { Dockerfile, Stage } from "../dockerfile/instruction.ts";
import { nearestName } from "../dockerfile/nearest.ts";

/** The stage that makes the image: `target`, or the last one. Throws `invalid-request` naming the nearest. */
export function targetStage(file: Dockerfile, target: string | undefined): Stage {
  const last = file.stages.at(-1);
  const found = target === undefined || target === "" ? last : findStage(file.stages, target);
  if (found !== undefined) return found;
  const names = file.stages.flatMap((stage) => stage.name ?? []);
  const near = nearestName(target ?? "", names);
  const hint =
    near === undefined
      ? `Stages: ${names.join(", ") || "none has a name"}.`
      : `Did you mean ${near}?`;
  throw invalidRequest(`${file.path} has no stage ${target ?? ""}`, hint);
}

/** An earlier stage, by name or number; `undefined` when `name` is something else. */
export function findStage(stages: readonly Stage[], name: string): Stage | undefined {
  const lower = name.toLowerCase();
  const named = stages.find((stage) => stage.name === lower);
  return named ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined);
}

/** How the steps of a stage are announced: `[build 2/5]`, or `[2/5]` when there is but one stage. */
export function stageLabel(file: Dockerfile, stage: Stage): string {
  if (file.stages.length === 1) return stage.name ?? "";
  return stage.name ?? `stage-${stage.index}`;
}

/** Names of all build arguments that some `ARG` declares. */
export function declaredArgs(file: Dockerfile): ReadonlySet<string> {
  const all = [...file.globalArgs, ...file.stages.flatMap((stage) => stage.instructions)];
  return new Set(
    all.flatMap((item) => (item.kind === "arg" ? item.entries.map((entry) => entry.name) : [])),
  );
}
