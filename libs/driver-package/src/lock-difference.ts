import { type LockedDriver, sparse } from "./lock-file.ts";
import { describePublisher } from "./publisher.ts";

/** What is not the same in both, each as `version: 1.0.0 in gantry.lock, 1.1.0 found`. Empty: they are the same. */
export function lockDifferences(
  locked: LockedDriver | undefined,
  found: LockedDriver,
): readonly string[] {
  if (locked === undefined) return ["it is not in gantry.lock"];
  const before = fieldsOf(locked);
  return Object.entries(fieldsOf(found)).flatMap(([field, value]) => {
    const earlier = before[field] ?? "";
    return earlier === value ? [] : [`${field}: ${earlier} in gantry.lock, ${value} found`];
  });
}

function fieldsOf({
  version,
  source,
  sha512,
  publisher,
  protocol,
  granted,
}: LockedDriver): Record<string, string> {
  return {
    version,
    source,
    sha512: sha512 ?? "none",
    publisher: describePublisher(publisher),
    protocol: String(protocol),
    granted: JSON.stringify(sparse(granted)),
  };
}
