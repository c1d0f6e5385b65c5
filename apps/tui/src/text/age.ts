const STEPS = [
  [60, "s"],
  [60, "m"],
  [24, "h"],
] as const;

/** How long ago `iso` was: `12s`, `4m`, `3h`, `8d`. A clock that is ahead of ours makes it `now`. */
export function ageOf(iso: string, now: number): string {
  let amount = Math.floor((now - Date.parse(iso)) / 1000);
  if (!(amount >= 1)) return "now";
  for (const [size, unit] of STEPS) {
    if (amount < size) return `${amount}${unit}`;
    amount = Math.floor(amount / size);
  }
  return `${amount}d`;
}

/** `2026-11-25 22:04:31`, in this machine's time zone. */
export function clockTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}
