import { z } from "zod";
import { OciError } from "../errors.ts";
import type { Challenge } from "./challenge.ts";
import type { Credential, CredentialSource } from "./credentials.ts";
import { isLoopback } from "./endpoint.ts";

/** One request for a right: `repository:NAME:pull,push`. */
export type Scope = string;

export interface AuthorizerOptions {
  readonly credentials: CredentialSource;
  /** Sends one request; connection errors are already typed. */
  readonly send: (url: URL, init: RequestInit) => Promise<Response>;
  readonly isInsecure: (registry: string) => boolean;
}

interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

const TokenAnswer = z.looseObject({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional(),
});

const DEFAULT_SECONDS = 60;
const MARGIN_MS = 5_000;

/** Knows what each registry asked for, and keeps tokens until they expire. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #challenges = new Map<string, Challenge>();
  readonly #tokens = new Map<string, Token>();

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** The Authorization header for a request; `undefined` before the registry has asked for one. */
  async header(
    registry: string,
    scopes: readonly Scope[],
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const challenge = this.#challenges.get(registry);
    if (challenge === undefined) return undefined;
    if (challenge.scheme === "basic") return this.#basic(registry, signal);
    const key = [registry, ...scopes].join(" ");
    const known = this.#tokens.get(key);
    if (known !== undefined && known.expiresAt > Date.now()) return `Bearer ${known.value}`;
    const token = await this.#fetchToken(registry, { challenge, scopes }, signal);
    this.#tokens.set(key, token);
    return `Bearer ${token.value}`;
  }

  /** Takes a 401 to heart: the next header answers it, with a new token. */
  challenged(registry: string, challenge: Challenge, scopes: readonly Scope[]): void {
    this.#challenges.set(registry, challenge);
    this.#tokens.delete([registry, ...scopes].join(" "));
  }

  async #basic(registry: string, signal?: AbortSignal): Promise<string | undefined> {
    const credential = await this.#options.credentials(registry, signal);
    return credential?.kind === "password" ? basicHeader(credential) : undefined;
  }

  async #fetchToken(
    registry: string,
    ask: { challenge: Extract<Challenge, { scheme: "bearer" }>; scopes: readonly Scope[] },
    signal?: AbortSignal,
  ): Promise<Token> {
    const credential = await this.#options.credentials(registry, signal);
    const realm = this.#realm(registry, ask.challenge.realm, credential);
    const fields = new URLSearchParams();
    if (ask.challenge.service !== undefined) fields.set("service", ask.challenge.service);
    const request = credential?.kind === "identity" ? refresh : query;
    const { url, init } = request({
      realm,
      fields,
      scopes: unite(ask.challenge.scope, ask.scopes),
      credential,
    });
    const response = await this.#options.send(
      url,
      signal === undefined ? init : { ...init, signal },
    );
    if (!response.ok) {
      await response.body?.cancel();
      throw refused(registry, response.status, credential !== undefined);
    }
    return readToken(registry, response);
  }

  /** Secrets never travel in plain text, unless to this machine or where the user said so. */
  #realm(registry: string, text: string, credential: Credential | undefined): URL {
    const realm = URL.parse(text);
    const isPlain = realm?.protocol === "http:";
    const mayBePlain =
      credential === undefined ||
      this.#options.isInsecure(registry) ||
      isLoopback(realm?.host ?? "");
    if (realm && (realm.protocol === "https:" || (isPlain && mayBePlain))) return realm;
    throw new OciError(
      "registry-error",
      `Registry ${registry} names a token service that is not safe to use`,
      {
        hint: "Its address must be https. Ask who runs the registry, or list the registry as insecure.",
      },
    );
  }
}

interface TokenRequest {
  readonly realm: URL;
  readonly fields: URLSearchParams;
  readonly scopes: readonly Scope[];
  readonly credential: Credential | undefined;
}

function query({ realm, fields, scopes, credential }: TokenRequest): {
  url: URL;
  init: RequestInit;
} {
  const url = new URL(realm);
  for (const [name, value] of fields) url.searchParams.append(name, value);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  const headers = credential?.kind === "password" ? { authorization: basicHeader(credential) } : {};
  return { url, init: { headers } };
}

function refresh({ realm, fields, scopes, credential }: TokenRequest): {
  url: URL;
  init: RequestInit;
} {
  const body = new URLSearchParams(fields);
  body.set("grant_type", "refresh_token");
  body.set("client_id", "gantry");
  body.set("scope", scopes.join(" "));
  if (credential?.kind === "identity") body.set("refresh_token", credential.token);
  // A body goes along wherever a redirection leads; a header does not.
  return { url: realm, init: { method: "POST", body, redirect: "manual" } };
}

function unite(asked: string | undefined, wanted: readonly Scope[]): readonly Scope[] {
  return [...new Set([...wanted, ...(asked?.split(" ").filter(Boolean) ?? [])])];
}

function basicHeader(credential: Extract<Credential, { kind: "password" }>): string {
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString("base64")}`;
}

async function readToken(registry: string, response: Response): Promise<Token> {
  const parsed = TokenAnswer.safeParse(await response.json().catch(() => undefined));
  const value = parsed.data?.token ?? parsed.data?.access_token;
  if (value === undefined || value === "") {
    throw new OciError("registry-error", `The token service of ${registry} gave no token`, {
      hint: "Try again later; if it repeats, ask who runs the registry.",
    });
  }
  const seconds = parsed.data?.expires_in ?? DEFAULT_SECONDS;
  return { value, expiresAt: Date.now() + seconds * 1000 - MARGIN_MS };
}

function refused(registry: string, status: number, hadCredential: boolean): OciError {
  const who = hadCredential ? "the stored credentials" : "anonymous access";
  return new OciError(
    "unauthorized",
    `The token service of ${registry} refused ${who} (HTTP ${status})`,
    {
      hint: `Run \`docker login ${registry}\` with an account that may do this.`,
    },
  );
}
