/** A field that is left out when it has no value. */
export function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } {
  // Computed keys widen to string; the one key here is `key`.
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value });
}
