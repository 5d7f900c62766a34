"""Every recorded output of the reference within its tolerance, ids exactly; the program prints the largest error of each file beside it."""
import os
import subprocess
import unittest

from assets import GOLDENS, SHARED, assets


class Goldens(unittest.TestCase):
    def compare(self, name, size, *options):
        folder = os.path.join(SHARED, "goldens", name)
        process = subprocess.run([GOLDENS, "--dir", folder, "--assets", assets(size), "--verbose", *options], capture_output=True, text=True, check=False)
        print(f"\n{name}:\n{process.stdout}", flush=True)
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)
        lines = [line for line in process.stdout.splitlines() if not line.startswith(" ")]
        self.assertGreater(len(lines), 5)
        self.assertTrue(all(" ok " in line for line in lines))

    def test_common(self):
        self.compare("common", "tiny")

    def test_tiny(self):
        self.compare("tiny", "tiny")

    def test_official(self):
        self.compare("official", "official", "--threads", "2")

    def test_a_wrong_weight_is_seen(self):
        """The same recordings on other weights fail, so a pass means something."""
        process = subprocess.run([GOLDENS, "--dir", os.path.join(SHARED, "goldens", "official"), "--assets", assets("tiny"), "--file", "vocos.safetensors"],
                                 capture_output=True, text=True, check=False)
        self.assertEqual(process.returncode, 1)
        self.assertIn("FAIL", process.stdout)

    @unittest.skipIf(os.path.exists("/dev/nvidia0"), "this machine has an NVIDIA device")
    def test_without_a_driver(self):
        """The CUDA half is asked for and cannot be had: which part is missing, and what to do."""
        process = subprocess.run([GOLDENS, "--dir", os.path.join(SHARED, "goldens", "tiny"), "--assets", assets("tiny"), "--device", "cuda:0"],
                                 capture_output=True, text=True, check=False)
        self.assertEqual(process.returncode, 6, process.stderr)
        self.assertRegex(process.stderr, "no NVIDIA driver|libtorch_cuda")
        self.assertIn("help: ", process.stderr)

    def test_usage(self):
        for arguments in ([], ["--dir", "nowhere", "--assets", assets("tiny")], ["--dir"], ["--nonsense", "x"]):
            process = subprocess.run([GOLDENS, *arguments], capture_output=True, text=True, check=False)
            self.assertIn(process.returncode, (2, 5), process.stdout)
            self.assertIn("error: ", process.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
