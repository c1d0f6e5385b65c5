import type { BuildFeature, RunFeature } from "@gantry/reports";
import type { Driver } from "../driver.ts";
import type { ImageFacet } from "../images.ts";
import type { DriverFixture, Need, TestImage } from "./fixture.ts";

/** What must be there for a case to say anything. */
export interface Requirement {
  readonly facet?: "build" | "run" | "images";
  readonly needs?: readonly Need[];
  readonly runFeatures?: readonly RunFeature[];
  readonly buildFeatures?: readonly BuildFeature[];
  /** The facet must not declare this feature, so that asking for it is refused. */
  readonly undeclared?: RunFeature | BuildFeature;
  readonly imageMembers?: readonly (keyof ImageFacet)[];
  /** The build fixture must name a base image whose programs can be run. */
  readonly base?: boolean;
}

/** What a case works with. */
export interface CaseContext {
  readonly driver: Driver;
  readonly fixture: DriverFixture;
  readonly image: TestImage | undefined;
  /** Aborts when the case takes too long. */
  readonly signal: AbortSignal;
  /** Disposed when the case has ended, however it ended. */
  readonly cleanup: AsyncDisposableStack;
}

/** One promise of the contract. */
export interface Case {
  /** Stable, such as `run.exit-codes`. */
  readonly id: string;
  /** Completes the sentence "the driver …". */
  readonly title: string;
  readonly requires: Requirement;
  /** Throws an assertion error when the promise is broken. */
  run(context: CaseContext): Promise<void>;
}

/** Why `one` says nothing of this driver; `undefined` when it applies. */
export function inapplicability(
  one: Case,
  driver: Driver,
  fixture: DriverFixture,
): string | undefined {
  return (
    fixture.notApplicable?.[one.id] ??
    missingFacet(one.requires, driver, fixture) ??
    missingNeed(one.requires, fixture) ??
    missingFeature(one.requires, driver) ??
    declaredFeature(one.requires, driver)
  );
}

function missingFacet(
  { facet, base }: Requirement,
  driver: Driver,
  fixture: DriverFixture,
): string | undefined {
  if (facet !== undefined && driver[facet] === undefined) return `has no ${facet} facet`;
  if (facet === "run" && fixture.testImage === undefined) return "no test image is at hand";
  if (base === true && fixture.base === undefined) return "no base image is at hand";
  return undefined;
}

function missingNeed({ needs = [] }: Requirement, fixture: DriverFixture): string | undefined {
  for (const need of needs) {
    const reason = fixture.lacks?.[need];
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function missingFeature(requires: Requirement, driver: Driver): string | undefined {
  const { runFeatures = [], buildFeatures = [], imageMembers = [] } = requires;
  const run = runFeatures.find((each) => driver.run?.capabilities.features.includes(each) !== true);
  const build = buildFeatures.find(
    (each) => driver.build?.capabilities.features.includes(each) !== true,
  );
  const member = imageMembers.find((each) => driver.images?.[each] === undefined);
  const missing = run ?? build ?? (member === undefined ? undefined : `images.${member}`);
  return missing === undefined ? undefined : `does not declare ${missing}`;
}

function declaredFeature({ undeclared, facet }: Requirement, driver: Driver): string | undefined {
  const features: readonly string[] =
    (facet === "build" ? driver.build : driver.run)?.capabilities.features ?? [];
  return undeclared !== undefined && features.includes(undeclared)
    ? `declares ${undeclared}`
    : undefined;
}
