"""The program buildah, with a storage of the driver's own."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time

from wire import DriverError

GRACE_SECONDS = 5
MAX_SAID = 64 * 1024


class Buildah:
    def __init__(self, state_dir):
        self._state = state_dir
        self._is_untidy = True  # whatever a killed driver left

    def start(self, args, room):
        """Starts buildah in a process group of its own, which a cancel ends as a whole."""
        for name in ("storage", "run", "tmp"):
            os.makedirs(os.path.join(self._state, name), mode=0o700, exist_ok=True)
        storage = ["--root", os.path.join(self._state, "storage"), "--runroot", os.path.join(self._state, "run")]
        return subprocess.Popen(
            ["buildah", *storage, *args],
            env=self._environment(room),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def run(self, args, call, room=None):
        """What buildah prints. Raises DriverError when it does not end with 0."""
        try:
            process = self.start(args, room)
        except FileNotFoundError:
            raise DriverError("engine-unavailable", "Program buildah was not found.", "apt-get install buildah")
        while True:
            try:
                out, err = process.communicate(timeout=0.1)
                break
            except subprocess.TimeoutExpired:
                if call.canceled.is_set():
                    stop(process)
                    process.communicate()
                    call.check()
        if process.returncode == 0:
            return out.decode()
        raise failure(err.decode(errors="replace"), f"buildah {args[0]} failed")

    @contextlib.contextmanager
    def room(self, insecure=()):
        """A private directory for one piece of work. The last one to leave clears away what a canceled build left in the storage."""
        rooms = os.path.join(self._state, "rooms")
        os.makedirs(rooms, mode=0o700, exist_ok=True)
        with open(os.path.join(self._state, "rooms.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            room = tempfile.mkdtemp(dir=rooms)
            try:
                with open(os.path.join(room, "registries.conf"), "w") as file:
                    file.write(registries(insecure))
                yield room
            except BaseException:
                self._is_untidy = True
                raise
            finally:
                shutil.rmtree(room, ignore_errors=True)
                if self._is_untidy:
                    self._clear(lock, rooms)

    def _clear(self, lock, rooms):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        for left in os.listdir(rooms):
            shutil.rmtree(os.path.join(rooms, left), ignore_errors=True)
        self.start(["rm", "--all"], None).communicate()
        self._is_untidy = False

    def _environment(self, room):
        names = ("PATH", "HOME", "XDG_RUNTIME_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
        environment = {name: os.environ[name] for name in names if name in os.environ}
        environment["TMPDIR"] = os.path.join(self._state, "tmp")
        if room is not None:
            environment["CONTAINERS_REGISTRIES_CONF"] = os.path.join(room, "registries.conf")
        return environment


def stop(process):
    """Asks the process group to end, and kills it when it has not after the grace."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < until:
            time.sleep(0.05)
            if process.poll() is not None:
                break
        os.killpg(process.pid, signal.SIGKILL)


def registries(insecure):
    """Loopback and what the request names may be spoken to over plain HTTP."""
    places = "".join(
        f'[[registry]]\nlocation = "{place}"\ninsecure = true\n' for place in ("127.0.0.1", "localhost", *insecure)
    )
    return f'unqualified-search-registries = ["docker.io"]\n{places}'


RULES = (
    ("no-space", ("no space left", "disk quota"), "Free space where Gantry keeps its state."),
    ("unauthorized", ("unauthorized", "authentication required", "denied"), "Log in: buildah login REGISTRY."),
    ("image-not-found", ("manifest unknown", "name unknown", "image not known", "not found"), "Check the image's name."),
    (
        "registry-unreachable",
        ("dial tcp", "connection refused", "no such host", "i/o timeout", "x509", "server gave HTTP"),
        "Check the registry's name and the network.",
    ),
)


def failure(said, what, otherwise="internal"):
    """The error of the contract for what buildah complained of."""
    lines = [line for line in said.splitlines() if line.startswith("Error: ")] or said.strip().splitlines()[-1:]
    message = lines[-1].removeprefix("Error: ") if lines else "it said nothing"
    for code, phrases, hint in RULES:
        if any(phrase in message for phrase in phrases):
            return DriverError(code, f"{what}: {message}", hint)
    return DriverError(otherwise, f"{what}: {message}", "Its message says what is wrong.")
