import { expect, test } from "vitest";
import { MaskingStream, Secrets } from "./secrets.ts";

function masked(secrets: readonly string[], pieces: readonly string[]): string {
  const known = new Secrets();
  for (const secret of secrets) known.add(secret);
  const stream = new MaskingStream(known);
  const parts = pieces.map((piece) => stream.push(Buffer.from(piece)));
  return Buffer.concat([...parts, stream.end()]).toString();
}

test("masks a secret wherever the stream is cut", () => {
  const text = "a s3cret b s3cre c s3crets3cret";
  for (let first = 0; first <= text.length; first += 1) {
    for (let second = first; second <= text.length; second += 1) {
      const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
      expect(masked(["s3cret"], pieces)).toBe("a ******* b s3cre c **************");
    }
  }
});

test("takes the longest of several secrets that begin at one place, also across pieces", () => {
  for (let cut = 0; cut <= 8; cut += 1) {
    const text = "xabcdef.";
    expect(masked(["abc", "abcdef", "xa"], [text.slice(0, cut), text.slice(cut)])).toBe(
      "*******bcdef.",
    );
    expect(masked(["abc", "abcdef"], [text.slice(0, cut), text.slice(cut)])).toBe("x*******.");
  }
});

test("masks secrets of several bytes a character, and leaves other bytes as they are", () => {
  expect(masked(["pässwörd"], ["mein p", "ässwörd ☃"])).toBe("mein ******* ☃");
  const binary = Buffer.from([0xff, 0x00, 0xfe, 0x80]);
  const stream = new MaskingStream(new Secrets());
  expect(Buffer.concat([stream.push(binary), stream.end()])).toEqual(binary);
});

test("does not take blanks for secrets, and masks what a trailing newline follows", () => {
  expect(masked(["", "  ", "\n"], ["a  b\n"])).toBe("a  b\n");
  expect(masked(["value\n"], ["my value here"])).toBe("my ******* here");
});

test("masks each long line of a value of many lines", () => {
  expect(masked(["short\n-----BEGIN-----\nabcdefgh\n"], ["short >abcdefgh<"])).toBe(
    "short >*******<",
  );
});

test("masks what is inside of a structure, and its JSON", () => {
  const secrets = new Secrets();
  secrets.addAll({ user: "ann", nested: [{ pin: 4711 }], on: true });
  const stream = new MaskingStream(secrets);
  const text = 'ann 4711 true {"user":"ann","nested":[{"pin":4711}],"on":true}';
  const out = Buffer.concat([stream.push(Buffer.from(text)), stream.end()]).toString();
  expect(out).toBe("******* ******* true *******");
});

test("keeps back no more than the beginning of a secret", () => {
  const secrets = new Secrets();
  secrets.add("secret");
  const stream = new MaskingStream(secrets);
  expect(stream.push(Buffer.from("prompt: ")).toString()).toBe("prompt: ");
  expect(stream.push(Buffer.from("sec")).toString()).toBe("");
  expect(stream.push(Buffer.from("ond")).toString()).toBe("second");
});
