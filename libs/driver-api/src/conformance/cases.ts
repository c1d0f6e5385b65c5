import { cacheCases } from "./build/cache.ts";
import { dockerfileCases } from "./build/dockerfile.ts";
import { failureCases } from "./build/failures.ts";
import { imageCases } from "./build/images.ts";
import { buildRefusalCases } from "./build/refusals.ts";
import { secretCases } from "./build/secrets.ts";
import type { Case } from "./case.ts";
import { probeCases } from "./probe.ts";
import { endingCases } from "./run/ending.ts";
import { engineCases } from "./run/engine.ts";
import { inputCases } from "./run/inputs.ts";
import { limitCases } from "./run/limits.ts";
import { logCases } from "./run/logs.ts";
import { observeCases } from "./run/observing.ts";
import { outputCases } from "./run/outputs.ts";
import { recoveryCases } from "./run/recovery.ts";
import { refusalCases } from "./run/refusals.ts";
import { stopCases } from "./run/stopping.ts";
import { terminalCases } from "./run/terminals.ts";

/** Every promise of the contract, in the order in which they are checked. */
export const CASES: readonly Case[] = [
  ...probeCases,
  ...dockerfileCases,
  ...cacheCases,
  ...failureCases,
  ...buildRefusalCases,
  ...secretCases,
  ...imageCases,
  ...endingCases,
  ...logCases,
  ...inputCases,
  ...outputCases,
  ...stopCases,
  ...terminalCases,
  ...recoveryCases,
  ...refusalCases,
  ...limitCases,
  ...observeCases,
  ...engineCases,
];
