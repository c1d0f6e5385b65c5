import { DriverError } from "@gantry/driver-api";
import type { PassedOver } from "@gantry/protocol";
import { Fault } from "../fault.ts";
import type { Endpoint, Environment } from "./endpoint.ts";
import { absenceOf, type Lack, lackOf, type Need } from "./need.ts";
import type { EndpointRegistry } from "./registry.ts";

export type { Need } from "./need.ts";

export interface Choice {
  readonly endpoint: Endpoint;
  /** For the user: which and why. */
  readonly reason: string;
  /** Tried before it, each with what it lacks. */
  readonly passedOver: readonly PassedOver[];
  /** Why its engine cannot be used now; only where that was allowed. */
  readonly away?: string;
}

export interface NegotiateOptions {
  /** The endpoint that the user named. */
  readonly named: string | undefined;
  /** Tried before all others. */
  readonly first?: string | undefined;
  /** Where the installation ran before: left for want of its engine only with `failOver`. */
  readonly home?: string | undefined;
  readonly failOver?: boolean;
  /** Endpoints that turned out away, each with how. */
  readonly tried?: readonly PassedOver[];
  /** An engine that is away may be chosen when no other is there: nothing will be done with it. */
  readonly mayBeAway?: boolean;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** Picks the endpoint: the one named, or the first that can do what is needed and is there. Throws `unsupported`, `engine-unavailable` or `no-driver`. */
export async function negotiate(
  registry: EndpointRegistry,
  need: Need,
  options: NegotiateOptions,
): Promise<Choice> {
  if (options.named !== undefined)
    return named(registry, need, { ...options, name: options.named });
  const passedOver: PassedOver[] = [...(options.tried ?? [])];
  const away: Away[] = [];
  const usual = await registry.candidates(need.facet);
  for (const name of candidates(usual, options)) {
    const looked = await look(registry, need, { ...options, name });
    if (looked.kind === "ready") {
      const why = whyChosen(need, name, { ...options, usual });
      return {
        endpoint: looked.endpoint,
        reason: reasonFor(need, name, { passedOver, why }),
        passedOver,
      };
    }
    // What built the bundle need not be able to run it: nobody counted on that.
    if (name === options.first && looked.lack.requirement === need.facet) continue;
    if (name === options.home && options.failOver !== true) {
      if (looked.kind === "away") return stay(looked, passedOver, options);
      // Removed, revoked, quarantined, or not to be started.
      if (looked.lack.requirement === "ready") throw homeLost(name, looked.lack);
    }
    if (looked.kind === "away") away.push(looked);
    passedOver.push({ endpoint: name, ...looked.lack });
  }
  const [first] = away;
  if (options.mayBeAway === true && first !== undefined)
    return { ...awayChoice(first, "the first that could"), passedOver: without(passedOver, first) };
  throw none(need, passedOver);
}

function candidates(
  usual: readonly string[],
  { first, home, tried = [] }: NegotiateOptions,
): string[] {
  const preferred = [home, first].filter((name) => name !== undefined);
  const gone = tried.map(({ endpoint }) => endpoint);
  return [...new Set([...preferred, ...usual])].filter((name) => !gone.includes(name));
}

/** What spoke for an endpoint that is ready: its turn, or what went before. */
function whyChosen(
  need: Need,
  name: string,
  { usual, home, first }: NegotiateOptions & { readonly usual: readonly string[] },
): string {
  if (name === usual[0]) return "the first that is ready";
  if (name === home) return "where it ran before";
  if (name === first)
    return need.facet === "build" ? "which built it before" : "which has its image";
  return "the first that is ready";
}

interface Candidate extends NegotiateOptions {
  readonly name: string;
}

async function named(
  registry: EndpointRegistry,
  need: Need,
  { name, environment, signal, mayBeAway }: Candidate,
): Promise<Choice> {
  const endpoint = await registry.get(name, environment);
  const lack = await lackOf(endpoint, need, signal);
  if (lack !== undefined)
    throw new Fault("unsupported", `Endpoint ${name} ${lack.text}.`, {
      hint: `Choose another one with --driver, or leave --driver out; see \`gantry drivers list\`.`,
    });
  const choice = { endpoint, reason: `${name}, as asked`, passedOver: [] };
  // Nobody needs an answer but the reader of a plan: the first call will say.
  const absence = mayBeAway === true ? await absenceOf(endpoint, signal) : undefined;
  return absence === undefined ? choice : { ...choice, away: absence.text };
}

/** An endpoint that can do it all, but for its engine. */
interface Away {
  readonly kind: "away";
  readonly endpoint: Endpoint;
  readonly lack: Lack;
}

type Looked =
  | { readonly kind: "ready"; readonly endpoint: Endpoint }
  | Away
  | { readonly kind: "unfit"; readonly lack: Lack };

async function look(
  registry: EndpointRegistry,
  need: Need,
  { name, environment, signal }: Candidate,
): Promise<Looked> {
  try {
    const endpoint = await registry.get(name, environment);
    const lack = await lackOf(endpoint, need, signal);
    if (lack !== undefined) return { kind: "unfit", lack };
    const absence = await absenceOf(endpoint, signal);
    return absence === undefined
      ? { kind: "ready", endpoint }
      : { kind: "away", endpoint, lack: absence };
  } catch (error) {
    if (error instanceof Fault || error instanceof DriverError)
      return {
        kind: "unfit",
        lack: { requirement: "ready", text: `cannot be used: ${error.message}` },
      };
    throw error;
  }
}

/** What was deployed from there may be out of another engine's reach, so it takes a word to go elsewhere. */
function stay(
  found: Away,
  passedOver: readonly PassedOver[],
  { mayBeAway }: NegotiateOptions,
): Choice {
  if (mayBeAway === true) return { ...awayChoice(found, "where it ran before"), passedOver };
  throw homeLost(found.endpoint.name, found.lack);
}

function homeLost(name: string, { text }: Lack): Fault {
  return new Fault("engine-unavailable", `Endpoint ${name}, where it ran before, ${text}`, {
    hint: "See `gantry drivers doctor`; or let another endpoint do it with --fail-over, or name one with --driver.",
  });
}

function awayChoice({ endpoint, lack }: Away, why: string): Omit<Choice, "passedOver"> {
  return { endpoint, reason: `${endpoint.name} (${why})`, away: lack.text };
}

function without(passedOver: readonly PassedOver[], { endpoint }: Away): PassedOver[] {
  return passedOver.filter((one) => one.endpoint !== endpoint.name);
}

function none(need: Need, passedOver: readonly PassedOver[]): Fault {
  return new Fault("no-driver", `No endpoint can ${need.facet} this.`, {
    hint: "See `gantry drivers doctor` for what is wrong with each.",
    details: passedOver.map(inWords),
  });
}

function reasonFor(
  need: Need,
  name: string,
  { passedOver, why }: { readonly passedOver: readonly PassedOver[]; readonly why: string },
): string {
  const because = passedOver.length === 0 ? why : `because ${passedOver.map(inWords).join("; ")}`;
  return `${name} (${because}; --driver chooses another to ${need.facet} with)`;
}

function inWords({ endpoint, text }: PassedOver): string {
  return `${endpoint} ${text.replace(/\.$/, "")}`;
}
