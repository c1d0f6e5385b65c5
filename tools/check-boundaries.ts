import { createProjectGraphAsync } from "nx/src/devkit-exports.js";
import { forbiddenDependencies } from "./boundaries.ts";

const graph = await createProjectGraphAsync();
const projects = Object.values(graph.nodes).map(({ name, data }) => ({
  name,
  tags: data.tags ?? [],
}));
const found = forbiddenDependencies(projects, Object.values(graph.dependencies).flat());
if (found.length > 0) {
  process.stderr.write(`Forbidden dependencies:\n${found.map((line) => `  ${line}\n`).join("")}`);
  process.exitCode = 1;
}
