import { isRecord } from "../create/rules.ts";
import { unclear } from "../denied.ts";
import { carries, carriesAsImage } from "../labels/labels.ts";
import type { Room } from "../room.ts";
import type { Call, Prepare } from "./call.ts";

/** Lists of things that carry labels: the engine is asked for the owner's, and what it gives is looked at again. */
export function listOf(field?: "Volumes"): Prepare {
  return async (call) => {
    const { labels } = call.room;
    narrow(
      call,
      "label",
      Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    );
    const keep = async (item: unknown): Promise<boolean> => {
      if (!isRecord(item) || !carries(item["Labels"], labels)) return false;
      const { ImageID: image } = item;
      return typeof image !== "string" || !(await call.own.isInherited(image));
    };
    return {
      path: call.template,
      query: call.query,
      body: "none",
      reply: { kind: "json", rewrite: keeping(keep, field) },
    };
  };
}

/** `GET /images/json`: what the owner built or came by. */
export const listImages: Prepare = async (call) => {
  const keep = async (item: unknown): Promise<boolean> =>
    isRecord(item) && isReadable(call.room, item);
  return {
    path: call.template,
    query: call.query,
    body: "none",
    reply: { kind: "json", rewrite: keeping(keep) },
  };
};

/** `POST .../prune`: of the owner's things only. */
export function prune(kind: "image" | "other"): Prepare {
  return async (call) => {
    const entries = Object.entries(call.room.labels).map(([key, value]) =>
      kind === "image" ? `${key}.image=${value}` : `${key}=${value}`,
    );
    narrow(call, "label", entries);
    return { path: call.template, query: call.query, body: "none" };
  };
}

/** `GET /events`: of the owner's containers and images; those of networks and volumes do not say whose they are. */
export const events: Prepare = async (call) => {
  const { labels } = call.room;
  const keep = (value: unknown): boolean => {
    if (!isRecord(value) || !isRecord(value["Actor"])) return false;
    const { Attributes: attributes } = value["Actor"];
    if (value["Type"] === "container") return carries(attributes, labels);
    return value["Type"] === "image" && carriesAsImage(attributes, labels);
  };
  return { path: call.template, query: call.query, body: "none", reply: { kind: "lines", keep } };
};

function isReadable({ labels, images }: Room, item: Record<string, unknown>): boolean {
  const { Id: id } = item;
  return carriesAsImage(item["Labels"], labels) || (typeof id === "string" && images.mayRead(id));
}

type Keep = (item: unknown) => Promise<boolean>;

function keeping(keep: Keep, field?: string): (value: unknown) => Promise<unknown> {
  return async (value) => {
    if (field === undefined) return kept(value, keep);
    if (!isRecord(value)) return {};
    return { ...value, [field]: await kept(value[field], keep) };
  };
}

async function kept(items: unknown, keep: Keep): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const item of Array.isArray(items) ? items : []) if (await keep(item)) found.push(item);
  return found;
}

/** Adds conditions to the filters of a request; all of them must hold. */
function narrow({ query }: Call, name: string, entries: readonly string[]): void {
  const filters = readFilters(query.get("filters") ?? "");
  filters[name] = [...(filters[name] ?? []), ...entries];
  query.set("filters", JSON.stringify(filters));
}

/** Both forms that engines take: `{"label": ["a=b"]}` and `{"label": {"a=b": true}}`. */
export function readFilters(text: string): Record<string, readonly string[]> {
  if (text === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw Object.assign(unclear("its filters are not JSON"), { cause });
  }
  if (!isRecord(value)) throw unclear("its filters are no JSON object");
  return Object.fromEntries(Object.entries(value).map(([key, items]) => [key, wordsOf(items)]));
}

function wordsOf(items: unknown): readonly string[] {
  if (Array.isArray(items)) return items.map(String);
  if (!isRecord(items)) throw unclear("its filters are neither lists nor objects");
  return Object.entries(items).flatMap(([word, isOn]) => (isOn === true ? [word] : []));
}
