import { parseReference } from "@gantry/oci";

/** Lines of a Dockerfile with continuations joined and comments left out. */
function instructions(text: string): readonly string[] {
  const plain = text
    .split("\n")
    .filter((line) => !/^\s*#/u.test(line))
    .join("\n");
  return plain.replace(/[\\`][ \t]*\r?\n/gu, " ").split("\n");
}

/** Whether a step may ask for the secret `id`. One whose name is made of variables may be any. */
export function mayAskForSecret(text: string, id: string): boolean {
  const mounts = instructions(text).flatMap((line) => line.match(/--mount=\S+/gu) ?? []);
  return mounts
    .filter((mount) => /\btype=secret\b/u.test(mount))
    .some((mount) => mount.includes("$") || secretName(mount) === id);
}

function secretName(mount: string): string {
  const field = (names: string): string | undefined =>
    new RegExp(`[=,](?:${names})=([^,]*)`, "u").exec(mount)?.[1];
  return field("id") ?? field("target|dst|destination")?.split("/").at(-1) ?? "";
}

/** Whether the Dockerfile says what only an image in Docker's own format can hold. */
export function needsDockerFormat(text: string): boolean {
  return instructions(text).some((line) => /^\s*(?:SHELL|HEALTHCHECK|ONBUILD)\s/iu.test(line));
}

/** The images that the build may fetch, as written; names made of variables and names of stages are left out. */
export function namedImages(text: string): readonly string[] {
  const stages = new Set<string>(["scratch"]);
  const images: string[] = [];
  for (const line of instructions(text)) {
    const from = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/iu.exec(line);
    const copied = /^\s*COPY\s.*--from=(\S+)/iu.exec(line)?.[1];
    for (const name of [from?.[1], copied]) {
      if (name !== undefined && !stages.has(name.toLowerCase()) && isImageName(name))
        images.push(name);
    }
    if (from?.[2] !== undefined) stages.add(from[2].toLowerCase());
  }
  return images;
}

function isImageName(name: string): boolean {
  if (/^\d+$/u.test(name)) return false;
  try {
    parseReference(name);
    return true;
  } catch {
    // A variable in it, or nothing that could be an image: podman says so itself.
    return false;
  }
}

/** The line of the only instruction that holds `words`. */
export function lineOf(dockerfile: string, words: string): number | undefined {
  const lines = dockerfile.split("\n");
  const found = lines.flatMap((line, index) =>
    words !== "" && line.includes(words) ? [index + 1] : [],
  );
  return found.length === 1 ? found[0] : undefined;
}
