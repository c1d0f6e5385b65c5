import { createElement, memo, type ReactElement, useCallback, useSyncExternalStore } from "react";
import { Box, Text, useInput, usePaste } from "ink";
import { type InkKey, keyName, typedKey } from "../keys/key-name.ts";
import type { Program } from "../session/program.ts";
import { graphemes } from "../text/graphemes.ts";
import { Frames } from "./frames.ts";

export interface AppProps {
  readonly program: Program;
  /** The lines of the screen, with their colours. */
  readonly paint: () => readonly string[];
}

/** The whole screen: one text a row, so that only rows that changed are looked at. */
export function App({ program, paint }: AppProps): ReactElement {
  const subscribe = useCallback((draw: () => void) => subscribeFrames(program, draw), [program]);
  useSyncExternalStore(subscribe, program.state);
  useKeys(program);
  const lines = paint().map((text, index) => createElement(Row, { key: index, text }));
  return createElement(Box, { flexDirection: "column", height: lines.length }, lines);
}

function subscribeFrames(program: Program, draw: () => void): () => void {
  const frames = new Frames(draw);
  const unsubscribe = program.subscribe(frames.after);
  return () => {
    unsubscribe();
    frames[Symbol.dispose]();
  };
}

/** Takes keys and shows nothing: the lines of a screen reader are written by themselves. */
export function Listener({ program }: Pick<AppProps, "program">): ReactElement {
  useKeys(program);
  return createElement(Text, null, "");
}

const Row = memo(function Row({ text }: { readonly text: string }): ReactElement {
  return createElement(Text, { wrap: "truncate-end" }, text === "" ? " " : text);
});

function useKeys(program: Program): void {
  useInput((input, key) => takeInput(program, input, key));
  usePaste((text) => program.dispatch({ kind: "paste", text }));
}

/** Keys that were typed faster than they were read come as one text. */
function takeInput(program: Program, input: string, key: InkKey): void {
  const name = keyName(input, key);
  const isText = !key.ctrl && !key.meta && (name === input || name === "space");
  if (!isText) return program.dispatch({ kind: "key", key: name, text: "" });
  for (const one of graphemes(input)) program.dispatch({ kind: "key", ...typedKey(one) });
}
