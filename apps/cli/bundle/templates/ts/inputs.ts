import { Readable } from "node:stream";
import { type Engine, Refused } from "./engine.ts";
import type { RunSpec } from "./spec.ts";
import { END, entriesOf, header, type Owner, padding } from "./tar.ts";
import { DriverError } from "./wire.ts";

/** Puts the files and the outputs directory of a run into its container, owned by whom its program runs as. */
export async function placeInputs(engine: Engine, container: string, spec: RunSpec): Promise<void> {
  for (const { path, existing } of spec.files) {
    if (existing === "refuse" && (await exists(engine, container, path))) {
      const hint = "Choose another path.";
      throw new DriverError("file-exists", `The image has ${path} already.`, { hint });
    }
  }
  const body = Readable.from(archiveOf(spec, await ownerOf(engine, container)));
  const query = { path: "/", noOverwriteDirNonDir: "1" };
  await engine.do(`PUT /containers/${container}/archive`, { query, body });
}

/** Names no other directory: the engine makes the missing ones, and would change those that exist. */
function* archiveOf(spec: RunSpec, owner: Owner): Generator<Buffer> {
  const outputs = `${spec.outputsDir.slice(1)}/`;
  yield header({ path: outputs, mode: 0o755, size: 0, ...owner });
  for (const { path, content, mode } of spec.files) {
    const bytes = Buffer.from(content, "base64");
    yield header({ path: path.slice(1), mode, size: bytes.length, ...owner });
    yield bytes;
    yield padding(bytes.length);
  }
  yield END;
}

async function exists(engine: Engine, container: string, path: string): Promise<boolean> {
  try {
    await engine.do(`HEAD /containers/${container}/archive`, { query: { path } });
    return true;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return false;
    throw error;
  }
}

/** The numeric ids that `USER` of the image means; names are looked up in the image's own files. */
async function ownerOf(engine: Engine, container: string): Promise<Owner> {
  const about = await engine.json<{ Config: { User: string } }>(
    `GET /containers/${container}/json`,
  );
  const [user = "", group] = about.Config.User.split(":");
  if (user === "") return { uid: 0, gid: 0 };
  const account = await find(engine, { container, path: "/etc/passwd", name: user });
  const uid = Number(account?.[2] ?? user);
  const own = group === undefined ? account?.[3] : undefined;
  const named =
    group === undefined
      ? undefined
      : await find(engine, { container, path: "/etc/group", name: group });
  const gid = Number(named?.[2] ?? group ?? own ?? 0);
  if (Number.isInteger(uid) && Number.isInteger(gid)) return { uid, gid };
  throw new DriverError("base-unusable", `The image does not know its user ${about.Config.User}.`, {
    hint: "Use a number for USER.",
  });
}

/** The line of an account file that is about `name`, a name or a number. */
async function find(
  engine: Engine,
  { container, path, name }: { container: string; path: string; name: string },
): Promise<string[] | undefined> {
  if (!(await exists(engine, container, path))) return undefined;
  const archive = await engine.stream(`GET /containers/${container}/archive`, { query: { path } });
  let text = "";
  for await (const entry of entriesOf(archive)) {
    if (entry.type === "0") text += (await entry.read(4 * 1024 * 1024)).toString("utf8");
  }
  const lines = text.split("\n").map((line) => line.split(":"));
  return lines.find(([login, , number]) => login === name || number === name);
}
