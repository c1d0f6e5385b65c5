"""What a hostile driver tries that may make namespaces. Each attack prints how it went: true when it got what it wanted."""

import ctypes
import json
import os
import subprocess
import sys

target = json.loads(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
USER, MOUNT, PID, NET = 0x10000000, 0x20000, 0x20000000, 0x40000000
REMOUNT, BIND = 32, 4096
attacks = {}


def attack(function):
    attacks[function.__name__] = function
    return function


def take_ids(uid, gid):
    """Root may not map itself; it holds all capabilities there without that."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        try:
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
        except OSError:
            pass


def as_root_inside(act, spaces=USER | MOUNT | PID):
    """Whether `act` works in namespaces of its own, in which it is root."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        result = b"0"
        try:
            uid, gid = os.geteuid(), os.getegid()
            if libc.unshare(spaces) != 0:
                raise OSError(ctypes.get_errno(), "unshare")
            take_ids(uid, gid)
            child = os.fork()
            if child == 0:
                try:
                    os._exit(0 if act() else 1)
                except BaseException:
                    os._exit(1)
            result = b"1" if os.waitpid(child, 0)[1] == 0 else b"0"
        except BaseException as error:
            result = str(error).encode() or b"0"
        os.write(write, result)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        said = file.read()
    os.waitpid(pid, 0)
    if said in (b"0", b"1"):
        return said == b"1"
    return said.decode()


def mount_proc():
    os.makedirs("/tmp/proc", exist_ok=True)
    return libc.mount(b"proc", b"/tmp/proc", b"proc", 0, None) == 0


def opens(path, flags):
    try:
        os.close(os.open(path, flags))
        return True
    except OSError:
        return False


def contains(path, text):
    try:
        with open(path, "rb") as file:
            return text.encode() in file.read()
    except OSError:
        return False


@attack
def change_kernel_settings():
    names = ("sys/kernel/core_pattern", "sys/kernel/modprobe", "sys/kernel/hotplug", "sysrq-trigger")
    return as_root_inside(lambda: mount_proc() and any([opens("/tmp/proc/" + name, os.O_WRONLY) for name in names]))


@attack
def see_others_in_a_proc_of_its_own():
    def look():
        mount_proc()
        for pid in filter(str.isdigit, os.listdir("/tmp/proc")):
            with open(f"/tmp/proc/{pid}/cmdline", "rb") as file:
                if file.read().endswith(target["victimName"].encode() + b"\0"):
                    return True
        return False

    return as_root_inside(look)


@attack
def uncover_what_is_hidden():
    def uncover():
        place = target["home"].encode()
        while libc.umount2(place, 2) == 0:
            pass
        return contains(target["key"], target["marker"])

    return as_root_inside(uncover)


@attack
def write_what_is_read_only():
    def write(place):
        libc.mount(None, place.encode(), None, REMOUNT | BIND, None)
        return opens(os.path.join(place, "planted"), os.O_WRONLY | os.O_CREAT)

    return as_root_inside(lambda: any([write("/driver"), write("/usr"), write("/")]))


@attack
def gain_by_a_setuid_program():
    program = os.path.join(target["state"], "setuid")
    with open("/usr/bin/id", "rb") as source, open(program, "wb") as copy:
        copy.write(source.read())
    os.chmod(program, 0o6755)
    try:
        ran = subprocess.run([program, "-u"], capture_output=True, text=True).stdout.strip()
        return ran != str(os.getuid())
    finally:
        os.unlink(program)


@attack
def open_a_device():
    def make():
        libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)
        try:
            os.mknod("/tmp/kmsg", 0o20666, os.makedev(1, 11))
        except OSError:
            return False
        return opens("/tmp/kmsg", os.O_RDONLY)

    return as_root_inside(make)


@attack
def join_the_machine():
    def join(name):
        try:
            fd = os.open(f"/proc/1/ns/{name}", os.O_RDONLY)
        except OSError:
            return False
        return libc.setns(fd, 0) == 0

    return any([join(name) for name in ("user", "mnt", "pid", "net")])


@attack
def open_by_handle():
    """By what the kernel calls the key, which the test has found out for it."""
    handle = bytes.fromhex(target["handle"])

    def follow():
        where = os.open(target["state"], os.O_RDONLY)
        buffer = ctypes.create_string_buffer(handle, len(handle))
        fd = libc.open_by_handle_at(where, buffer, os.O_RDONLY)
        return fd >= 0 and target["marker"].encode() in os.read(fd, 100)

    # Outside, whoever may do this needs no namespaces for it.
    return follow() if target.get("outside") else follow() or as_root_inside(follow)


@attack
def read_what_is_roots():
    return as_root_inside(lambda: opens("/etc/shadow", os.O_RDONLY) or opens(target["key"], os.O_RDONLY))


@attack
def load_a_module():
    # The kernel asks for the right to do so before it looks at what is to be loaded.
    def load():
        libc.syscall(ctypes.c_long(175 if os.uname().machine == "x86_64" else 105), b"", 0, b"")
        return ctypes.get_errno() == 8

    return as_root_inside(load)


@attack
def change_the_machines_network():
    def change():
        import fcntl
        import socket
        import struct

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH22x", b"lo", 0))
        return True

    return as_root_inside(change, USER | MOUNT)


def can_make_namespaces():
    return as_root_inside(lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0)


def outcome(function):
    try:
        return function()
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


only = target.get("only")
chosen = {name: function for name, function in attacks.items() if only is None or name in only}
results = {name: outcome(function) for name, function in chosen.items()}
print(json.dumps({"namespaces": can_make_namespaces(), **results}))
