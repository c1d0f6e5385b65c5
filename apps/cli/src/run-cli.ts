import { helpOf } from "./command-line/help.ts";
import { parse } from "./command-line/parse.ts";
import { TREE } from "./commands/tree.ts";
import { tell, toTold } from "./output/failure.ts";
import { write } from "./progress/write.ts";
import type { World } from "./world.ts";

/** Carries out one command line; gives the exit code. Never rejects. */
export async function runCli(words: readonly string[], world: World): Promise<number> {
  try {
    return await carryOut(words, world);
  } catch (error) {
    const told = toTold(error);
    await tell(world, told, wantsJson(words, world));
    return told.exitCode;
  }
}

async function carryOut(words: readonly string[], world: World): Promise<number> {
  const asked = words[0] === "-v" || words[0] === "--version" ? ["version"] : words;
  const parsed = parse(TREE, asked, world.env);
  if (parsed.kind === "help") {
    await write(world.stdout, helpOf(parsed.entry, parsed.path));
    return 0;
  }
  const run = await parsed.command.load();
  return run(parsed.given, world);
}

/** A command line that could not be read may ask for JSON all the same. */
function wantsJson(words: readonly string[], { env }: World): boolean {
  const last = words.findLastIndex((word) => word === "-o" || word === "--output");
  const joined = words.findLast((word) => /^(-o|--output=)(json|plaintext)$/.test(word));
  const given = last >= 0 ? words[last + 1] : joined?.replace(/^(-o|--output=)/, "");
  return (given ?? env["GANTRY_OUTPUT"]) === "json";
}
