import type { Background, ColourDepth, ThemeChoice } from "./theme.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment tells of a terminal. `NO_COLOR` wins over everything; `named` is the user's word. */
export function detectTheme(env: Environment, named?: string): ThemeChoice {
  return {
    depth: named === "none" ? "none" : depthOf(env),
    background: named === "light" || named === "dark" ? named : backgroundOf(env),
    unicode: hasUnicode(env),
  };
}

function depthOf(env: Environment): ColourDepth {
  const term = env["TERM"] ?? "";
  if (env["NO_COLOR"] || term === "dumb" || term === "") return "none";
  if (/^(truecolor|24bit)$/.test(env["COLORTERM"] ?? "") || term.endsWith("-direct")) return "true";
  return /256/.test(term) ? "256" : "16";
}

/** `COLORFGBG` ends with the index of the background, where a terminal sets it. */
function backgroundOf(env: Environment): Background {
  const back = env["COLORFGBG"]?.split(";").at(-1);
  return back === "7" || back === "15" ? "light" : "dark";
}

/** The console of Linux has no such signs, and a locale that is not UTF-8 has none at all. */
function hasUnicode(env: Environment): boolean {
  if (env["TERM"] === "linux") return false;
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return locale === "" || /utf-?8/i.test(locale);
}
