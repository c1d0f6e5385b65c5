"""One build: what buildah is told, and what it tells while it works."""

import base64
import os
import queue
import re
import threading
import time

from buildah import failure, stop
from images import full
from wire import DriverError

# Steps run with `--isolation chroot`: without a container engine, and on the network of the machine.
FEATURES = ["build-args", "extra-hosts", "labels", "named-contexts", "network-host", "no-cache", "pull", "secrets", "target"]
NEEDS = {
    "cache-from": lambda request: request["cacheFrom"],
    "cache-to": lambda request: request["cacheTo"],
    "multi-platform": lambda request: len(request["platforms"]) > 1,
    "network-none": lambda request: request["network"] == "none",
    "ssh": lambda request: request["ssh"],
}
STEP = re.compile(r"(?:\[\d+/\d+\] )?STEP (\d+)/(\d+): (.*)")
LAYER = re.compile(r"--> [0-9a-f]{11}|COMMIT .*|COMMIT|Successfully tagged .*|[0-9a-f]{64}")
SETTLE_SECONDS = 0.2  # how soon after a step's line buildah says that it uses the cache
MAX_LINE = 64 * 1024
MASK = "*****"


class Builds:
    def __init__(self, buildah, images):
        self._buildah = buildah
        self._images = images

    def build(self, request, call):
        call.check()
        for need, asks in NEEDS.items():
            if asks(request):
                hint = "Choose an endpoint that can do it: gantry drivers list."
                raise DriverError("unsupported", f"The buildah driver has no {need}.", hint, need=need)
        with self._buildah.room(request["insecureRegistries"]) as room:
            secrets = Secrets(request, room, call)
            steps = Steps(call, secrets)
            process = self._buildah.start(arguments(request, room, secrets), room)
            complaint = follow(process, steps, call)
            if call.canceled.is_set():
                call.check()
            if process.returncode != 0:
                raise explain(complaint, request["dockerfile"], steps)
            with open(os.path.join(room, "id")) as file:
                image = self._images.inspect({"id": file.read().strip()}, call)
        return {"images": [image], "steps": steps.summary()}


class Secrets:
    """The secrets that the Dockerfile names, as files that only this user reads. Others are not asked for."""

    def __init__(self, request, room, call):
        self.options = []
        self._values = []
        for number, secret in enumerate(request["secrets"]):
            if secret["id"] not in request["dockerfile"]["text"]:
                continue
            value = base64.b64decode(call.ask("secret.read", {"handle": secret["handle"]})["value"])
            path = os.path.join(room, f"secret-{number}")
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(value)
            self.options += ["--secret", f"id={secret['id']},src={path}"]
            lines = value.decode(errors="replace").splitlines()
            self._values += [line.strip() for line in lines if len(line.strip()) >= 4]

    def mask(self, text):
        for value in self._values:
            text = text.replace(value, MASK)
        return text


def arguments(request, room, secrets):
    dockerfile, ignore = os.path.join(room, "Dockerfile"), os.path.join(room, "ignore")
    with open(dockerfile, "w") as file:
        file.write(request["dockerfile"]["text"])
    with open(ignore, "w") as file:
        file.write(request["ignore"])
    options = ["bud", "--isolation", "chroot", "--layers", "--iidfile", os.path.join(room, "id")]
    options += ["--file", dockerfile, "--ignorefile", ignore, *secrets.options]
    options += ["--no-cache"] if request["noCache"] else []
    options += ["--pull-always"] if request["pull"] else []
    options += ["--target", request["target"]] if "target" in request else []
    for name, values in (("--tag", map(full, request["tags"])), ("--add-host", request["extraHosts"])):
        options += [word for value in values for word in (name, value)]
    for platform in request["platforms"]:
        options += ["--platform", platform]
    for name, field in (("--build-arg", "buildArgs"), ("--label", "labels"), ("--build-context", "contexts")):
        options += [word for key, value in request[field].items() for word in (name, f"{key}={value}")]
    return [*options, "--", request["contextDir"]]


def follow(process, steps, call):
    """Passes on what buildah says until it ends, or ends it when the call is canceled. Gives the end of its complaints."""
    lines, is_over = queue.Queue(maxsize=256), threading.Event()
    streams = {"stdout": process.stdout, "stderr": process.stderr}
    for name, stream in streams.items():
        threading.Thread(target=read, args=(name, stream, lines, is_over), daemon=True).start()
    open_streams, complaint = len(streams), ""
    try:
        while open_streams:
            call.check()
            try:
                name, line = lines.get(timeout=0.1)
            except queue.Empty:
                steps.settle()
                continue
            if line is None:
                open_streams -= 1
            elif name == "stdout":
                steps.say(line)
            else:
                complaint = (complaint + line)[-MAX_LINE:]
                steps.log("stderr", line)
        process.wait()
    except BaseException:
        stop(process)
        process.wait()
        raise
    finally:
        is_over.set()
        steps.finish(None if process.returncode == 0 else complaint)
    return complaint


