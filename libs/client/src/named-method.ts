import type { MethodName, Methods } from "@gantry/protocol";

/**
 * The method of that name without its schemas, which take longer to load than most calls take. What a daemon of the same
 * protocol version sends over a socket of this user's is taken as it is; the daemon checks what it gets all the same.
 */
export function asMethod<N extends MethodName>(method: N | Methods[N]): Methods[N] {
  if (typeof method !== "string") return method;
  const named: unknown = {
    name: method,
    summary: "",
    params: ANYTHING,
    result: ANYTHING,
    progress: ANYTHING,
  };
  // A peer uses a method's name and the two `safeParse`, and these are there.
  return named as Methods[N];
}

const ANYTHING = { safeParse: (data: unknown) => ({ success: true, data }) };
