/** Says what is going on, a line at a time. */
export type Report = (line: string) => void;

/** Carries out one step, and reports it when it takes longer than a second: once at that point and once at its end. */
export async function step<Result>(
  report: Report,
  title: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const startedAt = performance.now();
  const timer = setTimeout(() => report(`${title} ...`), 1000);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    const seconds = (performance.now() - startedAt) / 1000;
    if (seconds >= 1) report(`${title}: ${seconds.toFixed(1)} s`);
  }
}
