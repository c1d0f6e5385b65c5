import { type Instance, render } from "ink";
import { createElement } from "react";
import type { Program } from "../session/program.ts";
import { App, Listener } from "./app.ts";

/** Has Ink draw the screen and hear the keys; without `paint` it only hears them. */
export function mount(
  program: Program,
  paint: (() => readonly string[]) | undefined,
  { stdin, stdout }: { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream },
): Pick<Instance, "unmount" | "waitUntilExit"> {
  const root =
    paint === undefined
      ? createElement(Listener, { program })
      : createElement(App, { program, paint });
  return render(root, {
    stdout,
    stdin,
    exitOnCtrlC: false,
    // Whether this is a terminal was settled before; Ink would take one that is used in CI for none.
    interactive: true,
    alternateScreen: paint !== undefined,
    incrementalRendering: true,
    patchConsole: true,
    // When there is a frame is for `Frames` to say.
    maxFps: 1_000,
  });
}
