import type { Client } from "@gantry/client";
import type { Resource } from "../state/resource.ts";

/** Operations that are listed: what lies further back nobody scrolls to. */
const OPERATIONS = 500;

/** Calls through brokers that are shown; the file has the rest. */
const AUDITED = 500;

/** Asks the daemon for a resource. Rejects with `RpcError` or `ConnectionClosedError`. */
export async function fetchResource(
  client: Client,
  resource: Resource,
  signal: AbortSignal,
): Promise<unknown> {
  const options = { signal };
  switch (resource.kind) {
    case "installations":
      return (await client.request("installation.list", {}, options)).installations;
    case "operations":
      return (await client.request("operation.list", { limit: OPERATIONS }, options)).operations;
    case "endpoints":
      return (await client.request("driver.list", {}, options)).endpoints;
    case "bundles":
      return (await client.request("bundle.list", {}, options)).bundles;
    case "daemon":
      return client.request("daemon.status", {}, options);
    case "plan": {
      const { key, action } = resource;
      const { name: installation, namespace } = key;
      // No parameter is given, so that no path is relative to anything.
      const asked = { installation, namespace, action, source: {}, cwd: "/" };
      return (await client.request("installation.plan", asked, options)).plan;
    }
    case "terminals":
      return (await client.request("terminal.list", {}, options)).terminals;
    case "audit": {
      const { kind: _audit, ...filter } = resource;
      return (await client.request("audit.read", { ...filter, limit: AUDITED }, options)).entries;
    }
    case "why":
      return client.request("bundle.why", { source: resource.source }, options);
    case "endpoint":
      return client.request("driver.show", { name: resource.name }, options);
    case "request":
      return client.request("operation.request", { operationId: resource.operationId }, options);
    case "options":
      return fetchOptions(client, resource.name, signal);
    case "bundle": {
      const { source, installation } = resource;
      const which = installation === undefined ? {} : { installation: { ...installation } };
      return (await client.request("bundle.explain", { source, ...which }, options)).bundle;
    }
    case "installation":
      return fetchInstallation(client, { ...resource.key }, signal);
  }
}

async function fetchInstallation(
  client: Client,
  key: { name: string; namespace: string },
  signal: AbortSignal,
): Promise<unknown> {
  const [{ installation }, { outputs }, { runs }, { grants }] = await Promise.all([
    client.request("installation.show", key, { signal }),
    client.request("output.list", key, { signal }),
    client.request("run.list", key, { signal }),
    client.request("grant.list", key, { signal }),
  ]);
  return { installation, outputs, runs, grants };
}

async function fetchOptions(client: Client, name: string, signal: AbortSignal): Promise<unknown> {
  const [options, config] = await Promise.all([
    client.request("driver.options", { name }, { signal }),
    client.request("config.show", {}, { signal }),
  ]);
  return { ...options, ...config };
}
