import { type Image, parsePlatform } from "@gantry/reports";
import { z } from "zod";
import { digestOf } from "./image-store.ts";

const Config = z.looseObject({
  os: z.string(),
  architecture: z.string(),
  config: z.looseObject({
    User: z.string().optional(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
});

/** What a build has put together so far. */
export interface Draft {
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Stands for the content: what each instruction took in. */
  readonly history: readonly string[];
}

/** The draft of an image from nothing. */
export const EMPTY: Draft = { user: "", labels: {}, history: [] };

/** The OCI image configuration of `draft`: the same bytes for the same draft. */
export function toConfig(draft: Draft, platformText: string): string {
  const platform = parsePlatform(platformText) ?? { os: "linux", architecture: "amd64" };
  return JSON.stringify({
    architecture: platform.architecture,
    os: platform.os,
    config: { User: draft.user, Labels: draft.labels },
    rootfs: { type: "layers", diff_ids: [] },
    history: draft.history.map((created_by) => ({ created_by, empty_layer: true })),
  });
}

/** The image that an OCI image configuration describes. */
export function describeConfig(text: string): Image {
  const { os, architecture, config } = Config.parse(JSON.parse(text));
  return {
    id: digestOf(text),
    references: [],
    platform: { os, architecture },
    size: Buffer.byteLength(text),
    user: config.User ?? "",
    labels: config.Labels ?? {},
  };
}
