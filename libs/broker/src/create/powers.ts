import { type Rule, isRecord, isZero, need, refusedField, textOf } from "./rules.ts";

/** What an engine gives to every container. */
const USUAL_CAPABILITIES: ReadonlySet<string> = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "NET_RAW",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

/** A capability that every container has, or any with that reach. */
export const capability: Rule = (value, place) => {
  const name = textOf(value, place).toUpperCase().replace(/^CAP_/, "");
  if (!USUAL_CAPABILITIES.has(name)) need("capabilities", `${place.name} = "${name}"`, place);
};

/** What narrows is free; what could loosen a profile is for the privileged. */
export const securityOption: Rule = (value, place) => {
  const text = textOf(value, place);
  const narrows = /^no-new-privileges([:=]true)?$/.test(text);
  if (!narrows) need("privileged", `${place.name} = ${JSON.stringify(text.slice(0, 60))}`, place);
};

/** Paths that the engine hides from containers: an empty list would show them. */
export const hiddenPaths: Rule = (value, place) => {
  if (value !== null)
    need("privileged", `${place.name}, which uncovers the kernel's files,`, place);
};

const LOG_OPTIONS: ReadonlySet<string> = new Set([
  "compress",
  "env",
  "env-regex",
  "labels",
  "labels-regex",
  "max-buffer-size",
  "max-file",
  "max-size",
  "mode",
  "tag",
]);

/** Logs that stay with the engine: others would have it send them somewhere, in its own name. */
export const logConfig: Rule = (value, place) => {
  if (isZero(value)) return;
  const { Type = "", Config = {}, ...more } = isRecord(value) ? value : { Type: undefined };
  const isKept = ["", "json-file", "local", "none"].includes(String(Type));
  const options = isRecord(Config) ? Object.keys(Config) : [];
  const areKnown =
    isZero(Config) || (isRecord(Config) && options.every((one) => LOG_OPTIONS.has(one)));
  if (!isRecord(value) || !isKept || !areKnown || !isZero(more)) throw refusedField(place, Type);
};

/** Only what makes the container an earlier victim when memory runs out. */
export const killScore: Rule = (value, place) => {
  if (typeof value === "number" && value < 0) need("privileged", `${place.name} = ${value}`, place);
};

export const storageOptions: Rule = (value, place) => {
  if (isZero(value)) return;
  const isSize = isRecord(value) && Object.keys(value).every((key) => key === "size");
  if (!isSize) throw refusedField(place, value);
};
