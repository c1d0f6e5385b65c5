/** Version of the daemon's protocol. A client and a daemon of different versions part with a clear error. */
export const PROTOCOL_VERSION = 1;

/** Variables of the user's environment that choose an engine or a driver; a client sends those that are set. */
export const ENGINE_VARIABLES: readonly string[] = [
  "CONTAINER_HOST",
  "DOCKER_CERT_PATH",
  "DOCKER_CONFIG",
  "DOCKER_CONTEXT",
  "DOCKER_HOST",
  "DOCKER_TLS_VERIFY",
  "HOME",
  "PATH",
  "SSH_AUTH_SOCK",
  "XDG_RUNTIME_DIR",
];
