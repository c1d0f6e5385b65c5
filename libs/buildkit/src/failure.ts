/** The Dockerfile that was built. */
export interface BuildPlace {
  /** For messages. */
  readonly path: string;
  readonly text: string;
}

/** What a build failed of, in words for people. */
export interface BuildFailure {
  readonly kind: "build-failed" | "canceled" | "invalid-request" | "unread";
  /** For `unread` what BuildKit said, without the words that it puts around everything. */
  readonly message: string;
  readonly hint: string;
  /** The Dockerfile, and the line where one can be named. Lines count from 1. */
  readonly location?: { readonly path: string; readonly line?: number };
}

const AROUND =
  /^failed to solve(?: with frontend [\w.]+)?: |^rpc error: code = \w+ desc = |^failed to (?:create LLB definition|solve LLB): /u;
const PARSE = /dockerfile parse error (?:on )?line (\d+): (.*)/iu;
const EXIT =
  /(?:executor failed running \[(.*)\]|process "(.*)" did not complete successfully): exit code: (\d+)/su;
const MISSING = /failed to (?:compute cache key|calculate checksum)/iu;
const NO_STAGE =
  /^(?:file with no instructions|the Dockerfile .* cannot be empty|target stage .* could not be found)/u;

/** What BuildKit's final message means. `output` is the end of what the failed step printed. `unread` is not about the Dockerfile: a registry, the disk, the builder. */
export function readFailure(message: string, place: BuildPlace, output: string): BuildFailure {
  const parse = PARSE.exec(message);
  if (parse !== null) {
    const text = `${place.path}:${parse[1]}: ${parse[2]}`;
    const location = { path: place.path, line: Number(parse[1]) };
    return invalid(text, "Correct that line of the Dockerfile.", location);
  }
  const exit = EXIT.exec(message);
  if (exit !== null) {
    return stepFailed(exit[1] ?? exit[2] ?? "", exit[3] ?? "", { place, output });
  }
  if (/context canceled/iu.test(message)) {
    return { kind: "canceled", message: "The build was canceled.", hint: "Run it again." };
  }
  return readOther(unwrapped(message), place);
}

function unwrapped(message: string): string {
  const inner = message.replace(AROUND, "");
  return inner === message ? message : unwrapped(inner);
}

function readOther(text: string, place: BuildPlace): BuildFailure {
  const asked =
    /secret (\S+?):? not found/u.exec(text)?.[1] ??
    /no ssh key "(.*?)" forwarded/iu.exec(text)?.[1];
  if (asked !== undefined) {
    const hint = `Give it: --secret id=${asked},src=FILE or --ssh ${asked}=SOCKET.`;
    const words = `A step asks for ${asked}, which the build was not given.`;
    return invalid(words, hint, { path: place.path, ...lineOf(place.text, `id=${asked}`) });
  }
  if (MISSING.test(text)) {
    const missing = /"([^"]*)":? not found/u.exec(text)?.[1] ?? text;
    const hint = "Correct the path, or take it out of .dockerignore.";
    const words = `${place.path}: ${missing} is not in the build context.`;
    const line = lineOf(place.text, missing.replace(/^\//u, ""));
    return invalid(words, hint, line && { path: place.path, ...line });
  }
  if (NO_STAGE.test(text)) {
    const hint = "Correct the Dockerfile or the target.";
    return invalid(`${place.path}: ${text}`, hint, { path: place.path });
  }
  return { kind: "unread", message: text, hint: `Look at ${place.path}.` };
}

function invalid(message: string, hint: string, location: BuildFailure["location"]): BuildFailure {
  return { kind: "invalid-request", message, hint, ...(location && { location }) };
}

function stepFailed(
  command: string,
  exitCode: string,
  from: { readonly place: BuildPlace; readonly output: string },
): BuildFailure {
  const line = lineOf(from.place.text, command.replace(/^\/bin\/sh -c /u, ""));
  const tail = from.output === "" ? "" : `\n${from.output}`;
  return {
    kind: "build-failed",
    message: `RUN ${command} ended with exit code ${exitCode}.${tail}`,
    hint: "Correct that step; its output is above.",
    ...(line && { location: { path: from.place.path, ...line } }),
  };
}

/** The line of the only instruction that holds `words`. */
function lineOf(dockerfile: string, words: string): { readonly line: number } | undefined {
  const lines = dockerfile.split("\n");
  const found = lines.flatMap((line, index) =>
    words !== "" && line.includes(words) ? [index + 1] : [],
  );
  const [line] = found;
  return found.length === 1 && line !== undefined ? { line } : undefined;
}
