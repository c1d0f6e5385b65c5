import { expect, it } from "vitest";
import { askedSecrets } from "./asked-secrets.ts";

const secrets = ["token", "GIT_AUTH_TOKEN", "other"].map((id) => ({
  id,
  read: async () => Buffer.from("x"),
}));

function asked(dockerfile: string): string[] {
  return askedSecrets(dockerfile, secrets).map(({ id }) => id);
}

it("takes the secrets that a step names, and those that git asks for by itself", () => {
  expect(asked("FROM a\nRUN --mount=type=secret,id=token x\n")).toEqual([
    "token",
    "GIT_AUTH_TOKEN",
  ]);
  expect(asked("FROM a\nRUN --mount=type=secret,target=/run/other x\n")).toContain("other");
});

it.each(["# syntax=some/frontend:1\nFROM a\n", "FROM a\nRUN --mount=type=secret,id=$ID x\n"])(
  "takes all of them where the text does not tell: %j",
  (dockerfile) => {
    expect(asked(dockerfile)).toHaveLength(secrets.length);
  },
);
