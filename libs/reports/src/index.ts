export { BuildCapabilities, BuildFeature, RunCapabilities, RunFeature } from "./capabilities.ts";
export { LogEvent, NoticeEvent, ProgressEvent, StepEvent, WorkEvent } from "./event.ts";
export { Digest, Image, ImageRef } from "./image.ts";
export { ObservedRun } from "./observed.ts";
export { RunOutcome } from "./outcome.ts";
export { formatPlatform, parsePlatform, Platform } from "./platform.ts";
export { Probe, Problem } from "./probe.ts";
