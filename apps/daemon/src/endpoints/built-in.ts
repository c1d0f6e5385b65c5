import type { DriverDefinition } from "@gantry/driver-api";

/** How to load the drivers that are linked in. Nothing of a driver is read before it is asked for. */
export const BUILT_IN: Readonly<Record<string, () => Promise<DriverDefinition>>> = {
  local: async () => (await import("@gantry/driver-local")).localDriver,
  docker: async () => (await import("@gantry/driver-docker")).dockerDriver,
  debug: async () => (await import("@gantry/driver-debug")).debugDriver,
  command: async () => (await import("@gantry/driver-command")).commandDriver,
  fake: async () => (await import("@gantry/driver-fake")).fakeDriver,
};

/** The endpoints that exist without any configuration, in the order in which they are tried. */
export const DEFAULT_ENDPOINTS: readonly string[] = ["local", "docker"];

/** Endpoints that exist but are only used when they are named. */
export const NAMED_ONLY: readonly string[] = ["debug"];
