/** Works on `items`, at most `limit` at once. The first failure aborts the others and is thrown when all have ended. */
export async function inParallel<Item>(
  items: Iterable<Item>,
  options: { readonly limit: number; readonly signal?: AbortSignal | undefined },
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { limit, signal: outer } = options;
  const stop = new AbortController();
  const signal = outer === undefined ? stop.signal : AbortSignal.any([outer, stop.signal]);
  const queue = [...items][Symbol.iterator]();
  let failure: { readonly error: unknown } | undefined;
  const worker = async () => {
    for (const item of queue) {
      signal.throwIfAborted();
      await work(item, signal);
    }
  };
  const fail = (error: unknown) => {
    failure ??= { error };
    stop.abort();
  };
  await Promise.all(Array.from({ length: limit }, () => worker().catch(fail)));
  if (failure !== undefined) throw failure.error;
}
