"""What can be tested without an image; `gantry drivers verify .` tests the rest. Run with: python3 -B -m unittest"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest

from images import Images, inside
from runs import refuse, whole_characters
from wire import DriverError

HERE = os.path.dirname(os.path.abspath(__file__))
SPEC = {"capabilities": [], "engineSocket": False, "mounts": [], "network": "default", "privileged": False}


def say(*messages):
    """The driver's answers, by id."""
    lines = "".join(json.dumps({"jsonrpc": "2.0", **each}) + "\n" for each in messages)
    driver = [sys.executable, "-B", os.path.join(HERE, "driver.py")]
    process = subprocess.Popen(driver, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(lines)
    process.stdin.flush()
    answers = [json.loads(process.stdout.readline()) for _ in messages]
    process.stdin.close()
    process.wait(10)
    process.stdout.close()
    return {each["id"]: each for each in answers}


def put(layout, value):
    """Writes a blob; gives its descriptor."""
    data = json.dumps(value).encode()
    name = hashlib.sha256(data).hexdigest()
    os.makedirs(os.path.join(layout, "blobs", "sha256"), exist_ok=True)
    with open(os.path.join(layout, "blobs", "sha256", name), "wb") as file:
        file.write(data)
    return {"digest": f"sha256:{name}", "size": len(data)}


class Conversation(unittest.TestCase):
    def test_says_what_its_manifest_says(self):
        with open(os.path.join(HERE, "gantry-driver.json")) as file:
            manifest = json.load(file)
        answer = say({"id": 1, "method": "driver.describe"})[1]["result"]
        self.assertEqual((answer["name"], answer["version"]), (manifest["name"], manifest["version"]))

    def test_refuses_work_before_it_is_initialized(self):
        answers = say({"id": 1, "method": "driver.probe"}, {"id": 2, "method": "driver.fly"})
        self.assertEqual(answers[1]["error"]["data"]["code"], "protocol")
        self.assertEqual(answers[2]["error"]["code"], -32601)


class Parts(unittest.TestCase):
    def test_refuses_a_feature_by_name(self):
        refuse(SPEC)
        with self.assertRaises(DriverError) as refused:
            refuse({**SPEC, "privileged": True})
        self.assertEqual(refused.exception.data["need"], "privileged")

    def test_resolves_links_inside_the_image(self):
        with tempfile.TemporaryDirectory() as root:
            os.symlink("../../../etc", os.path.join(root, "out"))
            self.assertEqual(inside(root, "/out/passwd"), os.path.join(root, "etc", "passwd"))

    def test_takes_an_image_out_of_another_layout(self):
        with tempfile.TemporaryDirectory() as there, tempfile.TemporaryDirectory() as here:
            config = {"os": "linux", "architecture": "amd64", "config": {"User": "7"}}
            manifest = {"config": put(there, config), "layers": [put(there, [])]}
            images = Images(here, os.path.join(here, "cache"))
            self.assertIsNone(images.describe({"id": manifest["config"]["digest"]}))
            digest = put(there, manifest)["digest"]
            for _ in range(2):
                self.assertEqual(images.take(there, digest)["user"], "7")
            self.assertEqual(images.find({"id": manifest["config"]["digest"]})[1], manifest)
            with self.assertRaises(DriverError):
                images.take(there, "sha256:" + "0" * 64)

    def test_cuts_no_character(self):
        text = "aü漢".encode()
        self.assertEqual([whole_characters(text[:n]) for n in (1, 2, 3, 4, 6)], [1, 1, 3, 3, 6])


if __name__ == "__main__":
    unittest.main()
