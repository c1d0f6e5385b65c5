import { expect, test } from "vitest";
import { parseGrants } from "./grants.ts";
import { powerLines } from "./power-words.ts";
import { NO_POWERS, Powers } from "./powers.ts";

const asked = Powers.parse({
  engine: { calls: ["build", "images"], reach: ["privileged"] },
  read: ["~/.kube"],
  network: ["*"],
  environment: ["HTTP_PROXY"],
});

test("all is what is asked for, none is nothing", () => {
  expect(parseGrants(["all"], asked)).toEqual(asked);
  expect(parseGrants(["none"], asked)).toEqual(NO_POWERS);
});

test("kinds and single powers make a part of it", () => {
  const words = ["engine=build", "read", "network=api.example:443", "read=~/.kube/config"];
  expect(parseGrants(words, asked)).toEqual({
    ...NO_POWERS,
    engine: { calls: ["build"], reach: [] },
    read: ["~/.kube", "~/.kube/config"],
    network: ["api.example:443"],
  });
});

test("what is optional is granted by its kind or by name, and never with all", () => {
  const optional = Powers.parse({ network: ["*"], subprocesses: ["ssh"], read: ["~/.ssh"] });
  const needed = Powers.parse({ read: ["~/.docker"], engine: { calls: ["build"] } });

  expect(parseGrants(["all"], needed, optional)).toEqual(needed);
  expect(parseGrants(["all", "network=far.example:1234"], needed, optional)).toEqual({
    ...needed,
    network: ["far.example:1234"],
  });
  expect(parseGrants(["read", "subprocesses"], needed, optional)).toEqual({
    ...NO_POWERS,
    read: ["~/.docker", "~/.ssh"],
    subprocesses: ["ssh"],
  });
  expect(() => parseGrants(["all", "write=/etc"], needed, optional)).toThrow(/More is granted/);
});

test("programs are names, or paths of files", () => {
  const given = (word: string) => Powers.safeParse({ subprocesses: [word] }).success;

  expect(["git", "*", "/usr/libexec/x", "~/.tool/x"].map(given)).toEqual([true, true, true, true]);
  expect(["", "a/b", "./x", "~/", "/", "/a/", "/a/../b"].map(given)).not.toContain(true);
});

test.each([
  [["write=/etc"], /more is granted.*change \/etc/i],
  [["engine=run"], /more is granted.*run containers/i],
  [["read=etc"], /no power/],
  [["magic"], /"magic" is no power/],
  [["engine=privileged"], /no power/],
  [["engine=magic"], /no power/],
])("refuses %j", (words, message) => {
  expect(() => parseGrants(words, asked)).toThrowError(
    expect.objectContaining({
      code: "driver-unconfirmed",
      message: expect.stringMatching(message),
    }),
  );
});

test("refuses an engine that nobody asked for", () => {
  expect(() => parseGrants(["engine"], NO_POWERS)).toThrow(/container engine/);
});

test("a part of an engine is of the engine that is asked for", () => {
  const podman = Powers.parse({ engine: { api: "podman", calls: ["build", "run"] } });

  expect(parseGrants(["engine=run"], podman).engine).toMatchObject({ api: "podman" });
  expect(powerLines(podman)).toEqual([
    "use Podman to build images, run containers; its own ones only",
    "have Gantry run `podman system service` where none listens",
  ]);
});

test("powers are told in plain words, grave ones marked", () => {
  expect(powerLines(asked)).toEqual([
    "use the container engine to build images, pull, push and remove images; its own ones only",
    "run privileged containers, which is control of the whole machine (!)",
    "read ~/.kube and what is below it",
    "connect to any host, and to what listens on this machine (!)",
    "see your variable HTTP_PROXY",
  ]);
  expect(powerLines(Powers.parse({ write: ["/"], read: ["~/"] }))).toEqual([
    "read your whole home directory (!)",
    "read and change every file of this machine (!)",
  ]);
  expect(powerLines(Powers.parse({ environment: ["A", "B"] }))).toEqual([
    "see your variables A, B",
  ]);
  const raw = { calls: ["build"], reach: ["raw-socket"] };
  expect(powerLines(Powers.parse({ engine: raw }))[0]).toBe(
    "use the container engine to build images",
  );
  expect(powerLines(Powers.parse({ subprocesses: ["git", "~/bin/x"] }))).toEqual([
    "start the programs git, ~/bin/x",
  ]);
  expect(powerLines(Powers.parse({ subprocesses: ["*", "git"] }))).toEqual([
    "start any program of this machine (!)",
    "start the program git",
  ]);
  expect(powerLines(NO_POWERS)).toEqual(["nothing of this machine"]);
});
