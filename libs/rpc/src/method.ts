import type { z } from "zod";

/** One wire method: its name, what it takes, what it says while it works, and what it gives. Both ends derive their types from it. */
export interface Method<
  Name extends string = string,
  Params extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
  Progress extends z.ZodType = z.ZodType,
> {
  readonly name: Name;
  readonly summary: string;
  readonly params: Params;
  readonly result: Result;
  /** Absent for a method that says nothing before its result. */
  readonly progress?: Progress;
}

/** Keeps the literal types of a method's definition. */
export function defineMethod<
  const Name extends string,
  Params extends z.ZodType,
  Result extends z.ZodType,
  Progress extends z.ZodType = z.ZodNever,
>(method: Method<Name, Params, Result, Progress>): Method<Name, Params, Result, Progress> {
  return method;
}

/** What a caller passes; fields with a default may be left out. */
export type ParamsOf<M extends Method> = z.input<M["params"]>;
/** What a caller gets. */
export type ResultOf<M extends Method> = z.output<M["result"]>;
/** What a caller may iterate. */
export type ProgressOf<M extends Method> =
  M extends Method<string, z.ZodType, z.ZodType, infer P> ? z.output<P> : never;

/** What a handler may use while it works. */
export interface HandlerContext<Progress> {
  /** Aborted when the caller cancels or goes away. */
  readonly signal: AbortSignal;
  /** Says something to the caller. Awaiting it makes the work as slow as its reader, so memory stays flat. */
  report(item: Progress): Promise<void>;
}

/** The code behind a method. Params arrive validated. */
export type HandlerOf<M extends Method> = (
  params: z.output<M["params"]>,
  context: HandlerContext<
    M extends Method<string, z.ZodType, z.ZodType, infer P> ? z.input<P> : never
  >,
) => Promise<z.input<M["result"]>>;

/** A method and its handler, as a peer serves it. */
export interface Binding {
  readonly method: Method;
  handle(params: unknown, context: HandlerContext<unknown>): Promise<unknown>;
}

/** Ties a handler to its method; a handler of another shape does not compile. */
export function bind<M extends Method>(method: M, handler: NoInfer<HandlerOf<M>>): Binding {
  // The peer parses params with this very method's schema before it calls, so the handler gets what it declares.
  return { method, handle: handler as Binding["handle"] };
}
