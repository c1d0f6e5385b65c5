import { refused } from "../denied.ts";
import {
  type Place,
  type Rule,
  free,
  isRecord,
  isZero,
  need,
  object,
  oneOf,
  refusedField,
  textOf,
  unset,
} from "./rules.ts";

const VOLUME_OPTIONS: ReadonlySet<string> = new Set(["ro", "rw", "nocopy", "z", "Z"]);

/** `SOURCE:TARGET[:OPTIONS]`, where the source is a path of the host or a volume's name; or a target alone. */
export const bind: Rule = (value, place) => {
  const text = textOf(value, place);
  const [source = "", target, options = "", ...more] = text.split(":");
  if (target === undefined && source.startsWith("/")) return;
  if (target === undefined || more.length > 0 || !target.startsWith("/"))
    throw refusedField(place, value);
  if (!/^[A-Za-z0-9]/.test(source)) {
    need("host-mounts", `${place.name} = ${JSON.stringify(text)}`, place);
    return;
  }
  for (const option of options === "" ? [] : options.split(",")) {
    if (!VOLUME_OPTIONS.has(option)) throw refusedField(place, value);
  }
  place.findings.references.push({ kind: "volume", ref: source, replace: () => undefined });
};

/** Words that say how a memory file system is, and none that makes another mount of it. */
const MEMORY_OPTIONS =
  /^(?:(?:(?:size|mode|uid|gid|nr_inodes|nr_blocks)=[\dkmg%]+|ro|rw|noexec|nosuid|nodev|noatime)(?:,|$))*$/i;

export function isMemoryOption(value: unknown): boolean {
  return typeof value === "string" && MEMORY_OPTIONS.test(value);
}

/** Options of the `local` volume driver mount whatever they say; only a memory file system is harmless. */
export const volumeOptions: Rule = (value, place) => {
  if (isZero(value)) return;
  const isMemory =
    isRecord(value) &&
    value["type"] === "tmpfs" &&
    value["device"] === "tmpfs" &&
    (value["o"] === undefined || isMemoryOption(value["o"]));
  if (!isMemory) need("host-mounts", `${place.name}, which can mount the host's files,`, place);
};

export const volumeDriver: Rule = oneOf(["local"]);

const VOLUME_MOUNT = object({
  NoCopy: free,
  Labels: free,
  Subpath: free,
  DriverConfig: object({ Name: volumeDriver, Options: volumeOptions }),
});

const COMMON = { Type: free, Source: free, Target: free, ReadOnly: free, Consistency: free };

/** One entry of `HostConfig.Mounts`. */
export const mount: Rule = (value, place) => {
  if (!isRecord(value)) throw refused(`${place.name}, which is no object,`);
  switch (value["Type"]) {
    case "tmpfs":
      return object({ ...COMMON, Source: unset, TmpfsOptions: free })(value, place);
    case "bind":
      need("host-mounts", `${place.name} of type bind`, place);
      return object({ ...COMMON, BindOptions: free })(value, place);
    case "volume":
      object({ ...COMMON, VolumeOptions: VOLUME_MOUNT })(value, place);
      return volumeMount(value, place);
    default:
      throw refused(`${place.name} of type ${JSON.stringify(value["Type"])}`);
  }
};

function volumeMount(value: Record<string, unknown>, place: Place): void {
  if (isZero(value["Source"])) return;
  const at = { ...place, name: `${place.name}.Source` };
  const ref = textOf(value["Source"], at);
  place.findings.references.push({ kind: "volume", ref, replace: () => undefined });
}
