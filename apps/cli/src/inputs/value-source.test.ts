import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../command-line/usage-error.ts";
import { type Place, resolveSource, resolveText, type ValueSource } from "./value-source.ts";

const SECRET = "hunter2-and-more";
let dir: TempDir;

beforeAll(async () => {
  dir = await TempDir.create("gantry-value-source-");
  await mkdir(join(dir.path, "sub"));
  await writeFile(join(dir.path, "sub", "secret.txt"), `${SECRET}\n`);
  await writeFile(join(dir.path, "binary"), Buffer.from([0xff, 0xfe, 0x00]));
});

afterAll(async () => {
  await dir[Symbol.asyncDispose]();
});

function place(env: Place["env"] = {}): Place {
  return {
    env: { PATH: process.env["PATH"], ...env },
    cwd: dir.path,
    what: "--cred password",
  };
}

function text(kind: ValueSource["kind"], hint: string, env: Place["env"] = {}): Promise<string> {
  return resolveText({ kind, hint }, place(env));
}

/** Everything of the error that a person or a log could see. */
async function refusal(asked: Promise<unknown>): Promise<UsageError> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UsageError))
    throw new TypeError(`expected a refusal, got ${String(error)}`);
  const shown = `${error.message} ${error.hint} ${String(error.cause)} ${JSON.stringify(error.cause)}`;
  expect(shown).not.toContain(SECRET);
  return error;
}

describe("a value", () => {
  it("is taken as it is, blanks, $ and line ends too", async () => {
    expect(await text("value", " $HOME a\n", { HOME: "no" })).toBe(" $HOME a\n");
    expect(await text("value", "")).toBe("");
  });
});

describe("a variable", () => {
  it("gives its text, its line end too", async () => {
    expect(await text("env", "TOKEN", { TOKEN: `${SECRET}\n` })).toBe(`${SECRET}\n`);
  });

  it("may be empty", async () => {
    expect(await text("env", "TOKEN", { TOKEN: "" })).toBe("");
  });

  it("that is not set is named", async () => {
    const { message, hint } = await refusal(text("env", "TOKEN", { OTHER: SECRET }));
    expect(message).toBe("--cred password comes from the variable TOKEN, which is not set.");
    expect(hint).toContain("export TOKEN=");
  });
});

describe("a file", () => {
  it("gives its bytes as they are, below the working directory", async () => {
    expect(await text("path", "sub/secret.txt")).toBe(`${SECRET}\n`);
    expect(await text("path", join(dir.path, "sub/secret.txt"))).toBe(`${SECRET}\n`);
  });

  it.each(["$WHERE/secret.txt", "${WHERE}/secret.txt"])(
    "may have variables in its path: %s",
    async (path) => {
      expect(await text("path", path, { WHERE: join(dir.path, "sub") })).toBe(`${SECRET}\n`);
    },
  );

  it("whose path has a variable that is not set is refused, naming both", async () => {
    const { message } = await refusal(text("path", "$NOWHERE/x"));
    expect(message).toContain("The path of --cred password");
    expect(message).toContain("NOWHERE");
  });

  it("that is missing, or is a directory, is refused by path and reason", async () => {
    expect((await refusal(text("path", "gone"))).message).toBe(
      `--cred password comes from the file ${join(dir.path, "gone")}, which cannot be read (ENOENT).`,
    );
    expect((await refusal(text("path", "sub"))).message).toContain("(EISDIR)");
  });

  it("that is no text is refused as text and given as bytes", async () => {
    expect((await refusal(text("path", "binary"))).message).toContain("not UTF-8");
    expect(await resolveSource({ kind: "path", hint: "binary" }, place())).toEqual(
      Buffer.from([0xff, 0xfe, 0x00]),
    );
  });
});

describe("a command", () => {
  it("is cut into words by no shell", async () => {
    expect(await text("command", `printf '[%s]' "a b" c\\ d '$HOME' '*' ';' '|' ''`)).toBe(
      "[a b][c d][$HOME][*][;][|][]",
    );
    expect(await text("command", "printf %s $TOKEN", { TOKEN: SECRET })).toBe("$TOKEN");
  });

  it("runs in the working directory with the given environment", async () => {
    expect(await text("command", "cat sub/secret.txt")).toBe(SECRET);
    expect(await text("command", `sh -c 'printf %s "$TOKEN"'`, { TOKEN: SECRET })).toBe(SECRET);
  });

  it.each([
    ["a", "a"],
    ["a\\n", "a"],
    ["a\\r\\n", "a"],
    ["a\\n\\n", "a\n"],
    ["a ", "a "],
    ["\\n", ""],
    ["", ""],
    ["a\\r", "a\r"],
  ])("that prints %j gives %j", async (printed, given) => {
    expect(await text("command", `printf '${printed}'`)).toBe(given);
  });

  it("keeps what it says on stderr out of the value", async () => {
    expect(await text("command", "sh -c 'echo noise >&2; echo value'")).toBe("value");
  });

  it("that fails is refused by its program and code, without what it printed", async () => {
    const asked = text("command", `sh -c 'echo ${SECRET}; echo ${SECRET} >&2; exit 3'`);
    const { message, hint } = await refusal(asked);
    expect(message).toBe("--cred password comes from a command that failed: sh ended with 3.");
    expect(hint).toContain("no shell");
  });

  it("that is killed is refused by the signal", async () => {
    expect((await refusal(text("command", "sh -c 'kill -9 $$'"))).message).toContain("SIGKILL");
  });

  it("that does not exist is refused by name, without its arguments", async () => {
    const { message } = await refusal(text("command", `no-such-program ${SECRET}`));
    expect(message).toContain("no-such-program");
  });

  it.each(["", "   "])("that is %j is refused", async (command) => {
    expect((await refusal(text("command", command))).message).toContain("names no program");
  });

  it.each([`printf '${SECRET}`, `printf "${SECRET}`, `printf ${SECRET}\\`])(
    "with a quote left open is refused",
    async (command) => {
      expect((await refusal(text("command", command))).message).toContain("A source command has");
    },
  );
});
