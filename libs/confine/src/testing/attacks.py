"""What a hostile driver tries. Each attack prints how it went: true when it got what it wanted."""

import ctypes
import json
import os
import platform
import resource
import signal
import socket
import subprocess
import sys

target = json.loads(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
SPACES = {"user": 0x10000000, "mount": 0x20000, "pid": 0x20000000, "net": 0x40000000}
X64 = platform.machine() == "x86_64"
attacks = {}


def attack(function):
    attacks[function.__name__] = function
    return function


def syscall(x64, arm64, *args):
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in args]
    result = libc.syscall(ctypes.c_long(x64 if X64 else arm64), *wide)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def in_child(act):
    """Whether `act` works in a process of its own, which it may change as it likes."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if act() else 1)
        except BaseException:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def contains(path, text):
    with open(path, "rb") as file:
        return text.encode() in file.read()


def processes():
    return [name for name in os.listdir("/proc") if name.isdigit()]


def is_victim(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read().endswith(target["victimName"].encode() + b"\0")


def any_of(acts):
    for act in acts:
        try:
            if act():
                return True
        except OSError:
            pass
    return False


@attack
def environment_of_others():
    return any_of([lambda p=p: contains(f"/proc/{p}/environ", target["marker"]) for p in processes()])


@attack
def own_environment():
    return any(target["marker"] in value for value in os.environ.values())


@attack
def see_other_processes():
    return any_of([lambda p=p: is_victim(p) for p in processes()])


@attack
def memory_of_parent():
    def read(pid):
        with open(f"/proc/{pid}/maps") as maps:
            start = int(maps.readline().split("-")[0], 16)
        with open(f"/proc/{pid}/mem", "rb") as memory:
            memory.seek(start)
            return len(memory.read(16)) == 16

    return any_of([lambda: read(os.getppid()), lambda: read(1)])


@attack
def read_key_file():
    return contains(target["key"], target["marker"])


@attack
def list_daemon_home():
    return "key" in os.listdir(target["home"])


@attack
def read_other_driver():
    return contains(target["otherDriver"], target["marker"])


@attack
def climb_through_proc_root():
    roots = [f"/proc/{pid}/root" for pid in processes()] + [f"/proc/{pid}/cwd" for pid in processes()]
    return any_of([lambda r=r: contains(r + target["key"], target["marker"]) for r in roots])


@attack
def climb_through_dots():
    return any_of([lambda: contains(target["package"] + "/.." * 20 + target["key"], target["marker"])])


@attack
def climb_through_link():
    link = os.path.join(target["state"], "link")
    os.symlink(target["key"], link)
    try:
        return contains(link, target["marker"])
    finally:
        os.unlink(link)


@attack
def climb_out_of_chroot():
    def escape():
        os.mkdir("/tmp/cell")
        outside = os.open("/", os.O_RDONLY)
        os.chroot("/tmp/cell")
        os.fchdir(outside)
        return contains("." + target["key"], target["marker"])

    try:
        return in_child(escape)
    finally:
        if os.path.isdir("/tmp/cell"):
            os.rmdir("/tmp/cell")


@attack
def inherited_descriptors():
    def is_open(fd):
        os.fstat(fd)
        return True

    return any_of([lambda fd=fd: is_open(fd) for fd in range(3, 256)])


def connects(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(5)
        client.connect(address)
        return True


@attack
def connect_daemon_socket():
    return connects(socket.AF_UNIX, target["socket"])


@attack
def connect_abstract_socket():
    return connects(socket.AF_UNIX, "\0" + target["abstract"])


@attack
def connect_loopback():
    return connects(socket.AF_INET, ("127.0.0.1", target["port"]))


@attack
def see_network_interfaces():
    return any(name != "lo" for _, name in socket.if_nameindex())


@attack
def vm_socket():
    socket.socket(40, socket.SOCK_STREAM).close()
    return True


@attack
def packet_socket():
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    return True


@attack
def crypto_socket():
    socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET, 0).close()
    return True


@attack
def signal_others():
    os.kill(target["victim"], 0)
    return is_victim(target["victim"])


@attack
def trace_others():
    PTRACE_SEIZE, PTRACE_DETACH = 0x4206, 17
    for pid in (target["victim"], os.getppid()):
        try:
            syscall(101, 117, PTRACE_SEIZE, pid, 0, 0)
            return True
        except OSError:
            pass
    return False


@attack
def trace_a_child():
    pid = os.fork()
    if pid == 0:
        signal.pause()
        os._exit(0)
    try:
        syscall(101, 117, 0x4206, pid, 0, 0)
        return True
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@attack
def read_memory_by_call():
    buffer = ctypes.create_string_buffer(16)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 16)
    return syscall(310, 270, os.getpid(), vector, 1, vector, 1, 0) == 16


@attack
def mount_a_file_system():
    if libc.mount(b"none", b"/tmp", b"tmpfs", 0, b"size=4k") != 0:
        return False
    libc.umount2(b"/tmp", 2)
    return True


@attack
def uncover_a_mount():
    return any(libc.umount2(place, 2) == 0 for place in (b"/usr/bin", b"/proc", b"/driver"))


@attack
def make_user_namespace():
    return in_child(lambda: libc.unshare(SPACES["user"]) == 0)


@attack
def make_other_namespaces():
    return in_child(lambda: any(libc.unshare(SPACES[kind]) == 0 for kind in ("mount", "pid", "net")))


@attack
def make_namespace_by_clone():
    pid = syscall(56, 220, SPACES["user"] | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True


@attack
def join_other_namespaces():
    def join(pid, kind):
        fd = os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)
        return libc.setns(fd, 0) == 0

    return in_child(lambda: any_of([lambda k=k: join(1, k) for k in ("mnt", "net", "pid", "user")]))


@attack
def become_root_by_setuid_program():
    program = target["setuid"]
    if os.geteuid() == 0 or program is None:
        return False
    return subprocess.run([program, "-u"], capture_output=True, text=True).stdout.strip() == "0"


@attack
def become_another_user():
    return in_child(lambda: os.setuid(4711) is None and os.getuid() == 4711)


@attack
def hold_capabilities():
    with open("/proc/self/status") as status:
        lines = [line.split() for line in status if line.startswith("Cap")]
    return any(int(value, 16) != 0 for _, value in lines)


@attack
def regain_capabilities_by_exec():
    text = "print(open('/proc/self/status').read())"
    ran = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
    lines = [line.split() for line in ran.stdout.splitlines() if line.startswith(("CapEff", "CapBnd"))]
    return any(int(value, 16) != 0 for _, value in lines)


@attack
def write_package():
    package = target["package"]

    def append():
        with open(os.path.join(package, "attacks.py"), "a"):
            return True

    def create():
        with open(os.path.join(package, "planted"), "w"):
            return True

    def relax():
        os.chmod(os.path.join(package, "attacks.py"), 0o777)
        return True

    return any_of([append, create, relax])


@attack
def write_system():
    def writes(path):
        os.close(os.open(path, os.O_WRONLY))
        return True

    return any_of([lambda p=p: writes(p) for p in (sys.executable, "/etc/passwd", "/etc/hosts")])


@attack
def write_kernel_settings():
    paths = ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger")
    paths += ("/sys/kernel/uevent_helper", "/proc/sys/kernel/modprobe")

    def opens(path):
        os.close(os.open(path, os.O_WRONLY))
        return True

    return any_of([lambda p=p: opens(p) for p in paths])


@attack
def read_kernel_log():
    buffer = ctypes.create_string_buffer(256)

    def device():
        os.close(os.open("/dev/kmsg", os.O_RDONLY))
        return True

    return any_of([lambda: libc.klogctl(3, buffer, 256) >= 0, device])


@attack
def open_devices():
    allowed = {"null", "zero", "full", "random", "urandom", "fd", "shm", "stdin", "stdout", "stderr"}
    return any(name not in allowed for name in os.listdir("/dev"))


@attack
def make_device():
    path = os.path.join(target["state"], "device")
    os.mknod(path, 0o20666, os.makedev(1, 11))
    os.unlink(path)
    return True


@attack
def kernel_keys():
    # KEYCTL_GET_KEYRING_ID of the session keyring.
    return syscall(250, 219, 0, -3, 0, 0, 0) != 0


@attack
def plant_key():
    return syscall(248, 217, b"user", b"gantry-attack", b"x", 1, -1) != 0


@attack
def load_bpf():
    attributes = ctypes.create_string_buffer(128)
    ctypes.memmove(attributes, (ctypes.c_uint32 * 4)(2, 4, 4, 1), 16)
    os.close(syscall(321, 280, 0, attributes, 128))
    return True


@attack
def io_uring():
    parameters = ctypes.create_string_buffer(120)
    os.close(syscall(425, 425, 2, parameters))
    return True


@attack
def watch_with_perf():
    attributes = ctypes.create_string_buffer(128)
    ctypes.memmove(attributes, (ctypes.c_uint32 * 4)(1, 128, 0, 0), 16)
    os.close(syscall(298, 241, attributes, 0, -1, -1, 0))
    return True


@attack
def change_host_name():
    name = socket.gethostname().encode()
    return libc.sethostname(name, len(name)) == 0


@attack
def take_priority():
    return in_child(lambda: os.nice(-5) < 0)


@attack
def raise_limits():
    def raised(kind):
        hard = resource.getrlimit(kind)[1]
        if hard == resource.RLIM_INFINITY:
            return True
        resource.setrlimit(kind, (hard + 1, hard + 1))
        return True

    kinds = (resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)
    return any(in_child(lambda k=k: raised(k)) for k in kinds)


@attack
def dump_core():
    def crash():
        os.chdir(target["state"])
        os.abort()

    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    in_child(crash)
    return hard != 1 or any(name.startswith("core") for name in os.listdir(target["state"]))


@attack
def start_other_programs():
    def runs(program):
        return subprocess.run([program, "--version"], capture_output=True).returncode == 0

    return any_of([lambda p=p: runs(p) for p in ("tar", "/usr/bin/tar", "/bin/cat", "mount", "env")])


@attack
def find_control_groups():
    return any_of([lambda: len(os.listdir("/sys/fs/cgroup")) > 0])


@attack
def fill_scratch():
    """More than half of the memory that the driver may use, in files that no process owns."""
    if "scratchBytes" not in target:
        return True
    path = "/tmp/filling"
    try:
        with open(path, "wb") as file:
            for _ in range(target["scratchBytes"] // 1048576):
                file.write(bytes(1048576))
        return True
    finally:
        os.unlink(path)


def outcome(act):
    try:
        return bool(act())
    except OSError as error:
        return error.strerror
    except Exception as error:
        return repr(error)


chosen = target["only"] or attacks
print(json.dumps({name: outcome(attacks[name]) for name in chosen}))
