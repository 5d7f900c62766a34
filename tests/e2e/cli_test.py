"""The program as people use it: input and output forms, exit codes, machine-readable results, generated texts.

Everything runs on the toy pipeline, so that no voice is needed.
"""
import json
import os
import re
import subprocess
import unittest
import wave

from support import BUILD, SYRINX, FolderTest, run


# Whether the plugin is built; its voice need not be there.
HIBARI = os.path.exists(os.path.join(BUILD, "lib", "syrinx", "plugins", "hibari", "libhibari.so"))


def toy(*args, **kwargs):
    return run("synth", "-c", "toy", "--seed", "1", *args, **kwargs)


class Input(FolderTest):
    def test_arguments_are_one_text(self):
        self.assertEqual(toy("two", "words", "-o", self.path("a.wav")).returncode, 0)
        self.assertEqual(toy("two words", "-o", self.path("b.wav")).returncode, 0)
        with open(self.path("a.wav"), "rb") as a, open(self.path("b.wav"), "rb") as b:
            self.assertEqual(a.read(), b.read())

    def test_file(self):
        text = self.write("in.txt", "words from a file\n")
        self.assertEqual(toy("-i", text, "-o", self.path("a.wav")).returncode, 0)
        self.assertTrue(os.path.getsize(self.path("a.wav")) > 44)

    def test_lines_of_standard_input_are_numbered_files(self):
        process = toy("-d", self.path("out"), input="one\ntwo\nthree\n", stdin=None)
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertEqual(sorted(os.listdir(self.path("out"))), ["0001.wav", "0002.wav", "0003.wav"])

    def test_json_lines(self):
        lines = [{"text": "a few words", "id": "x", "options": {"max_new_token": 5}}, {"text": "a few words", "id": "y"}]
        process = toy("--json-input", "--json", "-o", self.path("{id}.wav"), input="\n".join(map(json.dumps, lines)), stdin=None)
        self.assertEqual(process.returncode, 0, process.stderr)
        with wave.open(self.path("x.wav")) as x:
            self.assertEqual(x.getnframes(), 5 * 480)
        results = [json.loads(line) for line in process.stdout.splitlines()]
        self.assertEqual([len(r["files"]) for r in results], [1, 1])

    def test_malformed_json_line_has_its_number(self):
        process = toy("--json-input", "-o", self.path("{id}.wav"), input='{"text": "a", "id": "a"}\n{"text": \n', stdin=None)
        self.assertNotEqual(process.returncode, 0)
        self.assertIn("2", process.stderr)

    def test_one_name_for_many_lines_is_refused(self):
        process = toy("-o", self.path("a.wav"), input="one\ntwo\n", stdin=None)
        self.assertEqual(process.returncode, 2)
        self.assertIn("-d DIR", process.stderr)

    def test_missing_file(self):
        process = toy("-i", self.path("none.txt"), "-o", self.path("a.wav"))
        self.assertEqual(process.returncode, 2)
        self.assertIn("none.txt", process.stderr)


class Output(FolderTest):
    def test_standard_output(self):
        process = toy("words", "-o", "-", text=False)
        self.assertEqual(process.stdout[:4], b"RIFF")
        self.assertEqual(int.from_bytes(process.stdout[40:44], "little") + 44, len(process.stdout))

    def test_raw(self):
        raw = toy("words", "--raw", text=False).stdout
        whole = toy("words", "-o", "-", text=False).stdout
        self.assertEqual(raw, whole[44:])

    def test_formats_by_name(self):
        for name, magic in (("a.wav", b"RIFF"), ("a.flac", b"fLaC"), ("a.ogg", b"OggS"), ("a.opus", b"OggS")):
            self.assertEqual(toy("words", "-o", self.path(name)).returncode, 0)
            with open(self.path(name), "rb") as file:
                self.assertEqual(file.read(4), magic, name)
        process = toy("words", "-f", "flac", "-o", self.path("without-ending"))
        self.assertEqual(process.returncode, 0, process.stderr)
        with open(self.path("without-ending"), "rb") as file:
            self.assertEqual(file.read(4), b"fLaC")

    def test_last_line_sums_up(self):
        last = toy("words", "-o", self.path("a.wav")).stderr.strip().splitlines()[-1]
        self.assertRegex(last, r"^elapsed [\d.]+ s, audio [\d.]+ s, real-time factor [\d.]+$")

    def test_quiet_says_nothing(self):
        process = toy("words", "--quiet", "-o", self.path("a.wav"))
        self.assertEqual((process.stdout, process.stderr), ("", ""))

    def test_no_bar_where_there_is_no_terminal(self):
        self.assertNotIn("\r", toy("words", "-o", self.path("a.wav")).stderr)

    def test_bar_on_a_terminal(self):
        # script gives the program a terminal.
        command = f"{SYRINX} synth -c toy -d {self.path('out')} < {self.write('in.txt', 'word ' * 50 + chr(10)) }"
        process = subprocess.run(["script", "-qec", command, "/dev/null"], capture_output=True, text=True, timeout=60)
        if process.returncode == 127:
            self.skipTest("the program script is missing")
        self.assertRegex(process.stdout, r"(speaking|generator): .*utt")


