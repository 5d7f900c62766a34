"""The two Debian packages can be made, hold what they should, and the host runs from where it is unpacked."""
import glob
import os
import shutil
import subprocess
import unittest

from support import BUILD, FolderTest


class Packages(FolderTest):
    def test_made_and_unpacked(self):
        for tool in ("cpack", "dpkg-deb", "dpkg-shlibdeps"):
            if not shutil.which(tool):
                self.skipTest(f"{tool} is missing")
        process = subprocess.run(["cpack", "-G", "DEB", "-B", self.folder], cwd=BUILD, capture_output=True, text=True, timeout=280)
        self.assertEqual(process.returncode, 0, process.stdout[-2000:] + process.stderr[-2000:])
        made = {os.path.basename(path).split("_")[0]: path for path in glob.glob(self.path("*.deb"))}
        self.assertEqual(set(made), {"syrinx", "syrinx-dev"})
        root = self.path("root")
        for package in made.values():
            subprocess.run(["dpkg-deb", "-x", package, root], check=True)
        for path in ("bin/syrinx", "bin/syrinx-conform", "lib/libsyrinx.so.0", "include/syrinx.h", "include/syrinx/abi.h", "include/syrinx/sdk.hpp",
                     "lib/cmake/Syrinx/SyrinxConfig.cmake", "lib/syrinx/plugins/toy/toy.yaml", "libexec/syrinx/syrinx-probe",
                     "share/syrinx/configs/toy.yaml", "share/syrinx/errors/E0301.md", "share/man/man1/syrinx.1",
                     "share/bash-completion/completions/syrinx", "share/doc/syrinx/licences.md"):
            self.assertTrue(os.path.exists(os.path.join(root, "usr", path)), path)
        out = self.path("a.wav")
        process = subprocess.run([os.path.join(root, "usr", "bin", "syrinx"), "synth", "-c", "toy", "words", "-o", out], capture_output=True, text=True)
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertGreater(os.path.getsize(out), 44)
        depends = subprocess.run(["dpkg-deb", "-f", made["syrinx"], "Depends"], capture_output=True, text=True, check=True).stdout
        self.assertIn("libsndfile1", depends)
        for model_library in ("torch", "onnx"):
            self.assertNotIn(model_library, depends)


if __name__ == "__main__":
    unittest.main(verbosity=2)
