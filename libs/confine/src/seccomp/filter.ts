import type { Machine } from "../enter/system-calls.ts";
import { deniedCalls } from "./denied-calls.ts";

/** One instruction of a classic BPF program. */
interface Instruction {
  readonly code: number;
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly value: number;
}

const LOAD = 0x20;
const RETURN = 0x06;
const IF_EQUAL = 0x15;
const IF_AT_LEAST = 0x35;
const IF_ANY_BIT = 0x45;

const ALLOW = 0x7fff_0000;
const ERRNO = 0x0005_0000;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

/** Offsets in what the kernel shows to a filter; of arguments, the lower half. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST = 16;
const SECOND = 24;

const ARCHITECTURES: Readonly<Record<Machine, number>> = { x64: 0xc000_003e, arm64: 0xc000_00b7 };
/** The other calling convention of the same architecture, with numbers of its own. */
const X32 = 0x4000_0000;

const CALLS = {
  x64: { clone: 56, clone3: 435, ioctl: 16, socket: 41 },
  arm64: { clone: 220, clone3: 435, ioctl: 29, socket: 198 },
} as const;

/** Flags of `clone` that make namespaces. */
const NEW_SPACES = 0x7e02_0000;
/** Typing into another's terminal. */
const TERMINAL_INPUT = [0x5412, 0x541c];
/** Unix, IPv4, IPv6, and netlink, by which a program asks for its own addresses. Others reach past the network namespace. */
const FAMILIES = [1, 2, 10, 16];

export interface FilterOptions {
  readonly machine: Machine;
  /** Whether the driver may make namespaces and mounts. */
  readonly spaces: boolean;
}

/** A seccomp program that refuses, with an error and not with death, what no driver needs. */
export function seccompFilter({ machine, spaces }: FilterOptions): Buffer {
  const calls = CALLS[machine];
  const program = [
    load(ARCHITECTURE),
    jump(IF_EQUAL, ARCHITECTURES[machine], { ifTrue: 1 }),
    refuse(EPERM),
    load(NUMBER),
    jump(IF_AT_LEAST, X32, { ifFalse: 1 }),
    refuse(EPERM),
    ...deniedCalls(machine, spaces).flatMap((number) => whenCalled(number, [refuse(EPERM)])),
    ...whenCalled(calls.ioctl, [
      load(SECOND),
      ...TERMINAL_INPUT.flatMap((request) => whenCalled(request, [refuse(EPERM)])),
      allow(),
    ]),
    ...whenCalled(calls.socket, [
      load(FIRST),
      ...FAMILIES.flatMap((family) => whenCalled(family, [allow()])),
      refuse(EAFNOSUPPORT),
    ]),
    ...(spaces ? [] : noNewSpaces(machine)),
    allow(),
  ];
  return Buffer.concat(program.map(encode));
}

/** `clone3` takes its flags from memory, where no filter can look: it is as if the kernel did not have it. */
function noNewSpaces(machine: Machine): readonly Instruction[] {
  const { clone, clone3 } = CALLS[machine];
  return [
    ...whenCalled(clone3, [refuse(ENOSYS)]),
    ...whenCalled(clone, [
      load(FIRST),
      jump(IF_ANY_BIT, NEW_SPACES, { ifFalse: 1 }),
      refuse(EPERM),
      allow(),
    ]),
  ];
}

function whenCalled(number: number, then: readonly Instruction[]): readonly Instruction[] {
  return [jump(IF_EQUAL, number, { ifFalse: then.length }), ...then];
}

function load(value: number): Instruction {
  return { code: LOAD, ifTrue: 0, ifFalse: 0, value };
}

function jump(
  code: number,
  value: number,
  { ifTrue = 0, ifFalse = 0 }: { readonly ifTrue?: number; readonly ifFalse?: number },
): Instruction {
  return { code, ifTrue, ifFalse, value };
}

function refuse(errno: number): Instruction {
  return { code: RETURN, ifTrue: 0, ifFalse: 0, value: ERRNO | errno };
}

function allow(): Instruction {
  return { code: RETURN, ifTrue: 0, ifFalse: 0, value: ALLOW };
}

function encode({ code, ifTrue, ifFalse, value }: Instruction): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(value, 4);
  return bytes;
}
