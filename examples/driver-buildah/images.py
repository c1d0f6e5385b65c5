"""Images of buildah's storage in the words of the contract, and their way in and out as OCI layouts."""

import io
import json
import os
import tarfile

from wire import DriverError

NAME = "org.opencontainers.image.ref.name"
TAKEN = "gantry.local/taken"  # buildah keeps no image without a name that came from elsewhere


class Images:
    def __init__(self, buildah):
        self._buildah = buildah

    def engine_version(self, call):
        return json.loads(self._buildah.run(["version", "--json"], call))["version"]

    def inspect(self, ref, call):
        """The image that `ref` means, None when the storage does not hold it."""
        name = self._name(ref, call)
        if name is None:
            return None
        try:
            found = json.loads(self._buildah.run(["inspect", "--type", "image", name], call))
        except DriverError as error:
            if error.data["code"] == "image-not-found":
                return None
            raise
        return self._describe(found, call)

    def tag(self, ref, reference, call):
        self._buildah.run(["tag", self._present(ref, call), full(reference)], call)

    def remove(self, ref, call):
        image = self.inspect(ref, call)
        if image is None:
            return
        names = [ref["reference"]] if only_name(ref) else image["references"]
        for name in names:
            self._buildah.run(["rmi", full(name)], call)
        if not only_name(ref) and self.inspect({"id": image["id"]}, call) is not None:
            self._buildah.run(["rmi", "--force", hexadecimal(image["id"])], call)

    def export(self, ref, layout, call):
        """Adds the image to an OCI layout; gives its manifest's digest there."""
        name = self._present(ref, call)
        os.makedirs(layout, exist_ok=True)
        with self._buildah.room() as room:
            digest = os.path.join(room, "digest")
            self._buildah.run(["push", "--quiet", "--digestfile", digest, name, f"oci:{layout}:{name}"], call, room)
            with open(digest) as file:
                return file.read().strip()

    def take(self, layout, digest, call):
        """Takes the image with that manifest out of an OCI layout, and nothing else of it."""
        if not os.path.isfile(blob(layout, digest)):
            raise DriverError("image-not-found", f"{layout} does not hold {digest}.", "Export the image again.")
        with self._buildah.room() as room:
            # As an archive: a directory's path would become the image's name.
            archive = os.path.join(room, "image.tar")
            pack(archive, layout, digest)
            image = self._buildah.run(["pull", "--quiet", f"oci-archive:{archive}"], call, room).split()[-1]
        return self.inspect({"id": f"sha256:{image}"}, call)

    def _present(self, ref, call):
        image = self.inspect(ref, call)
        if image is None:
            name = ref.get("id") or ref.get("digest") or ref.get("reference")
            raise DriverError("image-not-found", f"Buildah does not hold the image {name}.", "Build it first.")
        return hexadecimal(image["id"])

    def _name(self, ref, call):
        if ref.get("id"):
            return hexadecimal(ref["id"])
        if not ref.get("digest"):
            return full(ref["reference"]) if ref.get("reference") else None
        held = [hexadecimal(image["id"]) for image in self._list(call) if image.get("digest") == ref["digest"]]
        return held[0] if held else None

    def _describe(self, found, call):
        config = found["OCIv1"]
        manifest = json.loads(found["Manifest"])
        identity = found["FromImageID"]
        held = [image for image in self._list(call) if hexadecimal(image["id"]) == identity]
        names = [name for image in held for name in image["names"] or [] if not name.startswith(f"{TAKEN}:")]
        platform = {key: config[key] for key in ("os", "architecture", "variant") if config.get(key)}
        return {
            "id": f"sha256:{identity}",
            "references": [familiar(name) for name in names],
            "platform": platform,
            "size": sum(part["size"] for part in [manifest["config"], *manifest["layers"]]),
            "user": config["config"].get("User", ""),
            "labels": config["config"].get("Labels") or {},
        }

    def _list(self, call):
        return json.loads(self._buildah.run(["images", "--all", "--no-trunc", "--json"], call) or "null") or []


def only_name(ref):
    return not ref.get("id") and not ref.get("digest")


def hexadecimal(digest):
    return digest.removeprefix("sha256:")


def full(reference):
    """The name with its registry, as the storage keeps it."""
    first, slash, _ = reference.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        named = reference
    else:
        named = f"docker.io/{reference}" if slash else f"docker.io/library/{reference}"
    has_version = "@" in named or ":" in named.rsplit("/", 1)[1]
    return named if has_version else f"{named}:latest"


def familiar(name):
    return name.removeprefix("docker.io/").removeprefix("library/") if name.startswith("docker.io/") else name


def blob(layout, digest):
    return os.path.join(layout, "blobs", *digest.split(":", 1))


def pack(archive, layout, digest):
    """An archive of one image of the layout."""
    path = blob(layout, digest)
    with open(path) as file:
        manifest = json.load(file)
    media_type = manifest.get("mediaType", "application/vnd.oci.image.manifest.v1+json")
    entry = {"mediaType": media_type, "digest": digest, "size": os.path.getsize(path)}
    entry["annotations"] = {NAME: f"{TAKEN}:{hexadecimal(digest)}"}
    with tarfile.open(archive, "w") as tar:
        add(tar, "oci-layout", {"imageLayoutVersion": "1.0.0"})
        add(tar, "index.json", {"schemaVersion": 2, "manifests": [entry]})
        for part in {digest, manifest["config"]["digest"], *(layer["digest"] for layer in manifest["layers"])}:
            tar.add(blob(layout, part), arcname=os.path.relpath(blob(layout, part), layout))


def add(tar, name, content):
    data = json.dumps(content).encode()
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))
