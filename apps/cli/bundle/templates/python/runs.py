"""Runs: a directory each, in which a supervisor of its own keeps output, exit status and outputs."""

import base64
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time

from images import inside, user_of
from wire import DriverError

FEATURES = ["network-default", "network-host", "network-none"]
# Confined, all that was started ends with this process: there is nothing to find again.
if "GANTRY_CONFINED" not in os.environ:
    FEATURES.append("recover")
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LOOK_SECONDS = 0.02
PIECE = 64 * 1024


class Runs:
    def __init__(self, directory, images):
        self._directory = directory
        self._images = images

    def start(self, spec, call):
        refuse(spec)
        config, manifest = self._images.find(spec["image"])
        root = self._images.unpack(manifest)
        for file in spec["files"]:
            if file["existing"] == "refuse" and os.path.lexists(inside(root, file["path"], follow_last=False)):
                raise DriverError("file-exists", f"The image has {file['path']} already.", "Choose another path.")
        plan = make_plan(spec, config, root)
        run = self._run(spec["id"])
        run.create({"id": spec["id"], "owner": spec["owner"]}, plan)
        try:
            call.check()
            run.launch(plan)
            call.check()
        except BaseException:
            run.remove()
            raise
        return {}

    def _run(self, run_id):
        if re.fullmatch("[0-9A-Za-z]{1,64}", run_id) is None:
            raise DriverError("invalid-request", f"{run_id!r} is not the id of a run.", "Use letters and digits.")
        return Run(os.path.join(self._directory, run_id))

    def find(self, run_id):
        run = self._run(run_id)
        return run if run.record() is not None else None

    def get(self, run_id):
        run = self.find(run_id)
        if run is None:
            raise DriverError("not-found", f"There is no run {run_id}.", "It may have been removed already.")
        return run

    def sweep(self, owner, keep):
        names = os.listdir(self._directory) if os.path.isdir(self._directory) else []
        records = [self.find(name).record() for name in names if self.find(name) is not None]
        gone = [each["id"] for each in records if each["owner"] == owner and each["id"] not in keep]
        for run_id in gone:
            self.get(run_id).remove()
        return gone


