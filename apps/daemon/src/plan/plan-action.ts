import { checkInstallationName } from "@gantry/cnab";
import type { Plan } from "@gantry/protocol";
import { type BuildRoom, optionsFor } from "../build/build-bundle.ts";
import { foreseeBuild } from "../build/foresee-build.ts";
import type { Fault } from "../fault.ts";
import {
  type BundleToRun,
  fromBytes,
  fromClaim,
  fromFile,
  fromRow,
  lastBuild,
  noBundle,
  publishedBundle,
} from "../run/bundle-to-run.ts";
import { settleRun, type SettleWork } from "../run/settle-run.ts";
import type { ClaimRow } from "../store/claims.ts";
import { imageAtHand } from "./image-at-hand.ts";
import { toPlan } from "./plan-document.ts";
import { withStandIns } from "./stand-ins.ts";

type PlanWork = Omit<SettleWork, "context"> & { readonly signal: AbortSignal };

/** A bundle as a run would find it, and what a build would have to do before. */
export interface PlannedBundle {
  readonly toRun: BundleToRun;
  readonly changed: readonly string[];
}

/** Says what an action would do, by settling its run to the last detail and then not carrying it out. */
export async function planAction(room: BuildRoom, asked: PlanWork): Promise<Plan> {
  const { name, signal } = asked;
  checkInstallationName(name);
  const warnings: string[] = [];
  const problems: string[] = [];
  const context = { signal, report: keep(warnings) };
  const installation = room.store.installations.find(asked.options.namespace, name);
  const last = installation === undefined ? undefined : room.store.claims.last(installation.id);
  const planned = await planBundle(room, { ...asked, context }, last);
  const { toRun } = planned;
  const options = withStandIns(toRun.bundle, asked, problems);
  const work = { ...asked, options, context };
  const refuse = ({ message, hint }: Fault): void => void problems.push(`${message} ${hint}`);
  const given = { toRun, installation, last, tried: [], refuse, isPlan: true };
  const settled = await settleRun(room, work, given);
  const approved =
    installation === undefined ? undefined : room.store.grants.approved(installation.id);
  const image = await imageAtHand(settled, signal);
  return toPlan(settled, { planned, approved, image, problems, warnings });
}

async function planBundle(
  room: BuildRoom,
  { options, context, environment }: SettleWork,
  last: ClaimRow | undefined,
): Promise<PlannedBundle> {
  const { source } = options;
  const published = await publishedBundle(room, { source, environment, context });
  if (published !== undefined) return { toRun: published, changed: [] };
  if (source.cnabFile !== undefined)
    return { toRun: await fromFile(source.cnabFile, options.force), changed: [] };
  if (source.file === undefined && source.dir === undefined) {
    if (last === undefined) throw noBundle();
    return { toRun: fromClaim(last), changed: [] };
  }
  const build = { source, options: await optionsFor(room, source, options.build), context };
  if (!options.autobuild) return { toRun: fromRow(await lastBuild(room, build)), changed: [] };
  const foreseen = await foreseeBuild(room, build);
  if (foreseen.kind === "up-to-date") return { toRun: fromRow(foreseen.row), changed: [] };
  const toRun = { ...fromBytes(foreseen.bundleBytes), madeBy: undefined, isToBuild: true };
  return { toRun, changed: foreseen.changed };
}

/** Keeps the warnings of what is reported; the rest is in the plan. */
function keep(warnings: string[]): SettleWork["context"]["report"] {
  return async (_phase, event) => {
    if (event.kind === "notice" && event.level === "warning") warnings.push(event.text);
  };
}
