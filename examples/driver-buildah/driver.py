#!/usr/bin/env python3
"""A Gantry build driver in plain Python: builds images with buildah, without a daemon."""

import platform
import shutil

from build import FEATURES, Builds
from buildah import Buildah
from images import Images
from wire import DriverError, InvalidParams, Server

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
VERBS = ["tag", "remove", "exportTo", "importFrom"]


class Driver:
    def __init__(self):
        self._buildah = self._images = self._builds = None

    @property
    def images(self):
        if self._images is None:
            raise DriverError("protocol", "The driver is not initialized.", "Call driver.initialize first.")
        return self._images

    def describe(self, params, call):
        schema = {"type": "object", "additionalProperties": False}
        return {"protocols": [1], "name": "buildah", "version": "0.1.0", "optionsSchema": schema}

    def initialize(self, params, call):
        for name, kind in (("protocol", int), ("options", dict), ("stateDir", str), ("contentDir", str)):
            if not isinstance(params.get(name), kind):
                raise InvalidParams(f"{name} must be of type {kind.__name__}.")
        if params["protocol"] != 1:
            raise DriverError("protocol", "The host speaks another protocol.", "Update the older of the two.")
        if params["options"]:
            raise DriverError("invalid-options", "The buildah driver has no options.", "Leave them out.")
        self._buildah = Buildah(params["stateDir"])
        self._images = Images(self._buildah)
        self._builds = Builds(self._buildah, self._images)
        machine = ARCHITECTURES.get(platform.machine(), platform.machine())
        build = {"platforms": [f"linux/{machine}"], "features": FEATURES}
        return {"facets": {"build": build, "images": VERBS}}

    def probe(self, params, call):
        images = self.images
        if shutil.which("buildah") is None:
            problem = {"text": "Program buildah was not found.", "fix": "apt-get install buildah"}
            return {"state": "unavailable", "problems": [problem]}
        try:
            version = images.engine_version(call)
        except DriverError as error:
            problem = {"text": str(error), "fix": error.data["hint"]}
            return {"state": "unavailable", "problems": [problem]}
        return {"state": "ready", "engine": f"buildah {version}", "problems": []}

    def shutdown(self, params, call):
        return {}

    def build(self, params, call):
        self.images  # nothing is built before driver.initialize
        return self._builds.build(params, call)

    def inspect(self, params, call):
        return {"image": self.images.inspect(params["ref"], call)}

    def tag(self, params, call):
        self.images.tag(params["ref"], params["reference"], call)
        return {}

    def remove(self, params, call):
        self.images.remove(params["ref"], call)
        return {}

    def export(self, params, call):
        return {"digest": self.images.export(params["ref"], params["layoutDir"], call)}

    def take(self, params, call):
        return {"image": self.images.take(params["layoutDir"], params["digest"], call)}


if __name__ == "__main__":
    driver = Driver()
    methods = {f"driver.{name}": getattr(driver, name) for name in ("describe", "initialize", "probe", "shutdown")}
    methods.update({f"image.{name}": getattr(driver, name) for name in ("inspect", "tag", "remove", "export")})
    methods.update({"image.import": driver.take, "build.start": driver.build})
    Server(methods).run()
