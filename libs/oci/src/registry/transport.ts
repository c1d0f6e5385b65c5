import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { OciError, systemCode } from "../errors.ts";
import type { Authorizer, Scope } from "./auth.ts";
import { parseChallenge } from "./challenge.ts";
import type { ByteSource } from "../digest.ts";

/** One call of the distribution API. */
export interface Call {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly registry: string;
  /** Rights the call needs; none sends no credentials at all. */
  readonly scopes: readonly Scope[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Opens the body anew for each attempt. */
  readonly body?: () => ByteSource | Uint8Array<ArrayBuffer>;
  /** Statuses that are answers; anything else is thrown. */
  readonly accept: readonly number[];
  /** What the call is about, for errors: an image, a blob. */
  readonly subject: string;
  /** The body cannot simply be sent again: the caller decides after a fault. */
  readonly isOnce?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TransportOptions {
  /** Tries for what may pass: server errors, resets. */
  readonly attempts: number;
  /** Time until the registry begins to answer. */
  readonly timeoutMs: number;
  readonly userAgent: string;
}

/** Server states that pass by themselves. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const MAX_PAUSE_MS = 10_000;

/** Sends calls: with credentials when asked for them, again when the fault may pass, typed when it does not. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #authorizer: (transport: Transport) => Authorizer;
  #made: Authorizer | undefined;

  constructor(options: TransportOptions, authorizer: (transport: Transport) => Authorizer) {
    this.#options = options;
    this.#authorizer = authorizer;
  }

  get attempts(): number {
    return this.#options.attempts;
  }

  async call(call: Call): Promise<Response> {
    const attempts = call.isOnce === true ? 1 : this.attempts;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(call).catch((error: unknown) => {
        if (!mayPass(error) || attempt >= attempts) throw error;
        return undefined;
      });
      if (outcome !== undefined && call.accept.includes(outcome.status)) return outcome;
      if (outcome !== undefined && (!PASSING.has(outcome.status) || attempt >= attempts)) {
        throw await toError(call, outcome);
      }
      const pauseMs = pauseOf(attempt, outcome?.headers.get("retry-after"));
      await outcome?.body?.cancel();
      await pause(pauseMs, call.signal);
    }
  }

  /** One bare request; a connection that fails is `unreachable`. */
  async send(url: URL, init: RequestInit): Promise<Response> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#options.timeoutMs);
    const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal;
    const headers = {
      "user-agent": this.#options.userAgent,
      ...Object.fromEntries(new Headers(init.headers)),
    };
    try {
      return await fetch(url, { ...init, headers, signal });
    } catch (error) {
      init.signal?.throwIfAborted();
      throw unreachable(
        url,
        late.signal.aborted ? new TimeoutCause(this.#options.timeoutMs) : error,
      );
    } finally {
      clearTimeout(timer);
    }
  }

  async #attempt(call: Call): Promise<Response> {
    const first = await this.#once(call);
    if (first.status !== 401 || call.scopes.length === 0) return first;
    const challenge = parseChallenge(first.headers.get("www-authenticate"));
    if (challenge === undefined) return first;
    await first.body?.cancel();
    this.#auth().challenged(call.registry, challenge, call.scopes);
    return this.#once(call);
  }

