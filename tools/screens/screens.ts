/** One picture: its name, what it shows, and the keys that lead to it. Without a name: a step on the way to the next one. */
export interface Shot {
  readonly name?: string;
  readonly title: string;
  /** Words that the screen shows once it is there. */
  readonly shows: RegExp;
  readonly keys: readonly string[];
}

/** Ctrl-P Ctrl-Q. */
const LET_GO = "\u0010\u0011";

/** The pictures of docs/ui.md, taken one after the other in one run of the program. */
export const SHOTS: readonly Shot[] = [
  { name: "form", title: "A form made from the bundle", shows: /\[ Install \]/, keys: ["i"] },
  {
    name: "grants",
    title: "A bundle that asks for more than it was granted",
    shows: /A grants what it asks for/,
    keys: [...Array.from({ length: 6 }, () => "\u001b[B"), "\r"],
  },
  { name: "confirm", title: "What is about to be done", shows: /Enter does it/, keys: ["A"] },
  { name: "run", title: "A run", shows: /succeeded[^]*The shop is open/, keys: ["\r"] },
  { name: "installation", title: "One installation", shows: /GRANTS/, keys: ["2", "\r"] },
  {
    name: "build",
    title: "A build, with why each step was not cached",
    shows: /✓ succeeded/,
    keys: ["3", "G", "\r"],
  },
  { name: "why", title: "Why it was built anew", shows: /ITS STEPS/, keys: ["w"] },
  {
    name: "audit",
    title: "What brokers let through, and what not",
    shows: /of all owners, following/,
    keys: ["6", "A"],
  },
  { title: "A shell in an image", shows: /lets go/, keys: ["2", "G", "S"] },
  { title: "It is let go", shows: /› Installations/, keys: [LET_GO] },
  { title: "A shell in a bundle before it is run", shows: /lets go/, keys: ["4", "S"] },
  { title: "It is let go too", shows: /› Bundles/, keys: [LET_GO] },
  { name: "terminals", title: "The terminals", shows: /gantry shell --attach/, keys: ["7"] },
  {
    name: "options",
    title: "The options of an endpoint",
    shows: /ssh:\/\/me@build.example/,
    keys: [":", "driver docker", "\r", "e", "ssh://me@build.example"],
  },
  { name: "palette", title: "The palette", shows: /:in /, keys: ["\u001b", "2", ":", "in"] },
  { name: "help", title: "The keys of a screen", shows: /EVERYWHERE/, keys: ["\u001b", "?"] },
];
