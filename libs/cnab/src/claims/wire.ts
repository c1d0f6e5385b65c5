import { z } from "zod";
import type { JsonValue } from "../json/json-value.ts";

/** A ULID in its canonical spelling. */
export const Ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, "expected a ULID");

/** A moment as RFC 3339 has it, in any zone. */
export const Created = z.iso.datetime({ offset: true });

/** Whatever JSON can carry. */
export const Json: z.ZodType<JsonValue> = z.json();
