"""
The two processes around a run's program. `supervise` outlives the driver: it starts the program with its output going to
files, waits, and writes the exit status down. `enter` is in the namespaces of the run: its child puts the root file system
together and becomes the program.
"""

import base64
import ctypes
import json
import os
import signal
import subprocess
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
MS_BIND, MS_REC = 4096, 16384
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")


def supervise(directory):
    plan = sys.stdin.buffer.read()
    problem, report = os.pipe()
    network = json.loads(plan)["network"]
    spaces = ["--mount", "--pid", "--ipc", "--uts"]
    spaces += ["--net"] if network == "none" else []
    spaces += ["--user", "--map-root-user"] if os.geteuid() != 0 else []
    inner = [sys.executable, "-I", os.path.abspath(__file__), "enter", directory, str(report)]
    with open(f"{directory}/stdout", "ab") as out, open(f"{directory}/stderr", "ab") as err:
        child = subprocess.Popen(["unshare", *spaces, "--", *inner], stdin=subprocess.PIPE, stdout=out, stderr=err, pass_fds=[report])
    os.close(report)
    child.stdin.write(plan)
    child.stdin.close()
    with open(problem) as pipe:
        message = pipe.read()
    tell({"error": message} if message else {})
    code = child.wait()
    write(f"{directory}/exit", str(code if code >= 0 else 128 - code))


def tell(answer):
    try:
        print(json.dumps(answer), flush=True)
    except BrokenPipeError:
        pass  # the driver is gone; the run goes on
    os.close(1)


def write(path, text):
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)


def enter(directory, report):
    plan = json.loads(sys.stdin.buffer.read())
    wait, go = os.pipe()
    program = os.fork()
    if program > 0:
        os.close(report)
        with open(f"/proc/{program}/stat") as file:
            write(f"{directory}/program", f"{program} {file.read().rpartition(')')[2].split()[19]}")
        os.close(go)
        code = os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])
        os._exit(code if code >= 0 else 128 - code)
    os.close(go)
    os.read(wait, 1)  # until its number is written down, so that it can be stopped
    os.set_inheritable(report, False)
    try:
        prepare(directory, plan)
        become(plan)
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # a change of user would take it back
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    except Exception as error:
        os.write(report, str(error).encode())
        os._exit(1)
    launch(plan["command"], plan["environment"])


def launch(command, environment):
    try:
        os.execvpe(command[0], command, environment)
    except FileNotFoundError:
        code = 127
    except OSError:
        code = 126
    os.write(2, f"{command[0]}: cannot be run\n".encode())
    os._exit(code)


def prepare(directory, plan):
    root = f"{directory}/root"
    options = f"lowerdir={plan['image']},upperdir={directory}/upper,workdir={directory}/work"
    mount("overlay", root, "overlay", options if plan["isRoot"] else options + ",userxattr")
    for name in ("proc", "dev", "tmp"):
        os.makedirs(f"{root}/{name}", exist_ok=True)
    mount("proc", f"{root}/proc", "proc")
    mount("tmpfs", f"{root}/dev", "tmpfs", "mode=0755")
    for name in filter(lambda each: os.path.exists(f"/dev/{each}"), DEVICES):  # confined, there is no tty
        open(f"{root}/dev/{name}", "w").close()
        mount(f"/dev/{name}", f"{root}/dev/{name}", flags=MS_BIND)
    outputs = os.open(f"{directory}/outputs", os.O_PATH)
    os.chroot(root)
    os.chdir("/")
    os.makedirs(plan["outputsDir"], exist_ok=True)
    mount(f"/proc/self/fd/{outputs}", plan["outputsDir"], flags=MS_BIND | MS_REC)
    os.close(outputs)
    for file in plan["files"]:
        place(file, plan)


def place(file, plan):
    os.makedirs(os.path.dirname(file["path"]), mode=0o755, exist_ok=True)
    if file["existing"] == "replace" and os.path.lexists(file["path"]):
        os.remove(file["path"])
    handle = os.open(file["path"], os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(handle, "wb") as target:
        target.write(base64.b64decode(file["content"]))
        if plan["isRoot"]:
            os.fchown(handle, plan["uid"], plan["gid"])
        os.fchmod(handle, file["mode"])


def become(plan):
    """Gives up every privilege: no capability can be had again, not even by a program that is setuid root."""
    if LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError("new privileges could not be ruled out")
    for capability in range(64):
        LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    if plan["isRoot"]:
        os.setgroups([])
        os.setgid(plan["gid"])
        os.setuid(plan["uid"])
    os.chdir(plan["workdir"])


def mount(source, target, kind=None, options=None, flags=0):
    encoded = [None if text is None else text.encode() for text in (source, target, kind)]
    data = None if options is None else options.encode()
    if LIBC.mount(*encoded, ctypes.c_ulong(flags), data) != 0:
        raise OSError(f"{source} could not be mounted on {target}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    if sys.argv[1] == "supervise":
        supervise(sys.argv[2])
    else:
        enter(sys.argv[2], int(sys.argv[3]))
