"""What the end-to-end tests share: where things are, how the program is called, how a test says that it is skipped.

Exit code 77 means "skipped" to CTest; the reason is printed.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = os.environ.get("SYRINX_BUILD_DIR", "build/release")
SYRINX = os.path.join(BUILD, "bin", "syrinx")
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SKIPPED = 77


def voices_dir():
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return os.environ.get("SYRINX_VOICES_DIR") or os.path.join(data, "syrinx", "voices")


def need_voice():
    if not os.path.exists(os.path.join(voices_dir(), "hibari", "hibari.onnx")):
        print("skipped: the voice hibari is not installed (syrinx voices install hibari)")
        sys.exit(SKIPPED)


def run(*args, **kwargs):
    """Calls the program; returns the finished process with text output unless told otherwise."""
    kwargs.setdefault("text", True)
    kwargs.setdefault("timeout", 120)
    kwargs.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run([SYRINX, *args], capture_output=True, **kwargs)


class FolderTest(unittest.TestCase):
    """A test with a folder of its own, empty at the start."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="syrinx-e2e-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)
