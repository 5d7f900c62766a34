"""Ctrl-C, a full disk, a folder that cannot be written, a closed pipe: a clear error, the right code, nothing left."""
import os
import signal
import subprocess
import time
import unittest

from support import SYRINX, FolderTest, need_voice, run

LONG = "The quick brown fox jumps over the lazy dog, and then it sleeps for a while in the sun. " * 400


class Interrupt(FolderTest):
    def test_stops_and_removes_the_unfinished_file(self):
        text = self.write("long.txt", LONG)
        out = self.path("out")
        os.mkdir(out)
        process = subprocess.Popen([SYRINX, "synth", "-i", text, "-o", os.path.join(out, "x.wav")],
                                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not os.listdir(out) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertIsNone(process.poll(), "the run ended before it could be interrupted")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual(os.listdir(out), [])

    def test_keeps_what_was_finished_before(self):
        out = self.path("out")
        os.mkdir(out)
        process = subprocess.Popen([SYRINX, "synth", "-d", out], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(("One.\n" + LONG + "\n").encode())
        process.stdin.flush()
        deadline = time.monotonic() + 60
        while not any(n.endswith(".wav") for n in os.listdir(out)) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual([n for n in os.listdir(out) if not n.endswith(".wav")], [])
        self.assertGreaterEqual(len(os.listdir(out)), 1)


class FullDisk(FolderTest):
    def test_standard_output(self):
        with open("/dev/full", "wb") as full:
            process = subprocess.run([SYRINX, "synth", LONG[:2000], "-o", "-"], stdout=full, stderr=subprocess.PIPE,
                                     stdin=subprocess.DEVNULL, text=True, timeout=120)
        self.assertEqual(process.returncode, 1, process.stderr)
        self.assertIn("No space left on device", process.stderr)

    def test_file(self):
        mount = self.path("small")
        os.mkdir(mount)
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount], capture_output=True)
        if made.returncode != 0:
            self.skipTest("a small file system cannot be mounted here (needs root)")
        self.addCleanup(subprocess.run, ["umount", mount])
        process = run("synth", LONG[:2000], "-o", os.path.join(mount, "x.wav"))
        self.assertEqual(process.returncode, 1, process.stderr)
        self.assertIn("No space left on device", process.stderr)
        self.assertEqual(os.listdir(mount), [])


class NotWritable(FolderTest):
    def test_folder(self):
        process = run("synth", "Hello.", "-o", "/proc/syrinx-test/x.wav")
        self.assertEqual(process.returncode, 1, process.stderr)
        self.assertIn("/proc/syrinx-test", process.stderr)

    def test_read_only_file_system(self):
        mount = self.path("readonly")
        os.mkdir(mount)
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", mount], capture_output=True)
        if made.returncode != 0:
            self.skipTest("a read-only file system cannot be mounted here (needs root)")
        self.addCleanup(subprocess.run, ["umount", mount])
        process = run("synth", "Hello.", "-o", os.path.join(mount, "x.wav"))
        self.assertEqual(process.returncode, 1, process.stderr)
        self.assertIn("Read-only file system", process.stderr)

    def test_folder_as_file(self):
        process = run("synth", "Hello.", "-o", self.folder)
        self.assertEqual(process.returncode, 1, process.stderr)
        self.assertIn("is a directory", process.stderr.lower())
        self.assertEqual(os.listdir(self.folder), [])


class ClosedPipe(unittest.TestCase):
    def test_says_so(self):
        process = subprocess.Popen([SYRINX, "synth", LONG[:4000], "--raw", "--stream", "-o", "-"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        process.stdout.read(100)
        process.stdout.close()
        errors = process.stderr.read().decode()
        self.assertEqual(process.wait(timeout=60), 1, errors)
        self.assertIn("closed", errors)


if __name__ == "__main__":
    need_voice()
    unittest.main(verbosity=2)