class Arguments(unittest.TestCase):
    def test_dashes_and_underscores(self):
        for flag in ("--plugin-dir", "--plugin_dir"):
            self.assertEqual(run("check", "toy", flag, "/nonexistent").returncode, 0)

    def test_usage_errors(self):
        for args in (["nonsense"], ["synth", "--frobnicate"], ["synth", "x", "-o", "a.wav", "-d", "b"], ["synth", "x", "-o"],
                     ["synth", "x", "-f", "au"], ["explain"], ["plugins", "info"]):
            process = run(*args)
            self.assertEqual(process.returncode, 2, (args, process.stderr))
            self.assertTrue(process.stderr.startswith("error"), (args, process.stderr))

    def test_suggestions(self):
        self.assertIn("--output", run("synth", "x", "--ouput", "a.wav").stderr)
        self.assertIn("plugins", run("plugin", "list").stderr)

    def test_exit_codes(self):
        for code, args in ((0, ["check", "toy"]), (3, ["check", "toy", "--set", "stages.vocoder.options.lwo=1"]),
                           (4, ["check", "toy", "--set", "stages.vocoder.plugin=none/such"]),
                           *[(5, ["check", "hibari", "--set", "stages.acoustic.options.voice=/nowhere.onnx"])] * HIBARI,
                           (6, ["check", "toy", "--set", "stages.vocoder.device=cuda:0"])):
            process = run(*args)
            self.assertEqual(process.returncode, code, (args, process.stderr))

    def test_help_has_examples(self):
        commands = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  ", run("--help").stdout, re.M)
        self.assertGreater(len(commands), 12)
        for command in commands:
            process = run(*command.split(), "--help")
            self.assertEqual(process.returncode, 0, command)
            self.assertIn("examples:", process.stdout, command)

    def test_errors_as_json(self):
        process = run("check", "toy", "--json", "--set", "stages.vocoder.options.lwo=1")
        error = json.loads(process.stdout.splitlines()[0])
        self.assertEqual(error["code"], "E0112")
        self.assertEqual(process.stderr, "")


class Commands(FolderTest):
    def test_plan(self):
        text = run("plan", "toy").stdout
        for part in ("generator", "sampler", "plain", "codes{", "audio{"):
            self.assertIn(part, text)
        self.assertEqual(len(json.loads(run("plan", "toy", "--json").stdout)["stages"]), 6)

    def test_config(self):
        shown = self.write("shown.yaml", run("config", "show", "toy").stdout)
        self.assertEqual(run("check", shown).returncode, 0)
        self.assertEqual(run("config", "diff", "toy", shown).stdout, "no difference\n")
        self.assertIn("stages.vocoder.plugin", run("config", "diff", "toy", "hibari").stdout)
        schema = json.loads(run("config", "schema").stdout)
        self.assertIn("properties", schema)
        self.assertIn("temperature", json.dumps(schema))

    def test_plugins(self):
        listed = run("plugins", "list").stdout
        self.assertIn("toy/beep", listed)
        self.assertIn("gain", run("plugins", "info", "toy/beep").stdout)
        process = run("plugins", "info", "toy/bep")
        self.assertNotEqual(process.returncode, 0)
        self.assertIn("beep", process.stderr)

    def test_new_plugins_need_a_name_of_their_own(self):
        for name in ("test", "basic", "Big", "1st", ""):
            process = run("plugins", "new", "vocoder", name, cwd=self.folder)
            self.assertEqual(process.returncode, 2, name)
            self.assertEqual(os.listdir(self.folder), [])

    def test_generated_texts(self):
        for what, sign in (("bash", "complete "), ("zsh", "#compdef"), ("fish", "complete -c syrinx"), ("man", ".TH"), ("markdown", "# ")):
            self.assertIn(sign, run("completion", what).stdout, what)
        script = self.write("syrinx.bash", run("completion", "bash").stdout)
        process = subprocess.run(["bash", "-n", script], capture_output=True, text=True)
        self.assertEqual(process.returncode, 0, process.stderr)

    def test_doctor_and_bench(self):
        self.assertIn("installation", run("doctor").stdout)
        process = run("bench", "host", "--json")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn("ns", process.stdout)

    def test_a_crashing_plugin_does_not_take_the_listing_with_it(self):
        folder = self.path("plugins", "broken")
        os.makedirs(folder)
        self.write("plugins/broken/broken.yaml", "manifest: 1\nid: [\n")
        process = run("plugins", "list", "-v", "--plugin-dir", self.path("plugins"))
        self.assertEqual(process.returncode, 0)
        self.assertIn("toy/beep", process.stdout)


class Readers(unittest.TestCase):
    """A reader of standard output that goes away ends the run with a message, not with an abort."""

    def test_lines_nobody_reads(self):
        for command in (["normalize", "-c", "toy"], ["phonemize", "-c", "toy"]):
            process = subprocess.Popen([SYRINX, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            process.stdout.close()
            try:
                process.stdin.write("some words\n" * 20000)
                process.stdin.close()
            except BrokenPipeError:
                pass
            said = process.stderr.read()
            process.stderr.close()
            self.assertEqual(process.wait(timeout=60), 1, said)
            self.assertIn("standard output was closed by its reader", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
