const UNITS: readonly (readonly [string, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** `3 minutes ago`; a date once it is older than a week. */
export function sinceWhen(time: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(time)) / 1000));
  if (Number.isNaN(seconds)) return "";
  if (seconds > 7 * 86_400) return time.slice(0, 10);
  const [unit, size] = UNITS.find((entry) => seconds >= entry[1]) ?? ["second", 1];
  const count = Math.floor(seconds / size);
  return count === 0 ? "now" : `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

/** `2026-01-31 12:00:00`, in UTC. */
export function stamp(time: string | null): string {
  return time === null ? "" : time.slice(0, 19).replace("T", " ");
}
