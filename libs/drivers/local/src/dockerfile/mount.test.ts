import { expect, it } from "vitest";
import { readMount } from "./mount.ts";

const read = (text: string) => readMount(text, { path: "Dockerfile", line: 2 });

it("reads every type with its defaults", () => {
  expect(read("type=cache,target=/c")).toEqual({
    type: "cache",
    id: "/c",
    target: "/c",
    source: "/",
    readOnly: false,
    sharing: "shared",
    mode: 0o755,
    uid: 0,
    gid: 0,
  });
  expect(read("target=/b")).toEqual({ type: "bind", target: "/b", source: "/", writable: false });
  expect(read("type=tmpfs,dst=/t,size=2m")).toEqual({
    type: "tmpfs",
    target: "/t",
    sizeBytes: 2 ** 21,
  });
  expect(read("type=secret,id=npm")).toMatchObject({
    target: "/run/secrets/npm",
    mode: 0o400,
    required: false,
  });
});

it("reads options and their other names", () => {
  expect(read("type=bind,src=a,destination=/b,from=x,rw")).toEqual({
    type: "bind",
    source: "a",
    target: "/b",
    from: "x",
    writable: true,
  });
  expect(read("type=cache,id=i,target=/c,ro,sharing=locked,mode=0700,uid=5,gid=6")).toMatchObject({
    id: "i",
    readOnly: true,
    sharing: "locked",
    mode: 0o700,
    uid: 5,
    gid: 6,
  });
  expect(read('type=bind,"target=/a,b",readonly=false')).toMatchObject({
    target: "/a,b",
    writable: true,
  });
});

it("needs no file for a secret in the environment", () => {
  const mount = read("type=secret,id=npm,env=TOKEN,required=true");

  expect(mount).toMatchObject({ env: "TOKEN", required: true });
  expect(mount).not.toHaveProperty("target");
});