def read(name, stream, lines, is_over):
    """Fills the queue as fast as it is emptied, so that a slow listener slows the build."""
    with stream:
        for line in iter(lambda: stream.readline(MAX_LINE), b""):
            put(lines, (name, line.decode(errors="replace")), is_over)
    put(lines, (name, None), is_over)


def put(lines, item, is_over):
    while not is_over.is_set():
        try:
            return lines.put(item, timeout=0.5)
        except queue.Full:
            continue


class Steps:
    """Buildah's lines as steps that begin once and end once. A line that is not the next step is output."""

    def __init__(self, call, secrets):
        self._call = call
        self._mask = secrets.mask
        self._done = []
        self._step = None
        self._number = self._total = 0
        self.output = ""

    def say(self, line):
        found = STEP.fullmatch(line.rstrip("\n"))
        if found and self._is_next(int(found[1]), int(found[2])):
            self._end("done")
            self._number, self._total = int(found[1]), int(found[2])
            title = self._mask(f"[{found[1]}/{found[2]}] {found[3]}")
            self._step = {"id": f"step-{len(self._done) + 1}", "title": title, "since": time.monotonic(), "begun": False}
            self.output = ""
        elif self._step is not None and line.startswith("--> Using cache "):
            self._reuse()
        elif not LAYER.fullmatch(line.rstrip("\n")):
            self.log("stdout", line)

    def log(self, stream, line):
        text = self._mask(line)
        self.output = (self.output + text)[-4000:]
        self._begin()
        step = {} if self._step is None else {"step": self._step["id"]}
        self._call.report({"kind": "log", "stream": stream, "text": text, **step})

    def settle(self):
        """A step that was not found in the cache by now is being carried out."""
        if self._step is not None and time.monotonic() - self._step["since"] > SETTLE_SECONDS:
            self._begin()

    def finish(self, complaint):
        if self._call.canceled.is_set():
            self._step = None
        elif complaint is None:
            self._end("done")
        else:
            self._end("failed", self._mask(complaint.strip().splitlines()[-1] if complaint.strip() else "no reason given"))

    def summary(self):
        return self._done

    def _is_next(self, number, total):
        return number == 1 or (number == self._number + 1 and total == self._total)

    def _begin(self):
        if self._step is not None and not self._step["begun"]:
            self._step["begun"] = True
            self._tell("started")

    def _reuse(self):
        if self._step["begun"]:
            self._end("done", cached=True)
            return
        self._tell("cached")
        self._done.append({"title": self._step["title"], "cached": True})
        self._step = None

    def _end(self, state, reason=None, cached=False):
        if self._step is None:
            return
        self._begin()
        took = {"durationMs": round((time.monotonic() - self._step["since"]) * 1000)}
        self._tell(state, **took, **({} if reason is None else {"reason": reason}))
        self._done.append({"title": self._step["title"], "cached": cached})
        self._step = None

    def _tell(self, state, **more):
        self._call.report({"kind": "step", "step": self._step["id"], "title": self._step["title"], "state": state, **more})


def explain(complaint, dockerfile, steps):
    """The error of the contract for a build that failed."""
    path, text = dockerfile["path"], dockerfile["text"]
    message = "".join(re.findall(r"^Error: (.*)", complaint, re.MULTILINE)[-1:])
    unknown = re.search(r'Unknown instruction: "(\w+)"', message)
    if unknown:
        line = line_of(text, lambda words: words[:1] == [unknown[1]] or words[:1] == [unknown[1].lower()])
        where = {"path": path, **({} if line is None else {"line": line})}
        words = f"{path}: unknown instruction {unknown[1]}."
        return DriverError("invalid-request", words, "Correct that line of the Dockerfile.", location=where)
    if re.search(r"no stages to build|target .* was not found", message):
        return DriverError("invalid-request", f"{path}: {message}", "Correct the Dockerfile or the target.")
    missing = re.search(r'copier: stat: "/?([^"]*)": no such file', message)
    if missing:
        hint = "Correct the path, or take it out of .dockerignore."
        return DriverError("invalid-request", f"{path}: {missing[1]} is not in the build context.", hint)
    failed = re.match(r'building at STEP "(.*)": (?:while running runtime: )?exit status (\d+)', message)
    if failed:
        words = f"{failed[1]} ended with exit code {failed[2]}.\n{steps.output.rstrip()}"
        return DriverError("build-failed", words, "Correct that step; its output is above.")
    return failure(complaint, "The build failed", "build-failed")


def line_of(text, is_it):
    lines = [number for number, line in enumerate(text.splitlines(), 1) if is_it(line.split())]
    return lines[0] if len(lines) == 1 else None
