import { type Attack, broken, giveUp, harmless, refused } from "./attack.ts";
import { ended, HANGS } from "./endings.ts";

const OUTPUT =
  "the output is refused by its path; nothing is written; the run is recorded as unknown";

const LIES: readonly Attack[] = [
  refused("lie-name", "describes itself as `../../etc`", "broke the driver protocol"),
  refused("lie-protocol", "speaks protocol 99 only", "speaks driver protocol 99"),
  refused("lie-schema", "sends an options schema of 400 kB", "the schema of its options has"),
  refused("lie-facets", "declares facets of the wrong shape", "driver.initialize"),
  refused("garbage", "prints text where the handshake should be", "Segmentation fault"),
  broken(
    "lie-outcome",
    "ends a run with exit code 4711",
    "run.outcome",
    "the answer is refused; the run is recorded as unknown",
  ),
  broken(
    "lie-canceled",
    "says that work was cancelled which nobody cancelled",
    "nobody did that",
    "told as what it is; not recorded as cancelled",
  ),
  broken(
    "huge-number",
    "answers with the number 1e999",
    "run.outcome",
    "the answer is refused; the run is recorded as unknown",
  ),
];

const MESSAGES: readonly Attack[] = [
  harmless("stray-line", "prints one line of debug output on stdout", "ignored"),
  harmless("bad-utf8", "writes invalid UTF-8 and NUL bytes", "ignored; it is no message"),
  harmless(
    "log-as-event",
    "prints a forged progress message on stderr",
    "a line of its log, nothing else",
  ),
  harmless("forge-answers", "answers calls that are long answered", "ignored"),
  harmless("answer-twice", "answers a call twice, differently", "the first answer counts"),
  harmless(
    "call-host",
    "calls `installation.delete`, `daemon.stop`, and `secret.read` with a guess",
    "refused: a driver may read the secrets of its own builds, nothing else",
  ),
  {
    ...harmless(
      "escapes",
      "prints terminal escapes in a run's log",
      "stripped before they are stored",
    ),
    log: "red text\nline 1\nline 2\nline 3\n",
  },
  harmless(
    "prototype",
    "answers with `__proto__` and `constructor` keys",
    "dropped; no prototype is reached",
  ),
  {
    play: "escapes-in-error",
    does: "puts escapes into an error and its hint",
    outcome: "stripped; the error is told",
    ask: "install",
    status: "failed",
    code: "engine-lost",
    says: "engine gone",
    claim: "unknown",
  },
];

const VOLUME: readonly Attack[] = [
  harmless("deep-json", "answers with JSON nested a million deep", "refused, and ignored"),
  giveUp(
    "stray-lines",
    "prints 100 lines of debug output on stdout",
    "got here",
    "its process is ended after 20",
  ),
  giveUp(
    "forge-progress",
    "sends events for 59 calls that are not its own",
    "progress of no call",
    "none reaches another operation; its process is ended after 20",
  ),
  giveUp("huge-message", "writes a message of 1 GB", "longer than", "cut off at 8 MiB"),
  giveUp(
    "trickle",
    "sends a message byte by byte, without end",
    "not complete",
    "cut off after 30 s",
  ),
  {
    ...harmless(
      "flood",
      "sends 100,000 events without waiting for any acknowledgement",
      "read as fast as they are stored; every one is in the log",
    ),
    log: "flood\n".repeat(100_000),
  },
  harmless(
    "flood-stderr",
    "prints 2 MB of log in a moment",
    "read at 256 KiB a second; 50 lines a second are logged",
  ),
];

const OUTPUTS: readonly Attack[] = [
  broken("output-dots", "returns an output called `../../../../tmp/x`", "run.outputs", OUTPUT),
  broken("output-absolute", "returns an output called `/tmp/x`", "run.outputs", OUTPUT),
  broken("output-mode", "returns an output with the mode of a symlink", "run.outputs", OUTPUT),
  broken("output-twice", "returns the same output twice", "out of turn", OUTPUT),
  {
    play: "output-endless",
    does: "returns 750 MB of outputs that nobody declared",
    outcome: "given up on at 512 MiB; the run is recorded as failed",
    ask: "install",
    status: "failed",
    code: "output-missing",
    says: "larger than 512 MiB",
    claim: "failed",
  },
];

const REFUSALS: readonly Attack[] = [
  {
    play: "ignore-cancel-build",
    does: "goes on with a build that was cancelled",
    outcome: "let go after 10 s; its process gets no more work and is stopped",
    ask: "build",
    status: "canceled",
    code: "canceled",
    says: "did not react",
  },
  {
    play: "hang@run.stop",
    does: "never answers the stop of a run",
    outcome: "let go after its grace and 60 s; recorded as unknown",
    ask: "cancel",
    status: "failed",
    code: "timeout",
    says: "run.stop",
    claim: "unknown",
  },
  {
    ...harmless("deaf@", "ignores the end of its input and SIGTERM", "killed with its group"),
  },
];

const LINK: Attack = {
  play: "link-export",
  does: "puts a link to `/etc/passwd` into an image that it hands over",
  outcome: "refused before the other driver reads it; nothing is recorded",
  ask: "hand-off",
  status: "failed",
  code: "protocol",
  says: "neither file nor directory",
};

const SOCKET: Attack = {
  play: "other-socket",
  does: "gives a run the engine's own socket instead of the filtered one",
  outcome: "the run is stopped and recorded as failed",
  ask: "engine",
  status: "failed",
  code: "run-differs",
  says: "is connected to the engine by /var/run/docker.sock instead of",
  claim: "failed",
};

/** What is tried, in the order of docs/hostile-drivers.md. Those of `SLOW` take their time, and no processor. */
export const SLOW: ReadonlySet<Attack> = new Set(HANGS);

export const ATTACKS: readonly Attack[] = [
  ...LIES,
  ...MESSAGES,
  ...VOLUME,
  ...OUTPUTS,
  LINK,
  SOCKET,
  ...REFUSALS,
  ...ended("crash", "exits"),
  ...ended("kill", "is killed"),
  ...HANGS,
];
