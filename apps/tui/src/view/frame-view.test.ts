import { describe, expect, test } from "vitest";
import type { Message } from "../state/message.ts";
import type { State } from "../state/state.ts";
import {
  audited,
  BUILT,
  BUNDLE,
  DAEMON,
  ENDPOINT,
  events,
  feed,
  installation,
  keys,
  KNOWN_BUNDLE,
  liveState,
  loaded,
  NOW,
  operation,
  PLAN,
  printed,
  terminal,
} from "../testing/samples.ts";
import { lineWidth, textOf } from "../text/line.ts";
import { themeOf } from "../theme/theme.ts";
import { frameLines } from "./frame-view.ts";

const { marks } = themeOf({ depth: "none", background: "dark", unicode: true });

const KEY = { namespace: "", name: "shop" };
const DETAIL = {
  installation: installation("shop", { labels: { team: "漢字" } }),
  outputs: [],
  runs: [],
  grants: [],
};
const FAILED = operation("op2", {
  status: "failed",
  failure: {
    code: "build-failed",
    message: "A step ".repeat(30),
    hint: "Mend it.",
    details: ["one", "two"],
  },
});

const WORLD: readonly Message[] = [
  loaded({ kind: "installations" }, [
    installation("shop"),
    installation("a".repeat(120)),
    installation("漢字".repeat(30)),
  ]),
  loaded({ kind: "operations" }, [operation("op1"), FAILED]),
  loaded({ kind: "endpoints" }, [
    ENDPOINT,
    {
      ...ENDPOINT,
      name: "docker",
      probe: { state: "unavailable", problems: [{ text: "Away ".repeat(40), fix: "Start it." }] },
    },
  ]),
  loaded({ kind: "bundles" }, [KNOWN_BUNDLE]),
  loaded({ kind: "installation", key: KEY }, DETAIL),
  loaded(
    { kind: "endpoint", name: "docker" },
    { endpoint: ENDPOINT, optionsSchema: { properties: { host: { type: "string" } } } },
  ),
  loaded({ kind: "daemon" }, DAEMON),
  loaded({ kind: "audit" }, [
    audited(),
    audited({
      verdict: "denied",
      method: "POST",
      path: "/containers/create",
      reason: "HostConfig.Privileged is out of reach: privileged ".repeat(4),
    }),
  ]),
];

const RUN = {
  kind: "step",
  step: "1",
  title: "RUN make 漢字 and a title that is long enough to be cut",
  state: "started",
} as const;

const SCREENS: Readonly<Record<string, readonly Message[]>> = {
  start: [],
  installations: keys("2"),
  installation: keys("2", "G", "enter"),
  operations: keys("3"),
  operation: [
    ...keys("3", "enter"),
    {
      kind: "events",
      context: 0,
      operationId: "op1",
      events: events([
        RUN,
        printed(`${"x".repeat(5_000)}\n漢字漢字\n`, "1"),
        printed("out\n".repeat(50)),
      ]),
    },
  ],
  failed: [
    ...keys("3", "j", "enter"),
    { kind: "ended", context: 0, operationId: "op2", outcome: { operation: FAILED } },
  ],
  bundles: keys("4"),
  why: [
    ...keys("4", "w"),
    loaded(
      { kind: "why", source: { file: "/w/porter.yaml", dir: "/w" } },
      { build: BUILT, built: KNOWN_BUNDLE.built, changes: ["file helpers.sh changed ".repeat(9)] },
    ),
  ],
  terminals: [
    ...keys("7"),
    loaded({ kind: "terminals" }, [
      terminal("t1", { attached: 1, place: "run" }),
      terminal("t2", { place: "bundle", installation: "", bundle: "漢字".repeat(30) }),
      terminal("t3", { exitCode: 130, command: ["sh", "-c", "x".repeat(90)] }),
    ]),
  ],
  "no terminals": [...keys("7"), loaded({ kind: "terminals" }, [])],
  plan: [
    ...keys("2", "G", "p"),
    loaded(
      { kind: "plan", key: KEY, action: "upgrade" },
      {
        ...PLAN,
        mounts: [{ source: "/srv/漢字".repeat(12), target: "/data", readOnly: false }],
        warnings: ["Old. ".repeat(40)],
        problems: ["Nothing can run it. ".repeat(8)],
      },
    ),
  ],
  drivers: keys("5"),
  driver: keys("5", "j", "enter"),
  daemon: keys("6"),
  audit: keys("6", "A"),
  form: [
    { kind: "found-manifest", file: "/w/porter.yaml" },
    ...keys("i"),
    loaded({ kind: "bundle", source: { file: "/w/porter.yaml" } }, BUNDLE),
  ],
  help: keys("?"),
  palette: keys(":", "i"),
  confirm: keys("2", "D"),
  away: [
    { kind: "lost", context: 0, failure: { code: "lost", message: "Gone. ".repeat(30) }, now: NOW },
  ],
};

function at(columns: number, rows: number, messages: readonly Message[]): State {
  return feed(liveState({ columns, rows }), ...WORLD, ...messages);
}

describe.each([
  [80, 24],
  [40, 12],
  [30, 8],
  [200, 50],
])("at %i by %i", (columns, rows) => {
  test.each(Object.entries(SCREENS))(
    "%s fills the screen and no line is too long",
    (_name, messages) => {
      const lines = frameLines(at(columns, rows, messages), marks);

      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
    },
  );
});

function text(state: State): string {
  return frameLines(state, marks)
    .map((line) => textOf(line).trimEnd())
    .join("\n");
}

describe("what is shown", () => {
  test("of a step that runs are its last lines, of one that is done none, of one that failed all", () => {
    const lines = Array.from({ length: 9 }, (_, index) => `line ${index}\n`).join("");
    const shown = (last: readonly object[]): string => {
      const list = [RUN, printed(lines, "1"), ...last] as Parameters<typeof events>[0];
      return text(
        at(80, 24, [
          ...keys("3", "enter"),
          { kind: "events", context: 0, operationId: "op1", events: events(list) },
        ]),
      );
    };

    expect(shown([]).match(/line \d/g)).toHaveLength(4);
    expect(shown([{ ...RUN, state: "done", durationMs: 5 }])).not.toContain("line");
    expect(shown([{ ...RUN, state: "failed" }]).match(/line \d/g)).toHaveLength(9);
  });

  test("of a build is why each step was not cached, and whether it would be built now", () => {
    const shown = text(at(80, 30, SCREENS["why"] ?? []));

    expect(shown).toMatch(/because porter.yaml changed/);
    expect(shown).toMatch(/FROM base {2}cached/);
    expect(shown).toMatch(/COPY[^\n]+\n +file helpers.sh changed/);
    expect(shown).toMatch(/RUN make\n +the engine does not say why/);
    expect(shown).toContain("It would be built anew:");
    expect(shown).toContain("$ gantry why --file /w/porter.yaml");
  });

  test("of secrets is nothing but that they are there", () => {
    const typed = at(80, 24, [...(SCREENS["form"] ?? []), ...keys("j")]);
    expect(text(typed)).toContain("api-key");
    const filled = feed(typed, ...keys("tab", "tab", "s", "e", "c"));
    expect(text(filled)).not.toContain("sec\n");
    expect(text(filled)).toMatch(/api-key +\*{3}\n/);
  });

  test("while the daemon is away is marked as old", () => {
    expect(text(at(80, 24, SCREENS["away"] ?? []))).toContain("default away, as of now");
  });

  test("on a terminal that is too small is that it is", () => {
    expect(text(at(20, 5, []))).toContain("Too small: 20x5.");
  });
});
