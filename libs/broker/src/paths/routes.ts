import { build, BUILD_QUERY, grpc, session } from "../calls/build.ts";
import {
  aboutContainer,
  aboutExec,
  commit,
  createContainer,
  createExec,
  startExec,
  updateContainer,
} from "../calls/containers.ts";
import {
  deleteImage,
  loadImages,
  obtainImage,
  pushImage,
  readImage,
  saveImages,
  tagImage,
} from "../calls/images.ts";
import { events, listImages, listOf, prune } from "../calls/lists.ts";
import { aboutNetwork, aboutVolume, createNetwork, createVolume, join } from "../calls/networks.ts";
import { checkLogin, info, plain } from "../calls/system.ts";
import { group } from "./group.ts";
import type { Route } from "./route.ts";

const any = group("any");
const run = group("run");
const exec = group("exec");
const images = group("images");
const builds = group("build");
const networks = group("networks");
const volumes = group("volumes");

const LOGS = ["follow", "stdout", "stderr", "since", "until", "timestamps", "tail", "details"];
const ATTACH = ["detachKeys", "logs", "stream", "stdin", "stdout", "stderr"];
const PUT_ARCHIVE = ["path", "noOverwriteDirNonDir", "copyUIDGID"];

/** Every call that a broker lets through, by the group of the grant that it takes. */
export const ROUTES: readonly Route[] = [
  any("GET /_ping", plain),
  any("HEAD /_ping", plain),
  any("GET /version", plain),
  any("GET /info", info),
  any("GET /events", events, ["since", "until", "filters"]),

  run("GET /containers/json", listOf(), ["all", "limit", "size", "filters"]),
  run("POST /containers/create", createContainer(), ["name", "platform"]),
  run("POST /containers/prune", prune("other"), ["filters"]),
  run("GET /containers/{container}/json", aboutContainer(), ["size"]),
  run("GET /containers/{container}/logs", aboutContainer(), LOGS),
  run("GET /containers/{container}/top", aboutContainer(), ["ps_args"]),
  run("GET /containers/{container}/stats", aboutContainer(), ["stream", "one-shot"]),
  run("GET /containers/{container}/changes", aboutContainer()),
  run("GET /containers/{container}/export", aboutContainer()),
  run("GET /containers/{container}/archive", aboutContainer(), ["path"]),
  run("HEAD /containers/{container}/archive", aboutContainer(), ["path"]),
  run("PUT /containers/{container}/archive", aboutContainer("stream"), PUT_ARCHIVE),
  // Without its body: it could be a configuration of the container.
  run("POST /containers/{container}/start", aboutContainer(), ["detachKeys"]),
  run("POST /containers/{container}/stop", aboutContainer(), ["t", "signal"]),
  run("POST /containers/{container}/restart", aboutContainer(), ["t", "signal"]),
  run("POST /containers/{container}/kill", aboutContainer(), ["signal"]),
  run("POST /containers/{container}/pause", aboutContainer()),
  run("POST /containers/{container}/unpause", aboutContainer()),
  run("POST /containers/{container}/wait", aboutContainer(), ["condition"]),
  run("POST /containers/{container}/resize", aboutContainer(), ["h", "w"]),
  run("POST /containers/{container}/rename", aboutContainer(), ["name"]),
  run("POST /containers/{container}/update", updateContainer),
  run("POST /containers/{container}/attach", aboutContainer(), {
    query: ATTACH,
    upgrade: "tcp",
  }),
  run("DELETE /containers/{container}", aboutContainer(), ["v", "force", "link"]),

  exec("POST /containers/{container}/exec", createExec()),
  exec("POST /exec/{exec}/start", startExec(), { query: [], upgrade: "tcp" }),
  exec("POST /exec/{exec}/resize", aboutExec, ["h", "w"]),
  exec("GET /exec/{exec}/json", aboutExec),

  images("GET /images/json", listImages, ["all", "filters", "digests", "shared-size"]),
  images("GET /images/get", saveImages, ["names"]),
  images("POST /images/create", obtainImage, [
    "fromImage",
    "fromSrc",
    "repo",
    "tag",
    "message",
    "platform",
    "changes",
  ]),
  images("POST /images/load", loadImages, ["quiet"]),
  images("POST /images/prune", prune("image"), ["filters"]),
  images("GET /images/{image}/json", readImage),
  images("GET /images/{image}/history", readImage),
  images("GET /images/{image}/get", readImage),
  images("POST /images/{image}/push", pushImage, ["tag"]),
  images("POST /images/{image}/tag", tagImage, ["repo", "tag"]),
  images("DELETE /images/{image}", deleteImage, ["force", "noprune"]),
  images("GET /distribution/{image}/json", plain),
  images("POST /auth", checkLogin),
  images("POST /commit", commit, [
    "container",
    "repo",
    "tag",
    "comment",
    "author",
    "pause",
    "changes",
  ]),

  builds("POST /build", build, BUILD_QUERY),
  builds("POST /session", session, { query: [], upgrade: "h2c" }),
  builds("POST /grpc", grpc, { query: [], upgrade: "h2c" }),

  networks("GET /networks", listOf(), ["filters"]),
  networks("POST /networks/create", createNetwork),
  networks("POST /networks/prune", prune("other"), ["filters"]),
  networks("GET /networks/{network}", aboutNetwork, ["verbose", "scope"]),
  networks("DELETE /networks/{network}", aboutNetwork),
  networks("POST /networks/{network}/connect", join("connect")),
  networks("POST /networks/{network}/disconnect", join("disconnect")),

  volumes("GET /volumes", listOf("Volumes"), ["filters"]),
  volumes("POST /volumes/create", createVolume),
  volumes("POST /volumes/prune", prune("other"), ["filters"]),
  volumes("GET /volumes/{volume}", aboutVolume),
  volumes("DELETE /volumes/{volume}", aboutVolume, ["force"]),
];
