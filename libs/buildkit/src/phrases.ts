/** How engines, builders and registries word what went wrong. Read from top to bottom; phrases of Docker 20.10 to 28 and BuildKit 0.8 to 0.13. */
export const PHRASES = {
  noSpace: /no space left on device|disk quota exceeded/iu,
  unauthorized:
    /unauthorized|authentication required|access denied|denied:|may require ['"]?docker login|insufficient_scope|no basic auth|status(?: code)?:? 40[13]/iu,
  registryUnreachable:
    /failed to do request|dial tcp|no such host|connection refused|i\/o timeout|TLS handshake|x509:|server gave HTTP response|Client\.Timeout|net\/http: request canceled/iu,
  imageNotFound:
    /no such image|manifest unknown|manifest for .* not found|name unknown|repository name not known|failed to resolve source metadata|pull access denied|: not found$/iu,
} as const;