class Run:
    def __init__(self, directory):
        self._directory = directory

    def _path(self, name):
        return os.path.join(self._directory, name)

    def create(self, record, plan):
        os.makedirs(os.path.dirname(self._directory), exist_ok=True)
        try:
            os.mkdir(self._directory, 0o711)
        except FileExistsError:
            raise DriverError("conflict", f"There is already a run {record['id']}.", "Use another id.") from None
        for name in ("root", "upper", "work", "outputs"):
            os.mkdir(self._path(name), 0o755)
        if plan["isRoot"]:
            os.chown(self._path("outputs"), plan["uid"], plan["gid"])
        # What the image says of its own root directory holds for the run's as well.
        shutil.copymode(plan["image"], self._path("upper"))
        for name in ("stdout", "stderr"):
            open(self._path(name), "xb").close()
        with open(self._path("run.json"), "w") as file:
            json.dump(record, file)

    def launch(self, plan):
        sandbox = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sandbox.py")
        supervisor = subprocess.Popen(
            [sys.executable, "-I", sandbox, "supervise", self._directory],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        with open(self._path("supervisor"), "w") as file:
            file.write(f"{supervisor.pid} {start_time(supervisor.pid)}")
        supervisor.stdin.write(json.dumps(plan).encode())
        supervisor.stdin.close()
        answer = supervisor.stdout.read()
        supervisor.stdout.close()
        problem = json.loads(answer).get("error") if answer else "its supervisor ended"
        if problem:
            raise DriverError("engine-unavailable", f"The run could not be set up: {problem}.", "See `gantry drivers doctor`.")

    def record(self):
        try:
            with open(self._path("run.json")) as file:
                return json.load(file)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None

    def outcome(self):
        """How it ended; None while it runs."""
        running = is_alive(self._read("supervisor"))
        code = self._read("exit")
        if code:
            return {"kind": "exited", "exitCode": int(code), "outOfMemory": False}
        return None if running else {"kind": "lost", "reason": "The run's supervisor is gone."}

    def wait(self, call, seconds=float("inf")):
        deadline = time.monotonic() + seconds
        while (outcome := self.outcome()) is None and time.monotonic() < deadline:
            call.wait(LOOK_SECONDS)
        return outcome

    def events(self, cursor, call):
        at = [int(part) for part in cursor.split(".")] if cursor else [0, 0]
        while True:
            call.check()
            ended = self.outcome() is not None
            while (found := self._next(at, ended)) is not None:
                index, length, text = found
                at[index] += length
                event = {"kind": "log", "stream": ("stdout", "stderr")[index], "text": text}
                call.report({"cursor": f"{at[0]}.{at[1]}", "event": event})
            if ended:
                return
            call.wait(LOOK_SECONDS)

    def _next(self, at, ended):
        for index, name in enumerate(("stdout", "stderr")):
            with open(self._path(name), "rb") as file:
                file.seek(at[index])
                data = file.read(PIECE)
            length = data.rfind(b"\n") + 1
            if length == 0 and (ended or len(data) == PIECE):
                length = len(data) if len(data) < PIECE else whole_characters(data)
            if length > 0:
                return index, length, data[:length].decode("utf-8", "replace")
        return None

    def outputs(self, call):
        root = self._path("outputs")
        for path in sorted(files_below(root)):
            try:
                handle = os.open(os.path.join(root, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except OSError:
                continue  # replaced by a link meanwhile, or gone
            with open(handle, "rb") as file:
                about = os.fstat(handle)
                if stat.S_ISREG(about.st_mode):
                    self._pieces(path, about, file, call)

    @staticmethod
    def _pieces(path, about, file, call):
        head = {"path": path, "mode": stat.S_IMODE(about.st_mode), "uid": about.st_uid, "gid": about.st_gid}
        data = file.read(PIECE)
        while True:
            following = file.read(PIECE) if data else b""
            call.report({**head, "data": base64.b64encode(data).decode(), "last": not following})
            if not following:
                return
            data = following

    def stop(self, grace_seconds, call):
        if self.outcome() is not None:
            return
        self._signal(signal.SIGTERM)
        if self.wait(call, grace_seconds) is None:
            self._signal(signal.SIGKILL)
            self.wait(call)

    def remove(self):
        deadline = time.monotonic() + 10
        while self.record() is not None and self.outcome() is None and time.monotonic() < deadline:
            self._signal(signal.SIGKILL)
            time.sleep(LOOK_SECONDS)
        if os.path.isdir(self._directory):
            # The kernel makes overlay's work directory with mode 0.
            for directory, names, _ in os.walk(self._directory):
                for name in names:
                    if not os.path.islink(os.path.join(directory, name)) and os.geteuid() != 0:
                        os.chmod(os.path.join(directory, name), 0o700)
            shutil.rmtree(self._directory, ignore_errors=True)

    def _signal(self, number):
        program = self._read("program")
        if is_alive(program):
            try:
                os.kill(int(program.split()[0]), number)
            except ProcessLookupError:
                pass

    def _read(self, name):
        try:
            with open(self._path(name)) as file:
                return file.read()
        except FileNotFoundError:
            return ""


def refuse(spec):
    named = {"default": None, "host": None, "none": None}
    needs = {
        "capabilities": spec["capabilities"],
        "cpu-limit": spec.get("cpus"),
        "engine-socket": spec["engineSocket"],
        "memory-limit": spec.get("memoryBytes"),
        "mounts": spec["mounts"],
        "named-network": spec["network"] not in named,
        "pids-limit": spec.get("pids"),
        "privileged": spec["privileged"],
    }
    for need, asked in needs.items():
        if asked:
            raise DriverError("unsupported", f"This driver cannot do {need}.", "Choose another driver.", need=need)


def make_plan(spec, config, root):
    uid, gid = user_of(config, root)
    settings = config.get("config", {})
    environment = {"PATH": DEFAULT_PATH, **dict(each.split("=", 1) for each in settings.get("Env") or [])}
    environment.update((each["name"], each["value"]) for each in spec["environment"])
    return {
        "image": root,
        "command": spec["command"],
        "environment": environment,
        "files": spec["files"],
        "outputsDir": spec["outputsDir"],
        "network": spec["network"],
        "workdir": settings.get("WorkingDir") or "/",
        "uid": uid,
        "gid": gid,
        "isRoot": os.geteuid() == 0,
    }


def start_time(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    except OSError:
        return ""


def is_alive(identity):
    """Whether the process that `identity` ("pid start-time") names still runs, and not a later one of its number."""
    pid, _, started = identity.partition(" ")
    return started != "" and start_time(pid) == started


def files_below(root):
    for directory, _, names in os.walk(root):
        for name in names:
            path = os.path.join(directory, name)
            if stat.S_ISREG(os.lstat(path).st_mode):
                yield os.path.relpath(path, root)


def whole_characters(data):
    """Bytes up to a character that is cut off at the end."""
    for back in range(1, 4):
        byte = data[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            width = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2
            return len(data) - back if width > back else len(data)
    return len(data)
