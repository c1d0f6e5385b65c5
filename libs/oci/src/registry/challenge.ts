/** What a registry asks for in `WWW-Authenticate` (distribution-spec, token authentication). */
export type Challenge =
  | { readonly scheme: "basic" }
  | {
      readonly scheme: "bearer";
      readonly realm: string;
      readonly service: string | undefined;
      readonly scope: string | undefined;
    };

/** The challenge this client can meet; bearer is preferred. `undefined` when there is none. */
export function parseChallenge(header: string | null): Challenge | undefined {
  if (header === null) return undefined;
  const bearer = /(?:^|,)\s*bearer\s+(.*)/is.exec(header);
  if (bearer?.[1] !== undefined) {
    const parameters = parseParameters(bearer[1]);
    const realm = parameters.get("realm");
    if (realm !== undefined) {
      return {
        scheme: "bearer",
        realm,
        service: parameters.get("service"),
        scope: parameters.get("scope"),
      };
    }
  }
  return /(?:^|,)\s*basic\b/i.test(header) ? { scheme: "basic" } : undefined;
}

function parseParameters(text: string): Map<string, string> {
  const pairs = text.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi);
  return new Map(
    [...pairs].map((pair) => [
      (pair[1] ?? "").toLowerCase(),
      (pair[2] ?? pair[3] ?? "").replaceAll(/\\(.)/g, "$1"),
    ]),
  );
}
