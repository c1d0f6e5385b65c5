import { WebSocketListener } from "@gantry/rpc";

const [, , path = ""] = process.argv;

/** Sends each message back as it is: what a call over this socket costs before anybody does anything. */
const listener = await WebSocketListener.listen(path, (transport) =>
  transport.listen((message) => void transport.send(message).catch(() => undefined)),
);
process.stdout.write("listening\n");
process.stdin.resume();
await new Promise((resolve) => process.stdin.once("end", resolve));
await listener[Symbol.asyncDispose]();
