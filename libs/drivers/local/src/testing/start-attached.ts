import { attachedStarter } from "./attached.ts";

/** Starts a program in a sandbox that is to end with this process, and says which its first process is. */
const start = await attachedStarter(process.argv[2] ?? "");
const { initPid } = await start(["sleep", "1000"]);
process.stdout.write(String(initPid));
setInterval(() => undefined, 1_000);
