"""The reference pages are made from the program's own tables, and are what it says now.

SYRINX_UPDATE_GOLDEN=1 (./test --update-golden) writes them anew.
"""
import json
import os
import subprocess
import unittest

from support import BUILD, SOURCE, SYRINX

FIRST_PARTY = {"basic", "chattts", "device_cpu", "hibari", "sentencepiece", "toy", "wfst"}


def generated(*command):
    process = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if process.returncode != 0:
        raise AssertionError(f"{command}: {process.stderr}")
    return process.stdout


class Reference(unittest.TestCase):
    maxDiff = 4000

    def page(self, name, text):
        path = os.path.join(SOURCE, "docs", "reference", name)
        if os.environ.get("SYRINX_UPDATE_GOLDEN"):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), text, f"{name} is out of date: ./test --update-golden")

    def test_command_line(self):
        self.page("command-line.md", generated(SYRINX, "completion", "markdown"))

    def test_conformance(self):
        self.page("conformance.md", generated(os.path.join(BUILD, "bin", "syrinx-conform"), "--list", "--markdown"))

    def test_schema(self):
        built = set(os.listdir(os.path.join(BUILD, "lib", "syrinx", "plugins")))
        if built != FIRST_PARTY:
            self.skipTest(f"the schema holds the options of {sorted(FIRST_PARTY)}, and built are {sorted(built)}")
        environment = dict(os.environ, XDG_DATA_HOME="/nonexistent")
        environment.pop("SYRINX_PLUGIN_PATH", None)
        text = subprocess.run([SYRINX, "config", "schema"], capture_output=True, text=True, env=environment, check=True).stdout
        self.page("pipeline-1.schema.json", json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
