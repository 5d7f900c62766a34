"""Plugins made outside the tree: every template and both examples build against the installed SDK without warnings, pass the
checker and run in a pipeline with the installed program, as copied.

Everything happens in a temporary folder; only the installation in it is known to the builds.
"""
import glob
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from support import BUILD

C_KINDS = ["normalizer"]
CPP_KINDS = ["decoder", "effect", "generator", "normalizer", "sampler", "tokenizer", "vocoder", "writer"]


class Checked(AssertionError):
    """A command failed; shows what it printed."""


def call(*command, folder, env=None):
    process = subprocess.run(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, timeout=240)
    if process.returncode != 0:
        raise Checked(f"{' '.join(command)}: exit code {process.returncode}\n{process.stdout}")
    return process.stdout


class OutOfTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="syrinx-out-of-tree-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.prefix = os.path.join(cls.folder, "installed")
        cls.work = os.path.join(cls.folder, "work")
        os.mkdir(cls.work)
        # Neither plugins nor settings of whoever runs the test.
        cls.env = {k: v for k, v in os.environ.items() if not k.startswith("SYRINX_")}
        cls.env["XDG_DATA_HOME"] = os.path.join(cls.folder, "data")
        cls.env["XDG_STATE_HOME"] = os.path.join(cls.folder, "state")
        cls.env["PATH"] = os.path.join(cls.prefix, "bin") + os.pathsep + cls.env["PATH"]
        # The folder's name differs from run to run; a compiler cache should not mind.
        cls.env["CCACHE_BASEDIR"] = cls.folder
        cls.env["CCACHE_NOHASHDIR"] = "1"
        for component in ("host", "sdk"):
            call("cmake", "--install", os.path.abspath(BUILD), "--prefix", cls.prefix, "--component", component, folder=cls.folder)

    def build(self, folders, languages):
        """Builds and checks the projects in `folders` of the work folder as one project; returns its plugins' folder."""
        name = "all-" + languages.replace(" ", "-").lower()
        top = os.path.join(self.work, name)
        os.mkdir(top)
        lines = [f"add_subdirectory({os.path.join(self.work, f)} {f})" for f in folders]
        with open(os.path.join(top, "CMakeLists.txt"), "w", encoding="utf-8") as file:
            file.write(f"cmake_minimum_required(VERSION 3.20)\nproject(all LANGUAGES {languages})\ninclude(CTest)\n")
            file.write("\n".join(lines) + "\n")
        build = os.path.join(top, "build")
        launcher = shutil.which("ccache")
        options = ["-DCMAKE_BUILD_TYPE=None"]  # what is tested is not their speed
        if shutil.which("ninja"):
            options.append("-GNinja")
        for language in languages.split():
            options.append(f"-DCMAKE_{language}_FLAGS=-Wall -Wextra -Wpedantic -Werror")
            if launcher:
                options.append(f"-DCMAKE_{language}_COMPILER_LAUNCHER={launcher}")
        call("cmake", "-S", top, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}", *options, folder=self.work, env=self.env)
        with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
            self.assertIn(f"Syrinx_DIR:PATH={self.prefix}/lib/cmake/Syrinx", file.read())
        call("cmake", "--build", build, "-j2", folder=self.work, env=self.env)
        verdicts = call("ctest", "--test-dir", build, "-j2", "--output-on-failure", folder=self.work, env=self.env)
        self.assertIn(f"0 tests failed out of {len(folders)}", verdicts)
        plugins = os.path.join(build, "plugins")
        for folder in folders:
            self.check_thoroughly(folder, plugins)
        return plugins

    def check_thoroughly(self, folder, plugins):
        """Passing must not mean that most rules were skipped."""
        library = os.path.join(plugins, folder, f"lib{folder}.so")
        printed = call(os.path.join(self.prefix, "bin", "syrinx-conform"), "--json", library, folder=self.work, env=self.env)
        results = {v["rule"]: v["result"] for v in map(json.loads, printed.splitlines())}
        if folder.endswith("sampler"):  # has no flow, and rules of its own
            self.assertEqual(results["C-012"], "ok")
        else:
            self.assertEqual([rule for rule, result in results.items() if result == "skipped"], ["C-012"], folder)

    def speak(self, folder, plugins):
        """Runs the pipeline of a project in an empty folder; exactly one file must appear in it."""
        out = tempfile.mkdtemp(dir=self.folder)
        program = os.path.join(self.prefix, "bin", "syrinx")
        call(program, "synth", "-c", os.path.join(self.work, folder, "pipeline.yaml"), "--plugin-dir", plugins, "--seed", "1",
             "50% off @ Smith & Sons", folder=out, env=self.env)
        files = glob.glob(os.path.join(out, "*"))
        self.assertEqual(len(files), 1, files)
        with open(files[0], "rb") as file:
            data = file.read()
        self.assertGreater(len(data), 2000, files)
        return data

    def make(self, kind, name, *options):
        program = os.path.join(self.prefix, "bin", "syrinx")
        call(program, "plugins", "new", kind, name, *options, folder=self.work, env=self.env)
        marked = 0
        for path in glob.glob(os.path.join(self.work, name, "*")):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            self.assertNotRegex(text, "@[A-Z]+@", path)
            marked += sum("TODO" in line for line in text.split("\n"))
        self.assertEqual(marked, 1, name)
        return name

    def test_cpp(self):
        installed = sorted(os.listdir(os.path.join(self.prefix, "share", "syrinx", "template", "cpp")))
        self.assertEqual([n for n in installed if "." not in n], CPP_KINDS)
        folders = [self.make(kind, "my-" + kind) for kind in CPP_KINDS]
        shutil.copytree(os.path.join(self.prefix, "share", "syrinx", "examples", "cpp"), os.path.join(self.work, "organ"))
        folders.append("organ")
        plugins = self.build(folders, "CXX")
        heard = {}
        for folder in folders:
            with self.subTest(folder):
                heard[folder] = self.speak(folder, plugins)
        self.assertEqual(heard["my-writer"][:4], b".snd")
        # Each stands in another place of the same pipeline and must be heard.
        waves = [data for folder, data in heard.items() if folder not in ("my-tokenizer", "my-writer")]
        self.assertEqual(len(set(waves)), len(waves))

    def test_c(self):
        installed = sorted(os.listdir(os.path.join(self.prefix, "share", "syrinx", "template", "c")))
        self.assertEqual([n for n in installed if "." not in n], C_KINDS)
        folders = [self.make(kind, "c_" + kind, "--language", "c") for kind in C_KINDS]
        shutil.copytree(os.path.join(self.prefix, "share", "syrinx", "examples", "c"), os.path.join(self.work, "symbols"))
        folders.append("symbols")
        plugins = self.build(folders, "C")
        heard = [self.speak(folder, plugins) for folder in folders]
        self.assertEqual(len(set(heard)), len(heard))
        program = os.path.join(self.prefix, "bin", "syrinx")
        listed = call(program, "plugins", "list", "--plugin-dir", plugins, folder=self.work, env=self.env)
        self.assertIn("symbols/normalizer", listed)

    def test_refusals(self):
        program = os.path.join(self.prefix, "bin", "syrinx")
        for arguments, said in ((("nothing", "x"), "vocoder"), (("vocoder", "No Name"), "no name for a plugin"), (("..", "x"), "no template")):
            process = subprocess.run([program, "plugins", "new", *arguments], cwd=self.work, env=self.env, capture_output=True, text=True,
                                     stdin=subprocess.DEVNULL, timeout=60)
            self.assertEqual(process.returncode, 2, process.stderr)
            self.assertIn(said, process.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
