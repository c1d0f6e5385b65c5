import { z } from "zod";

/** A setting: `prefer`, `endpoints.NAME.options.PATH`. */
export const ConfigKey = z.string().min(1).max(1_000);
