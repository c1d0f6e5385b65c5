import { aboutContainer, aboutExec, createExec, startExec } from "../calls/containers.ts";
import { deleteImage, readImage, tagImage } from "../calls/images.ts";
import { listOf } from "../calls/lists.ts";
import { removeContainer } from "../calls/logs.ts";
import { plain } from "../calls/system.ts";
import { group } from "../paths/group.ts";
import type { Route } from "../paths/route.ts";
import { build, BUILD_QUERY } from "./build.ts";
import { execSpec, execStart } from "./container-spec.ts";
import { createFromImage } from "./containers.ts";
import { listImages, loadImages, pullImage, untagImage } from "./images.ts";
import { info } from "./info.ts";

const any = group("any");
const run = group("run");
const exec = group("exec");
const images = group("images");
const builds = group("build");

const LOGS = ["follow", "stdout", "stderr", "since", "until", "timestamps", "tail"];

/** Every call of Podman's own interface that a broker lets through, by the group of the grant that it takes. */
export const PODMAN_ROUTES: readonly Route[] = [
  any("GET /libpod/_ping", plain),
  any("HEAD /libpod/_ping", plain),
  any("GET /libpod/version", plain),
  any("GET /libpod/info", info),

  run("GET /libpod/containers/json", listOf(), ["all", "filters"]),
  run("POST /libpod/containers/create", createFromImage),
  run("GET /libpod/containers/{container}/json", aboutContainer()),
  run("GET /libpod/containers/{container}/logs", aboutContainer(), LOGS),
  run("GET /libpod/containers/{container}/stats", aboutContainer(), ["stream"]),
  run("GET /libpod/containers/{container}/archive", aboutContainer(), ["path"]),
  run("HEAD /libpod/containers/{container}/archive", aboutContainer(), ["path"]),
  run("PUT /libpod/containers/{container}/archive", aboutContainer("stream"), ["path"]),
  run("POST /libpod/containers/{container}/start", aboutContainer()),
  run("POST /libpod/containers/{container}/stop", aboutContainer(), ["timeout"]),
  run("POST /libpod/containers/{container}/kill", aboutContainer(), ["signal"]),
  run("POST /libpod/containers/{container}/wait", aboutContainer(), ["condition", "interval"]),
  run("DELETE /libpod/containers/{container}", removeContainer, ["force", "volumes", "timeout"]),

  exec("POST /libpod/containers/{container}/exec", createExec(execSpec)),
  exec("POST /libpod/exec/{exec}/start", startExec(execStart), { query: [], upgrade: "tcp" }),
  exec("POST /libpod/exec/{exec}/resize", aboutExec, ["h", "w"]),
  exec("GET /libpod/exec/{exec}/json", aboutExec),

  images("GET /libpod/images/json", listImages, ["all", "filters"]),
  images("POST /libpod/images/pull", pullImage, [
    "reference",
    "policy",
    "os",
    "arch",
    "variant",
    "tlsVerify",
  ]),
  images("POST /libpod/images/load", loadImages),
  images("GET /libpod/images/{image}/json", readImage),
  images("GET /libpod/images/{image}/get", readImage, ["format", "compress"]),
  images("POST /libpod/images/{image}/tag", tagImage, ["repo", "tag"]),
  images("POST /libpod/images/{image}/untag", untagImage, ["repo", "tag"]),
  images("DELETE /libpod/images/{image}", deleteImage),

  builds("POST /libpod/build", build, BUILD_QUERY),
];