  async #once(call: Call): Promise<Response> {
    const authorization =
      call.scopes.length === 0
        ? undefined
        : await this.#auth().header(call.registry, call.scopes, call.signal);
    const body = call.body?.();
    return this.send(call.url, {
      method: call.method,
      headers: { ...call.headers, ...(authorization === undefined ? {} : { authorization }) },
      ...(body === undefined
        ? {}
        : { body: body instanceof Uint8Array ? body : ReadableStream.from(body), duplex: "half" }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
  }

  #auth(): Authorizer {
    this.#made ??= this.#authorizer(this);
    return this.#made;
  }
}

/** Waits before attempt `attempt + 1`: doubling, with a spread, or as long as the registry asks. */
function pauseOf(attempt: number, retryAfter: string | null | undefined): number {
  const asked = Number(retryAfter ?? Number.NaN) * 1000;
  if (asked >= 0) return Math.min(asked, MAX_PAUSE_MS);
  return Math.min(100 * 2 ** attempt, MAX_PAUSE_MS) * (0.5 + Math.random() / 2);
}

/** Sleeps unless aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() =>
    signal?.throwIfAborted(),
  );
}

const RESETS: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_SOCKET",
  "ETIMEDOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

/** True for a connection that broke: the next one may hold. A name or port that is not there stays away. */
export function mayPass(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = systemCode(at);
    if (at instanceof ServerFault || (code !== undefined && RESETS.has(code))) return true;
  }
  return false;
}

/** A state of the server that may pass. */
class ServerFault extends Error {
  override readonly name = "ServerFault";

  constructor(status: number) {
    super(`HTTP ${status}`);
  }
}

class TimeoutCause extends Error {
  override readonly name = "TimeoutCause";

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name cannot be looked up now",
  UND_ERR_CONNECT_TIMEOUT: "the connection timed out",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no network",
};

/** A registry that did not answer, with the reason in words. */
export function unreachable(url: URL, cause: unknown): unknown {
  if (cause instanceof OciError) return cause;
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const code = systemCode(inner) ?? "";
  const said = inner instanceof Error ? inner.message : String(inner);
  const isTls = /CERT|SSL|TLS|EPROTO/i.test(code);
  return new OciError(
    "unreachable",
    `Cannot reach ${url.protocol}//${url.host}: ${REASONS[code] ?? (said || code)}`,
    {
      hint: isTls
        ? "Check its certificate; a registry that speaks plain HTTP must be listed as insecure."
        : "Check the name, the network and the proxy settings, or use an image that is already here.",
      cause,
    },
  );
}

const ErrorBody = z.looseObject({
  errors: z
    .array(z.looseObject({ code: z.string().optional(), message: z.string().optional() }))
    .min(1),
});

async function toError(call: Call, response: Response): Promise<OciError> {
  const body = await readSome(response);
  const parsed = ErrorBody.safeParse(body);
  const first = parsed.data?.errors[0];
  const said = [first?.code, first?.message].filter(Boolean).join(": ").slice(0, 300);
  const detail = `HTTP ${response.status}${said === "" ? "" : `, ${said}`}`;
  const { subject, registry } = call;
  switch (response.status) {
    case 401:
    case 403:
      return new OciError(
        "unauthorized",
        `Registry ${registry} refuses access to ${subject} (${detail})`,
        {
          hint: `Check the name; if it is right, run \`docker login ${registry}\`. Some registries say this of images that do not exist.`,
        },
      );
    case 404:
      return new OciError("not-found", `Registry ${registry} has no ${subject} (${detail})`, {
        hint: "Check the name and the tag.",
      });
    case 429:
      return new OciError(
        "unreachable",
        `Registry ${registry} allows no more requests now (${detail})`,
        {
          hint: `Wait, or run \`docker login ${registry}\` for a higher limit.`,
        },
      );
    default:
      return wrongAnswer(call, response.status, detail);
  }
}

function wrongAnswer(
  { method, registry, subject }: Call,
  status: number,
  detail: string,
): OciError {
  const code = status >= 500 ? "unreachable" : "registry-error";
  return new OciError(code, `Registry ${registry} failed at ${method} of ${subject} (${detail})`, {
    hint: "Try again later; if it repeats, ask who runs the registry.",
    ...(PASSING.has(status) ? { cause: new ServerFault(status) } : {}),
  });
}

const MAX_ERROR_BYTES = 64 * 1024;

/** An error's body as JSON, if it is small and JSON. */
async function readSome(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > MAX_ERROR_BYTES) return undefined;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    // The status says enough: the body is only there to explain it.
    return undefined;
  }
}
