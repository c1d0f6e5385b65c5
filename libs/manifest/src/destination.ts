import type { Credential, Parameter } from "./manifest.ts";

/** Where the user's files and the run tool are in the image. */
export const BUNDLE_DIR = "/cnab/app";
/** Where the outputs of an action are left for the runtime. */
export const OUTPUTS_DIR = `${BUNDLE_DIR}/outputs`;
/** Where the state of earlier actions is given to the bundle. */
export const STATE_FILE = "/porter/state.tgz";

/** Where in the container a value is given. */
export type Destination = {
  readonly env?: string;
  readonly path?: string;
};

/** The environment variable a parameter goes to when none is named. */
export function defaultEnv(name: string): string {
  return name.toUpperCase().replaceAll(/[-.]/g, "_");
}

/** A path in the image; what is relative is below `/cnab/app`. */
export function imagePath(path: string): string {
  const absolute = path.startsWith("/") ? path : `${BUNDLE_DIR}/${path}`;
  const parts: string[] = [];
  for (const part of absolute.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Where a parameter's value is given: its own places, else a variable of its name. */
export function parameterDestination({ name, env, path }: Parameter): Destination {
  if (env === undefined && path === undefined) return { env: defaultEnv(name) };
  return destination({ env, path });
}

export function credentialDestination({ env, path }: Credential): Destination {
  return destination({ env, path });
}

function destination({ env, path }: { env: string | undefined; path: string | undefined }) {
  return {
    ...(env === undefined ? {} : { env }),
    ...(path === undefined ? {} : { path: imagePath(path) }),
  };
}
