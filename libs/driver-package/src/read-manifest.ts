import { PackageError } from "./errors.ts";
import { DriverManifest, MANIFEST_FILE } from "./manifest.ts";

/** Bytes that a manifest may have; its options' schema is by far the largest part. */
export const MANIFEST_BYTES = 1 << 20;
/** Objects in objects; a schema of strangers is walked later on. */
const DEEPEST = 64;

/** Reads `gantry-driver.json`; `where` names the package in messages. Throws `package-invalid`, naming each field. */
export function readManifest(text: string, where: string): DriverManifest {
  if (text.length > MANIFEST_BYTES) throw unreadable(where, "larger than 1 MiB");
  if (depthOf(text) > DEEPEST) throw unreadable(where, "nested too deeply");
  const parsed = DriverManifest.safeParse(toData(text, where));
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  throw new PackageError(
    "package-invalid",
    `The ${MANIFEST_FILE} of ${where} is not valid: ${details[0]}.`,
    { hint: MEND, details: details.length > 1 ? details : [] },
  );
}

const MEND = "Tell the driver's author, or use another version; docs/drivers.md shows the fields.";

function toData(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(where, "not JSON", cause);
  }
}

function unreadable(where: string, why: string, cause?: unknown): PackageError {
  const message = `The ${MANIFEST_FILE} of ${where} is ${why}.`;
  return new PackageError("package-invalid", message, { hint: MEND, cause });
}

/** How deep brackets are nested. Those in strings count too, which no honest manifest has many of. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const letter of text) {
    if (letter === "{" || letter === "[") depth += 1;
    else if (letter === "}" || letter === "]") depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
