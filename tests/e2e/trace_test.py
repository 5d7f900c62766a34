"""Traces of a run, going on from one, and from the outputs that earlier runs kept: `synth --trace`, `replay`, `synth --from`."""
import json
import os
import unittest

import support

TEXT = "Hello Wide world"


class Traces(support.FolderTest):
    def traced(self, *args, code=0):
        out = support.run("synth", "-c", "toy", "--seed", "1", TEXT, "-o", self.path("a.wav"), "--trace", self.path("trace"), *args)
        self.assertEqual(out.returncode, code, out.stderr)
        return out

    def replay(self, *args, code=0):
        out = support.run("replay", self.path("trace"), *args)
        self.assertEqual(out.returncode, code, out.stderr)
        return out

    def bytes(self, *name):
        with open(self.path(*name), "rb") as file:
            return file.read()

    def stages(self, folder):
        with open(self.path(folder, "stages.jsonl"), encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def test_what_a_trace_holds(self):
        self.traced()
        plain = support.run("synth", "-c", "toy", "--seed", "1", TEXT, "-o", self.path("plain.wav"))
        self.assertEqual(plain.returncode, 0, plain.stderr)
        self.assertEqual(self.bytes("a.wav"), self.bytes("plain.wav"))
        stages = self.stages("trace")
        self.assertEqual([s["stage"] for s in stages], ["normalizer", "tokenizer", "generator", "vocoder"])
        for stage in stages:
            self.assertEqual(len(stage["digest"]), 64, stage)
            self.assertFalse(stage["taken"])
            self.assertTrue(stage["items"][-1]["last"], stage)
        with open(self.path("trace", "trace.json"), encoding="utf-8") as file:
            head = json.load(file)
        self.assertEqual(head["flow"], ["normalizer", "tokenizer", "generator", "vocoder", "writer"])
        self.assertEqual([u["text"] for u in head["utterances"]], [TEXT])
        names = os.listdir(self.path("trace", "outputs", f"{stages[0]['index']:04}"))
        self.assertIn("00-normalizer.text.txt", names)
        self.assertIn("03-vocoder.audio.wav", names)

    def test_replay_runs_only_what_is_behind(self):
        self.traced()
        again = self.replay("--from", "vocoder", "-o", self.path("b.wav"))
        self.assertEqual(self.bytes("a.wav"), self.bytes("b.wav"))
        self.assertNotIn("ran too", again.stderr)
        self.replay("--from", "vocoder", "--set", "stages.vocoder.options.low=220", "-o", self.path("c.wav"), "--trace", self.path("second"))
        self.assertNotEqual(self.bytes("a.wav"), self.bytes("c.wav"))
        first, second = self.stages("trace"), self.stages("second")
        self.assertEqual([s["taken"] for s in second], [True, True, True, False])
        self.assertEqual([a["digest"] == b["digest"] for a, b in zip(first, second)], [True, True, True, False])
        # What a trace of a replay holds is enough to go on again.
        third = support.run("replay", self.path("second"), "--from", "vocoder", "-o", self.path("d.wav"))
        self.assertEqual(third.returncode, 0, third.stderr)
        self.assertEqual(self.bytes("c.wav"), self.bytes("d.wav"))
        self.assertNotIn("ran too", third.stderr)

    def test_replay_says_what_it_had_to_run(self):
        self.traced()
        again = self.replay("--from", "vocoder", "--set", "stages.sampler.options.temperature=0.1", "-o", self.path("b.wav"))
        self.assertIn("note: generator ran too", again.stderr)

    def test_wrong_uses(self):
        self.traced()
        self.assertIn('no stage "vocodr"', self.replay("--from", "vocodr", "-o", self.path("b.wav"), code=2).stderr)
        self.assertIn("-o FILE", self.replay("--from", "vocoder", code=2).stderr)
        self.assertIn("replay needs a trace", support.run("replay", "--from", "vocoder").stderr)
        self.assertIn("is not empty", self.traced(code=1).stderr)
        self.write("trace.json", "{}")
        none = support.run("replay", self.folder, "--from", "vocoder", "-o", self.path("b.wav"))
        self.assertIn("no record of a run", none.stderr)
        self.assertNotEqual(none.returncode, 0)
        both = support.run("synth", "-c", "toy", TEXT, "-o", self.path("b.wav"), "--from", "vocoder", "--trace", self.path("x"))
        self.assertEqual(both.returncode, 2)

    def test_from_takes_what_an_earlier_run_kept(self):
        def run(name, *args):
            out = support.run("synth", "-c", "toy", "--seed", "1", TEXT, "-o", self.path(name), "--from", "vocoder", "--cache", self.path("cache"), *args)
            self.assertEqual(out.returncode, 0, out.stderr)
            return out
        self.assertIn("generator ran too", run("a.wav").stderr)
        self.assertNotIn("ran too", run("b.wav").stderr)
        self.assertNotIn("ran too", run("c.wav", "--set", "stages.vocoder.options.low=220").stderr)
        self.assertEqual(self.bytes("a.wav"), self.bytes("b.wav"))
        self.assertNotEqual(self.bytes("a.wav"), self.bytes("c.wav"))


class Locks(support.FolderTest):
    def lock(self, *args):
        out = support.run("synth", "-c", "toy", "--seed", "3", "First text", "-o", self.path("a.wav"), "--lock", self.path("run.lock"), *args)
        self.assertEqual(out.returncode, 0, out.stderr)
        with open(self.path("run.lock"), encoding="utf-8") as file:
            return json.load(file)

    def test_a_lock_says_what_ran_and_verify_repeats_it(self):
        lock = self.lock()
        self.assertEqual(lock["seed"], 3)
        self.assertEqual(lock["plugins"]["vocoder"]["plugin"], "toy/beep")
        self.assertEqual(len(lock["plugins"]["vocoder"]["library"]), 64)
        self.assertEqual(lock["plugins"]["vocoder"]["device"], "cpu")
        self.assertEqual([s["stage"] for s in lock["stages"]], ["normalizer", "tokenizer", "generator", "vocoder"])
        before = os.stat(self.path("a.wav")).st_mtime_ns
        same = support.run("verify", self.path("run.lock"))
        self.assertEqual(same.returncode, 0, same.stderr)
        self.assertTrue(same.stdout.startswith("identical: 1 utterances, 4 outputs"), same.stdout)
        self.assertEqual(os.stat(self.path("a.wav")).st_mtime_ns, before)
        self.assertEqual(sorted(os.listdir(self.folder)), ["a.wav", "run.lock"])

    def test_the_first_stage_that_differs_is_named(self):
        self.lock()
        other = support.run("verify", self.path("run.lock"), "--set", "stages.sampler.options.temperature=0.05")
        self.assertEqual(other.returncode, 1)
        self.assertIn("differs: stage generator of utterance", other.stdout)
        as_json = support.run("verify", self.path("run.lock"), "--set", "stages.vocoder.options.low=220", "--json")
        self.assertEqual(as_json.returncode, 1)
        self.assertIn("stage vocoder", json.loads(as_json.stdout)["first_difference"])

    def test_another_library_is_noted(self):
        lock = self.lock()
        lock["plugins"]["vocoder"]["library"] = "0" * 64
        self.write("run.lock", json.dumps(lock))
        same = support.run("verify", self.path("run.lock"))
        self.assertEqual(same.returncode, 0)
        self.assertIn("note: plugin of vocoder, library: 0000", same.stderr)

    def test_what_is_no_lock(self):
        self.write("x.lock", "[]")
        none = support.run("verify", self.path("x.lock"))
        self.assertNotEqual(none.returncode, 0)
        self.assertIn("no record of a run", none.stderr)
        self.assertNotEqual(support.run("verify", self.path("nowhere.lock")).returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
