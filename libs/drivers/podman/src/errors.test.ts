import assert from "node:assert/strict";
import { test } from "vitest";
import { isGone, toDriverError } from "./errors.ts";
import { PodmanFault } from "./engine/podman-fault.ts";

const UNMOUNTABLE =
  '"/etc/f" could not be found on container c: mounting storage for container 741172: lstat /x/merged: no such file or directory';
const MISSING =
  '"/etc/f" could not be found on container c: No such file or directory: no such file or directory';

function fault(complaint: string): PodmanFault {
  return new PodmanFault("GET /containers/c/archive", 404, complaint);
}

test("does not take a file system that cannot be mounted for one that lacks the path", () => {
  assert.equal(isGone(fault(MISSING)), true);
  assert.equal(isGone(fault(UNMOUNTABLE)), false);
  assert.equal(toDriverError(fault(UNMOUNTABLE), "starting run 1").code, "engine-lost");
});

test("says of an engine behind a filtered socket that it is away, and how to start it", () => {
  const words = "The container engine did not answer; see `gantry drivers doctor`.";

  const { code, hint } = toDriverError(new PodmanFault("GET /info", 502, words), "looking");

  assert.equal(code, "engine-unavailable");
  assert.match(hint, /podman\.socket/u);
});
