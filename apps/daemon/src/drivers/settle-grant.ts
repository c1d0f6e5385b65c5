import {
  isCovered,
  isNone,
  isSamePublisher,
  type LockedDriver,
  lockDifferences,
  narrowed,
  NO_POWERS,
  PackageError,
  parseGrants,
  powerLines,
  type Powers,
  type Publisher,
  together,
  widening,
} from "@gantry/driver-package";

/** A package, and what is known of earlier ones of its name. */
export interface Candidate {
  /** As it would be locked, but for what is granted. */
  readonly found: Omit<LockedDriver, "granted">;
  readonly asked: Powers;
  /** What it can use besides. */
  readonly optional: Powers;
  /** What this home has now, and what that one asks for. */
  readonly installed: LockedDriver | undefined;
  readonly askedBefore: Powers | undefined;
  /** What the project's lock file says. */
  readonly pinned: LockedDriver | undefined;
}

/** What there is to ask the operator about a package. */
export interface Question {
  /** Powers that are new; nothing where all of them are covered. */
  readonly widening: Powers;
  readonly formerPublisher: Publisher | undefined;
  /** What is granted without asking. Absent: the operator has to say. */
  readonly covered: Powers | undefined;
}

/** What has to be asked before a package is installed. A lock file covers exactly what it says, an earlier grant never more than it was. */
export function questionOf(candidate: Candidate): Question {
  const { asked, installed, pinned, found } = candidate;
  const before = pinned ?? installed;
  const isNew = before !== undefined && !isSamePublisher(before.publisher, found.publisher);
  const formerPublisher = isNew ? before.publisher : undefined;
  const covered = coveredBy(candidate);
  if (covered !== undefined) return { widening: NO_POWERS, formerPublisher, covered };
  const had = pinned?.granted ?? candidate.askedBefore ?? installed?.granted ?? NO_POWERS;
  const isPinWider = isPinned(candidate) && installed !== undefined;
  const wider = isPinWider
    ? widening(installed.granted, pinned?.granted ?? asked)
    : widening(had, asked);
  return { widening: wider, formerPublisher, covered: undefined };
}

function coveredBy(candidate: Candidate): Powers | undefined {
  const { asked, optional, installed, askedBefore, pinned } = candidate;
  if (pinned !== undefined && isPinned(candidate)) {
    const isWider = installed !== undefined && !isCovered(installed.granted, pinned.granted);
    return isWider ? undefined : pinned.granted;
  }
  if (installed === undefined) return undefined;
  const isWider = !isNone(widening(askedBefore ?? installed.granted, asked));
  return isWider ? undefined : narrowed(installed.granted, together(asked, optional));
}

/** The project's lock file says exactly this. */
function isPinned({ pinned, found }: Candidate): boolean {
  return (
    pinned !== undefined &&
    lockDifferences(pinned, { ...found, granted: pinned.granted }).length === 0
  );
}

export interface Answer {
  /** As the operator wrote it; absent: nothing was said. */
  readonly grant: readonly string[] | undefined;
  readonly acceptPublisher: boolean;
}

/** What is granted, by the operator's word or without asking. Throws `publisher-changed` or `driver-unconfirmed`. */
export function settleGrant(name: string, candidate: Candidate, answer: Answer): Powers {
  const { covered, formerPublisher, widening: wider } = questionOf(candidate);
  if (formerPublisher !== undefined && !answer.acceptPublisher)
    throw otherPublisher(name, formerPublisher, candidate.found.publisher);
  if (answer.grant !== undefined)
    return parseGrants(answer.grant, candidate.asked, candidate.optional);
  if (covered !== undefined) return covered;
  throw unconfirmed(name, candidate, wider);
}

function otherPublisher(name: string, before: Publisher, now: Publisher): PackageError {
  const words = ({ name: own, verified }: Publisher): string =>
    verified?.subject ?? `${own} (not verified)`;
  const message = `${name} was published by ${words(before)}, this one by ${words(now)}.`;
  return new PackageError("publisher-changed", message, {
    hint: "Find out why; if that is right, say --accept-publisher.",
  });
}

function unconfirmed(
  name: string,
  { asked, installed, pinned }: Candidate,
  wider: Powers,
): PackageError {
  const isUpdate = (installed ?? pinned) !== undefined;
  const message = isUpdate
    ? `${name} asks for more than it was granted.`
    : `Nobody has confirmed what ${name} asks for.`;
  const flag = isNone(asked)
    ? "--grant none"
    : "--grant all, or a part of it as --grant KIND=VALUE";
  return new PackageError("driver-unconfirmed", message, {
    hint: `Look at it, then say ${flag}.`,
    details: powerLines(isUpdate ? wider : asked),
  });
}
