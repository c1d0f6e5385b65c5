import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { rootCertificates } from "node:tls";
import { PackageError } from "@gantry/driver-package";

export interface HttpGet {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Further certificate authorities, in PEM. */
  readonly ca?: string | undefined;
  readonly signal: AbortSignal;
}

/** Until a server begins to answer, and between two pieces of an answer. */
const SILENCE_MS = 30_000;
const MOST_REDIRECTS = 5;

/**
 * The body of a successful answer. Redirects are followed without credentials. Throws `not-found`, `unauthorized` or
 * `registry-unreachable`.
 */
export async function httpGet(call: HttpGet): Promise<AsyncIterable<Uint8Array>> {
  let current = call;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const answer = await send(current);
    const { statusCode: status = 0, headers } = answer;
    if (status === 200) return bodyOf(answer, current.url);
    answer.resume();
    if (status < 300 || status > 399 || headers.location === undefined)
      throw refused(status, current.url);
    const url = new URL(headers.location, current.url);
    const isSame = url.origin === current.url.origin;
    current = {
      ...current,
      url,
      headers: isSame ? current.headers : withoutSecrets(current.headers),
    };
  }
  throw unreachable(call.url, "it redirects without end");
}

/** The whole body, at most `maxBytes` of it. */
export async function httpGetBytes(call: HttpGet, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of await httpGet(call)) {
    size += chunk.byteLength;
    if (size > maxBytes) throw unreachable(call.url, `its answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function send({ url, headers, ca, signal }: HttpGet): Promise<IncomingMessage> {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw unreachable(url, "it is no address of the web");
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options = { headers: { "user-agent": "gantry", ...headers }, signal };
  const tls = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const asked =
    url.protocol === "https:"
      ? requestTls(url, { ...options, ...tls }, resolve)
      : requestPlain(url, options, resolve);
  asked.setTimeout(SILENCE_MS, () => asked.destroy(unreachable(url, "it does not answer")));
  asked.on("error", reject);
  asked.end();
  try {
    return await promise;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PackageError) throw error;
    throw unreachable(url, error instanceof Error ? error.message : "", error);
  }
}

/** @yields the bytes; an answer that breaks off is no answer */
async function* bodyOf(answer: IncomingMessage, url: URL): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    if (error instanceof PackageError) throw error;
    throw unreachable(url, "its answer broke off", error);
  }
}

function withoutSecrets(headers: HttpGet["headers"]): HttpGet["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "authorization"));
}

function refused(status: number, url: URL): PackageError {
  const where = named(url);
  if (status === 401 || status === 403) {
    return new PackageError("unauthorized", `${where} refused the credentials (${status}).`, {
      hint: "Log in with `npm login`, or correct the token in ~/.npmrc.",
    });
  }
  if (status === 404) {
    return new PackageError("not-found", `There is nothing at ${where}.`, {
      hint: "Check the name and the version, and which registry npm is configured for.",
    });
  }
  return unreachable(url, `it answered with ${status}`);
}

function unreachable(url: URL, why: string, cause?: unknown): PackageError {
  return new PackageError("registry-unreachable", `${named(url)} cannot be used: ${why}.`, {
    hint: "Check the network and npm's registry, or install from a tarball or with oci://.",
    cause,
  });
}

/** Without a query or user, which may hold secrets. */
function named(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
