/** Whether `path` is `outer` or in it. */
export function within(outer: string, path: string): boolean {
  return path === outer || path.startsWith(outer === "/" ? "/" : `${outer}/`);
}
