#!/usr/bin/env python3
"""A Gantry runtime driver in plain Python: runs images of the content store in Linux namespaces."""

import json
import os
import platform
import shutil
import subprocess

from images import Images
from runs import FEATURES, Runs
from wire import DriverError, InvalidParams, Server

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "gantry-driver.json")) as file:
    MANIFEST = json.load(file)  # the one place for the driver's name, version and options
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


class Driver:
    def __init__(self):
        self._images = None
        self._runs = None

    @property
    def runs(self):
        if self._runs is None:
            raise DriverError("protocol", "The driver is not initialized.", "Call driver.initialize first.")
        return self._runs

    def describe(self, params, call):
        return {each: MANIFEST[each] for each in ("protocols", "name", "version", "optionsSchema")}

    def initialize(self, params, call):
        for name, kind in (("protocol", int), ("options", dict), ("stateDir", str), ("contentDir", str)):
            if not isinstance(params.get(name), kind):
                raise InvalidParams(f"{name} must be of type {kind.__name__}.")
        if params["protocol"] != 1:
            raise DriverError("protocol", "The host speaks another protocol.", "Update the older of the two.")
        if params["options"]:
            raise DriverError("invalid-options", "This driver has no options.", "Leave them out.")
        self._images = Images(params["contentDir"], os.path.join(params["stateDir"], "images"))
        self._runs = Runs(os.path.join(params["stateDir"], "runs"), self._images)
        machine = ARCHITECTURES.get(platform.machine(), platform.machine())
        run = {"platforms": [f"linux/{machine}"], "features": FEATURES}
        return {"facets": {"run": run, "images": ["importFrom"]}}

    def probe(self, params, call):
        self.runs  # not before driver.initialize
        problem = self._problem()
        if problem is None:
            return {"state": "ready", "engine": f"Linux {platform.release()}", "problems": []}
        return {"state": "unavailable", "problems": [problem]}

    @staticmethod
    def _problem():
        if shutil.which("unshare") is None:
            return {"text": "Program unshare was not found.", "fix": "Install util-linux."}
        spaces = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
        tried = subprocess.run(["unshare", *spaces, "true"], capture_output=True, timeout=4)
        if tried.returncode == 0:
            return None
        fix = "Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1"
        if os.geteuid() == 0:
            fix = "Confined, it needs all programs (--grant all); as root also a file system with id-mapped mounts (ext4, xfs, btrfs) for GANTRY_HOME."
        return {"text": f"Namespaces cannot be made: {tried.stderr.decode().strip()}", "fix": fix}

    def shutdown(self, params, call):
        return {}

    def handles(self, params, call):
        return {"handles": params["imageType"] in ("docker", "oci")}

    def inspect(self, params, call):
        self.runs  # not before driver.initialize
        return {"image": self._images.describe(params["ref"])}

    def take(self, params, call):
        self.runs  # not before driver.initialize
        return {"image": self._images.take(params["layoutDir"], params["digest"])}

    def start(self, params, call):
        return self.runs.start(params, call)

    def recover(self, params, call):
        return {"found": self.runs.find(params["id"]) is not None}

    def events(self, params, call):
        self.runs.get(params["id"]).events(params.get("cursor"), call)
        return {}

    def outcome(self, params, call):
        return self.runs.get(params["id"]).wait(call)

    def outputs(self, params, call):
        self.runs.get(params["id"]).outputs(call)
        return {}

    def stop(self, params, call):
        self.runs.get(params["id"]).stop(params["graceMs"] / 1000, call)
        return {}

    def remove(self, params, call):
        run = self.runs.find(params["id"])
        if run is not None:
            run.remove()
        return {}

    def sweep(self, params, call):
        return {"removed": self.runs.sweep(params["owner"], params["keep"])}


LIFE = ("describe", "initialize", "probe", "shutdown")
RUN = ("handles", "start", "recover", "events", "outcome", "outputs", "stop", "remove", "sweep")

if __name__ == "__main__":
    driver = Driver()
    methods = {f"driver.{name}": getattr(driver, name) for name in LIFE}
    methods.update({"image.inspect": driver.inspect, "image.import": driver.take})
    methods.update({f"run.{name}": getattr(driver, name) for name in RUN})
    Server(methods).run()
