import { lstatSync } from "node:fs";
import { type BuildRequest, buildNeeds } from "@gantry/driver-api";
import { isOciError, parseReference } from "@gantry/oci";
import { type BuildCapabilities, parsePlatform } from "@gantry/reports";
import { invalidRequest, missingFeature } from "./errors.ts";

/** Throws for what can be known to be wrong before anything is read: features, directories, names. */
export function assertPossible(request: BuildRequest, capabilities: BuildCapabilities): void {
  const need = buildNeeds(request).find((feature) => !capabilities.features.includes(feature));
  if (need !== undefined) {
    const hint = "Leave it out, or build with a driver that declares it.";
    throw missingFeature(need, `The local driver does not support ${need}.`, hint);
  }
  assertDirectory(request.contextDir, "The build context");
  for (const [name, directory] of Object.entries(request.contexts))
    assertDirectory(directory, `Context ${name}`);
  for (const tag of request.tags) assertTag(tag);
  for (const platform of request.platforms) assertPlatform(platform);
  for (const host of request.extraHosts) assertHost(host);
}

function assertDirectory(path: string, subject: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
    throw invalidRequest(`${subject} ${path} does not exist.`, "Give the path of a directory.");
  }
}

function assertTag(tag: string): void {
  try {
    parseReference(tag);
  } catch (error) {
    if (!isOciError(error)) throw error;
    throw invalidRequest(`The tag is not valid: ${error.message}`, error.hint);
  }
}

function assertPlatform(text: string): void {
  if (parsePlatform(text) !== undefined) return;
  throw invalidRequest(
    `The platform ${JSON.stringify(text)} is not valid.`,
    "Write os/architecture, such as linux/amd64.",
  );
}

function assertHost(text: string): void {
  if (/^[^\s:=]+[:=][0-9a-fA-F.:[\]]+$/.test(text)) return;
  throw invalidRequest(`The extra host ${JSON.stringify(text)} is not valid.`, "Write NAME:IP.");
}
