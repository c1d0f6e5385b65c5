"""Images of an OCI image layout: finding one, and unpacking it once into a directory that runs share."""

import fcntl
import json
import os
import posixpath
import re
import shutil
import tarfile

from wire import DriverError

NAME = "org.opencontainers.image.ref.name"


class Images:
    def __init__(self, layout, cache):
        self._layout = layout
        self._cache = cache

    def find(self, ref):
        """The configuration and layers of the image that `ref` (id, digest or reference) means."""
        for entry in self._manifests():
            manifest = self._json(entry["digest"])
            if self._matches(ref, entry, manifest):
                return self._json(manifest["config"]["digest"]), manifest
        name = ref.get("reference") or ref.get("id") or ref.get("digest")
        raise DriverError("image-not-found", f"The content store holds no image {name}.", "Build or import it first.")

    def describe(self, ref):
        """The image in the protocol's words; None when it is not there."""
        try:
            config, manifest = self.find(ref)
        except DriverError:
            return None
        names = {each.get("annotations", {}).get(NAME) for each in self._manifests()} - {None}
        settings = config.get("config", {})
        return {
            "id": manifest["config"]["digest"],
            "references": [name for name in [ref.get("reference")] if name in names],
            "platform": {"os": config["os"], "architecture": config["architecture"]},
            "size": sum(each["size"] for each in manifest["layers"]),
            "user": settings.get("User", ""),
            "labels": settings.get("Labels") or {},
        }

    def take(self, layout, digest):
        """Copies the image with that manifest out of another layout into this one; gives it in the protocol's words."""
        if not os.path.isfile(blob(layout, digest)):
            raise DriverError("image-not-found", f"{layout} has no image {digest}.", "Build it again.")
        if self.describe({"digest": digest}) is None:
            os.makedirs(os.path.join(self._layout, "blobs", "sha256"), exist_ok=True)
            with open(os.path.join(self._layout, ".lock"), "w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._copy(layout, digest)
        return self.describe({"digest": digest})

    def _copy(self, layout, digest):
        with open(blob(layout, digest)) as file:
            manifest = json.load(file)
        entries = list(self._manifests())
        for each in [manifest["config"]["digest"], *(layer["digest"] for layer in manifest["layers"]), digest]:
            target = blob(self._layout, each)
            if not os.path.exists(target):
                shutil.copyfile(blob(layout, each), target + ".new")
                os.rename(target + ".new", target)
        kind = manifest.get("mediaType", "application/vnd.oci.image.manifest.v1+json")
        entries.append({"mediaType": kind, "digest": digest, "size": os.path.getsize(blob(layout, digest))})
        write(os.path.join(self._layout, "oci-layout"), {"imageLayoutVersion": "1.0.0"})
        write(os.path.join(self._layout, "index.json"), {"schemaVersion": 2, "manifests": entries})

    def unpack(self, manifest):
        """The directory with the image's files. Made by the first run that needs it; nobody writes into it later."""
        os.makedirs(self._cache, exist_ok=True)
        target = os.path.join(self._cache, manifest["config"]["digest"].split(":")[1])
        with open(target + ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.isdir(target):
                shutil.rmtree(target + ".new", ignore_errors=True)
                os.mkdir(target + ".new", 0o755)
                for layer in manifest["layers"]:
                    self._extract(layer["digest"], target + ".new")
                os.rename(target + ".new", target)
        return target

    def _manifests(self):
        try:
            with open(os.path.join(self._layout, "index.json")) as file:
                entries = json.load(file)["manifests"]
        except FileNotFoundError:
            return
        for entry in entries:
            if "image.index" in entry.get("mediaType", ""):
                yield from self._json(entry["digest"])["manifests"]
            else:
                yield entry

    @staticmethod
    def _matches(ref, entry, manifest):
        if ref.get("id"):
            return manifest["config"]["digest"] == ref["id"]
        if ref.get("digest"):
            return entry["digest"] == ref["digest"]
        return entry.get("annotations", {}).get(NAME) == ref.get("reference")

    def _extract(self, digest, target):
        with tarfile.open(self._blob(digest)) as archive:
            for member in archive:
                directory, name = posixpath.split(posixpath.normpath("/" + member.name))
                place = inside(target, directory)
                if name == ".wh..wh..opq":
                    shutil.rmtree(place, ignore_errors=True)
                elif name.startswith(".wh."):
                    remove(os.path.join(place, name[4:]))
                elif name:
                    self._place(archive, member, os.path.join(place, name), target)

    @staticmethod
    def _place(archive, member, path, target):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if not (member.isdir() and os.path.isdir(path) and not os.path.islink(path)):
            remove(path)
        if member.isdir():
            os.makedirs(path, exist_ok=True)
        elif member.issym():
            os.symlink(member.linkname, path)
        elif member.islnk():
            os.link(inside(target, "/" + member.linkname, follow_last=False), path)
        elif member.isreg():
            with archive.extractfile(member) as source, open(path, "wb") as copy:
                shutil.copyfileobj(source, copy)
        else:
            return  # devices and pipes: every run has its own /dev
        if os.geteuid() == 0 and not member.islnk():
            os.lchown(path, member.uid, member.gid)
        if not member.issym() and not member.islnk():
            os.chmod(path, member.mode)

    def _json(self, digest):
        with open(self._blob(digest)) as file:
            return json.load(file)

    def _blob(self, digest):
        return blob(self._layout, digest)


def blob(layout, digest):
    if re.fullmatch("sha256:[0-9a-f]{64}", digest) is None:
        raise DriverError("invalid-request", f"{digest!r} is no digest.", "Name the digest of a manifest.")
    return os.path.join(layout, "blobs", *digest.split(":", 1))


def write(path, value):
    with open(path + ".new", "w") as file:
        json.dump(value, file)
    os.rename(path + ".new", path)


def inside(root, path, follow_last=True):
    """Where `path` of the image is on this machine, with every link resolved inside `root`."""
    done, rest, hops = [], [part for part in path.split("/") if part], 0
    while rest:
        part = rest.pop(0)
        if part == "..":
            done = done[:-1]
            continue
        here = os.path.join(root, *done, part)
        if part == "." or not os.path.islink(here) or (not rest and not follow_last):
            done += [] if part == "." else [part]
            continue
        hops += 1
        if hops > 40:
            raise DriverError("base-unusable", f"The links of {path} go round in circles.", "Mend the image.")
        link = os.readlink(here)
        done = [] if link.startswith("/") else done
        rest = [each for each in link.split("/") if each] + rest
    return os.path.join(root, *done)


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)


def user_of(config, root):
    """Numeric user and group that the image's programs run as."""
    user, _, group = (config.get("config", {}).get("User") or "0").partition(":")
    uid, own_group = _look_up(root, "/etc/passwd", user, 3)
    gid = _look_up(root, "/etc/group", group, 2)[0] if group else own_group
    return uid, gid


def _look_up(root, path, name, group_field):
    try:
        with open(inside(root, path)) as file:
            for line in file:
                fields = line.rstrip("\n").split(":")
                if len(fields) > group_field and name in (fields[0], fields[2]):
                    return int(fields[2]), int(fields[group_field])
    except FileNotFoundError:
        pass
    if name.isdigit():
        return int(name), 0
    raise DriverError("base-unusable", f"The image has no user or group {name}.", "Use a number for USER.")
