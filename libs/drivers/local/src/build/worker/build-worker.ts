import { createInterface } from "node:readline";
import { isOciError } from "@gantry/oci";
import { CopyError } from "../tree/copy.ts";
import { UnknownOwnerError } from "../tree/owner.ts";
import { LinkLoopError } from "../tree/resolve.ts";
import { perform } from "./perform.ts";
import type { WorkerReply, WorkerRequest } from "./protocol.ts";

/**
 * Does the file work of a build inside the namespaces that make owners what the image says. Reads requests and writes
 * replies, a line of JSON each, one at a time; ends with its standard input.
 */
const hasOneId = process.argv.includes("--single-id");
process.umask(0o022);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}

async function answer(line: string): Promise<WorkerReply> {
  try {
    return { ok: true, ...(await perform(toRequest(line), hasOneId)) };
  } catch (error) {
    return toReply(error);
  }
}

function toRequest(line: string): WorkerRequest {
  // Written by the driver that started this process, and by nobody else.
  return JSON.parse(line) as WorkerRequest;
}

function toReply(error: unknown): WorkerReply {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CopyError || error instanceof LinkLoopError) {
    return {
      ok: false,
      fault: "request",
      message,
      hint: "Correct the instruction, or the files that it names.",
    };
  }
  if (error instanceof UnknownOwnerError) {
    return {
      ok: false,
      fault: "request",
      message,
      hint: "Use a number, or add the name in a RUN before.",
    };
  }
  if (isUnmapped(error)) {
    return {
      ok: false,
      fault: "request",
      message: `an owner is outside of the ids that this user may hand out (${message})`,
      hint: "Give the user a larger range in /etc/subuid and /etc/subgid, or use a smaller number.",
    };
  }
  if (isOciError(error, "no-space") || isFull(error)) {
    return {
      ok: false,
      fault: "no-space",
      message,
      hint: "Free space on the disk of the state directory.",
    };
  }
  return {
    ok: false,
    fault: "defect",
    message,
    hint: "Look at the message; the build left nothing behind.",
  };
}

function isFull(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ENOSPC" || error.code === "EDQUOT")
  );
}

/** The kernel's answer to an owner that the user namespace has no number for. */
function isUnmapped(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return false;
  return error.code === "EINVAL" && String(error.syscall).endsWith("chown");
}
