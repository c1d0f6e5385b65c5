import { existsSync } from "node:fs";
import { reasonOf } from "./errors.ts";
import { homesLeft } from "./machine/home.ts";
import { imageDir, type ImageRecipe } from "./images/image.ts";
import { ENGINE_NAMES, type EngineName, missingNeeds, whyNotInstallable } from "./needs.ts";
import { busyboxRecipe, debianRecipe } from "./images/recipes.ts";

/** `true` when it is there or will be on the first run. */
interface Finding {
  readonly isFine: boolean;
  readonly line: string;
}

function diagnose(engine: EngineName): Finding {
  const missing = missingNeeds(engine).filter((need) => need.optional !== true);
  if (missing.length === 0) {
    const asUser = (engine === "docker" || engine === "podman") && process.getuid?.() !== 0;
    return {
      isFine: !asUser,
      line: `${engine}: ${asUser ? "installed, but needs root" : "ready"}`,
    };
  }
  const programs = missing.map((need) => need.program).join(", ");
  const packages = missing.map((need) => need.debianPackage).join(" ");
  const why = whyNotInstallable();
  const line =
    why === undefined
      ? `${engine}: ${programs} not found, will be installed (${packages})`
      : `${engine}: ${programs} not found, and cannot be installed here (${why}); on Debian: apt-get install ${packages}`;
  return { isFine: why === undefined, line };
}

async function diagnoseImage(name: string, make: () => Promise<ImageRecipe>): Promise<Finding> {
  try {
    const dir = imageDir(await make());
    const state = existsSync(dir) ? `kept in ${dir}` : "will be made on the first run";
    return { isFine: true, line: `image ${name}: ${state}` };
  } catch (error) {
    return { isFine: false, line: `image ${name}: ${reasonOf(error)}` };
  }
}

/** What there is for each engine, what is missing and why, as lines; `isFine` when all that tests need can be had. */
export async function examine(): Promise<{ isFine: boolean; lines: readonly string[] }> {
  const images = await Promise.all([
    diagnoseImage("busybox", async () => busyboxRecipe()),
    diagnoseImage("debian", debianRecipe),
  ]);
  const findings = [...ENGINE_NAMES.map(diagnose), ...images];
  const left = (await homesLeft()).map(
    (dir) => `left by a dead run, cleared away by the next: ${dir}`,
  );
  return {
    isFine: findings.every(({ isFine }) => isFine),
    lines: [...findings.map(({ line }) => line), ...left],
  };
}
