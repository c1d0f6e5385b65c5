import { describe, expect, it } from "vitest";
import {
  type EndpointFields,
  type Fields,
  type Finished,
  World,
  WROTE_STATE,
} from "./support/world.ts";

const AWAY = { state: "unavailable", problems: [{ text: "it sleeps.", fix: "wake it" }] };

function endpoint(name: string, options: Fields = {}): EndpointFields {
  const script = [WROTE_STATE, { print: `${name}\n` }];
  return { name, driver: "fake", options: { script, ...options } };
}

function notices({ events }: Finished): string[] {
  return events.flatMap(({ event }) => (event.kind === "notice" ? [event.text] : []));
}

describe("negotiation", () => {
  it("names the one requirement that each endpoint lacks that was passed over", async () => {
    await using world = await World.open([
      endpoint("mountless"),
      endpoint("foreign", { platform: "linux/arm64", runFeatures: ["mounts", "network-default"] }),
      endpoint("typeless", { imageTypes: ["wasm"], runFeatures: ["mounts", "network-default"] }),
      endpoint("broken", { nonsense: true }),
      endpoint("asleep", { probe: AWAY, runFeatures: ["mounts", "network-default"] }),
      endpoint("able", { runFeatures: ["mounts", "network-default", "memory-limit"] }),
    ]);
    const helper = await world.start();
    const dir = await world.bundle();
    await helper.build(dir, { driver: "mountless" });
    const mounts = [{ source: "/a", target: "/b", readOnly: true }];

    const { plan } = await helper.request("installation.plan", {
      source: { dir },
      cwd: dir,
      action: "install",
      mounts,
    });

    expect(plan.endpoint.name).toBe("able");
    expect(plan.endpoint.requirements).toEqual([
      "run",
      "mounts",
      "platform linux/amd64",
      "image-type docker",
    ]);
    const lacks = plan.endpoint.passedOver.map(({ endpoint: name, requirement }) => [
      name,
      requirement,
    ]);
    expect(lacks).toEqual([
      ["mountless", "mounts"],
      ["foreign", "platform"],
      ["typeless", "image-type"],
      ["broken", "ready"],
      ["asleep", "ready"],
    ]);
    const { outcome, events, log } = await helper.install(dir, { mounts });
    expect(outcome.run?.endpoint).toBe("able");
    expect(outcome.run?.passedOver).toEqual(plan.endpoint.passedOver);
    expect(log).toBe("able\n");
    expect(notices({ outcome, events, log }).join("\n")).toContain("mountless has no mounts");
  });

  it("does not leave the endpoint where the installation is for want of its engine without consent", async () => {
    await using world = await World.open([endpoint("first"), endpoint("second")]);
    const helper = await world.start();
    const dir = await world.bundle();
    await helper.install(dir);
    await world.configure([endpoint("first", { probe: AWAY }), endpoint("second")]);

    const kept = await helper.act("upgrade", "sample");
    const gone = await helper.act("upgrade", "sample", { failOver: true });

    expect(kept.outcome.operation.failure).toMatchObject({
      code: "engine-unavailable",
      message: "Endpoint first, where it ran before, is away: it sleeps.",
      hint: expect.stringContaining("--fail-over"),
    });
    expect(gone.outcome.operation.status).toBe("succeeded");
    expect(gone.outcome.operation.failure).toBeUndefined();
    expect(gone.outcome.run?.endpoint).toBe("second");
  });

  it("does not leave it either when it is there no more, or cannot be started", async () => {
    const [maker, first, second] = [
      endpoint("maker", { facets: ["build"] }),
      endpoint("first", { facets: ["run"] }),
      endpoint("second", { facets: ["run"] }),
    ];
    await using world = await World.open([maker, first, second]);
    const helper = await world.start();
    const dir = await world.bundle();
    await helper.install(dir, { driver: "first" });
    await world.configure([maker, second]);

    const kept = await helper.act("upgrade", "sample");
    const gone = await helper.act("upgrade", "sample", { failOver: true, source: { dir } });

    expect(kept.outcome.operation.failure).toMatchObject({
      code: "engine-unavailable",
      message: expect.stringMatching(/^Endpoint first, where it ran before, cannot be used: /u),
      hint: expect.stringContaining("--driver"),
    });
    expect(gone.outcome.operation.failure).toBeUndefined();
    expect(gone.outcome.run?.endpoint).toBe("second");
  });

  it("says what spoke for an endpoint that is not the first", async () => {
    await using world = await World.open([endpoint("first"), endpoint("second")]);
    const helper = await world.start();
    const dir = await world.bundle();

    await helper.build(dir, { driver: "second" });
    const rebuilt = await helper.build(dir, { force: true });
    const installed = await helper.install(dir);
    const upgraded = await helper.act("upgrade", "sample");
    const named = await helper.act("upgrade", "sample", { driver: "first" });
    const moved = await helper.act("upgrade", "sample");

    expect(notices(rebuilt).join()).toContain("second (which built it before;");
    expect(notices(installed).join()).toContain("second (which has its image;");
    expect(notices(upgraded).join()).toContain("second (where it ran before;");
    expect(notices(named).join()).toContain("first, as asked");
    expect(notices(moved).join()).toContain("first (the first that is ready;");
  });

  it("does not mention that what built a bundle cannot run it", async () => {
    const builder = endpoint("builder", { facets: ["build"] });
    await using world = await World.open([builder, endpoint("runner")]);
    const helper = await world.start();
    const dir = await world.bundle();
    await world.file(
      "home/config.yaml",
      JSON.stringify({ endpoints: [builder, endpoint("runner")], prefer: ["runner"] }),
    );
    await helper.build(dir, { driver: "builder" });

    const installed = await helper.install(dir);

    expect(installed.outcome.run).toMatchObject({ endpoint: "runner", passedOver: [] });
    expect(notices(installed).join()).toContain("runner (the first that is ready;");
  });

  it("goes on with another endpoint when the chosen one turns out away, with consent", async () => {
    const failures = { inspect: { code: "engine-unavailable", message: "It went to sleep." } };
    await using world = await World.open([endpoint("first"), endpoint("second")]);
    const helper = await world.start();
    const dir = await world.bundle();
    await helper.build(dir, { driver: "second" });
    await world.configure([endpoint("first", { failures }), endpoint("second")]);

    const without = await helper.install(dir, { driver: "first" });
    const withIt = await helper.install(dir, { failOver: true, driver: "first" });

    expect(without.outcome.operation.failure).toMatchObject({ code: "engine-unavailable" });
    expect(withIt.outcome.run?.endpoint).toBe("second");
    expect(notices(withIt).join("\n")).toContain("turned out away: It went to sleep.");
  });

  it("takes consent from the configuration, and a refusal from the request", async () => {
    const failures = { inspect: { code: "engine-unavailable" } };
    const endpoints = [endpoint("first", { failures }), endpoint("second")];
    await using world = await World.open([endpoint("second")]);
    const helper = await world.start();
    const dir = await world.bundle();
    await helper.build(dir);
    const config = { endpoints, prefer: ["first", "second"], failOver: true };
    await world.file("home/config.yaml", JSON.stringify(config));

    const refused = await helper.install(dir, { failOver: false, driver: "first" });
    const agreed = await helper.install(dir, { driver: "first" });

    expect(refused.outcome.operation.failure).toMatchObject({ code: "engine-unavailable" });
    expect(agreed.outcome.run?.endpoint).toBe("second");
  });
});
