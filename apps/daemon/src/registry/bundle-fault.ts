import { isOciError, type OciErrorCode } from "@gantry/oci";
import type { ErrorCode } from "@gantry/protocol";
import { Fault } from "../fault.ts";

/** What a registry's refusal means where it is about a bundle. */
const CODES: Partial<Readonly<Record<OciErrorCode, ErrorCode>>> = {
  "invalid-reference": "input-invalid",
  "invalid-content": "bundle-invalid",
  "too-large": "bundle-invalid",
  "no-platform": "unsupported",
  unsupported: "bundle-invalid",
};

/** The result of work with a registry; what it throws is put into words about bundles. */
export async function aboutBundle<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const code = isOciError(error) ? CODES[error.code] : undefined;
    if (code === undefined || !isOciError(error)) throw error;
    const { message, hint } = error;
    throw new Fault(code, message.endsWith(".") ? message : `${message}.`, { hint, cause: error });
  }
}
