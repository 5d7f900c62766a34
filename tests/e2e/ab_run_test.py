"""`syrinx ab run` with the toy pipeline: sharing, control, differences, gates, failures, resumption."""
import json
import os
import random
import signal
import subprocess
import time

import support

QUICK = ["--repeats", "0", "--boots", "200", "--quiet"]
TEXTS = "Hello world\nA second text\n\nAnd a third one\n"


class Runs(support.FolderTest):
    def setUp(self):
        super().setUp()
        self.write("texts.txt", TEXTS)
        self.cache = self.path("cache")

    def ab(self, *args, code=0, cache=None):
        run = support.run("ab", "run", "toy", *args, "--cache", cache or self.cache)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run

    def result(self, out="out"):
        with open(self.path(out, "result.json"), encoding="utf-8") as file:
            return json.load(file)

    def counts(self, out):
        with open(self.path(out, "log.jsonl"), encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        return {(r["arm"], r["stage"]): (r["run"], r["taken"]) for r in rows}

    def quick(self, out, *args, **kwargs):
        return self.ab("--texts", self.path("texts.txt"), "--out", self.path(out), *QUICK, *args, **kwargs)

    def test_a_changed_stage_is_found_and_what_is_before_it_runs_once(self):
        change = ["--arm", "B:stages.vocoder.options.low=220"]
        self.quick("out", *change)
        r = self.result()
        self.assertEqual(r["changed_stages"], {"B": ["vocoder"]})
        self.assertEqual(r["verdict"], "pass")
        self.assertTrue(r["pairing"]["control"]["identical"])
        self.assertEqual(len(r["items"]), 3)
        for item in r["items"]:
            self.assertEqual(item["divergence"]["B"]["first_differs"], "vocoder")
        counts = self.counts("out")
        before = [stage for arm, stage in counts if arm == "B" and stage not in ("vocoder", "sampler")]
        self.assertTrue(before)
        for stage in before:
            self.assertEqual(counts["B", stage][0], 0, stage)
        self.assertEqual(counts["B", "vocoder"][0], 3)
        # Once more: nothing runs, and the result is the same to the byte but for its time.
        self.quick("again", *change)
        self.assertTrue(all(run == 0 for run, taken in self.counts("again").values()), self.counts("again"))
        self.quick("off", *change, cache="off")
        for item in r["items"]:
            for arm in ("A", "B"):
                sounds = []
                for out in ("out", "again", "off"):
                    with open(self.path(out, item["outputs"][arm]["audio"]), "rb") as file:
                        sounds.append(file.read())
                self.assertEqual(sounds[0], sounds[1])
                self.assertEqual(sounds[0], sounds[2])
        for name in ("index.html", "items.csv", "summary.csv", "config/A.yaml"):
            self.assertTrue(os.path.exists(self.path("out", name)), name)
        self.assertFalse(os.path.exists(self.path("out", "progress.jsonl")))

    def test_arms_that_differ_in_nothing(self):
        self.quick("out", "--arm", "B:run.seed=7", "--set", "run.seed=7")
        r = self.result()
        self.assertEqual(r["items"], [])
        self.assertIn("same", [w["code"] for w in r["warnings"]])
        self.assertTrue(r["pairing"]["control"]["identical"])

    def test_equal_outputs_are_called_nothing(self):
        # Another configuration by its text, the same by what it does; timed, so that measures of time are looked at too.
        self.write("texts.txt", "".join(f"Text number {i}\n" for i in range(40)))
        self.ab("--texts", self.path("texts.txt"), "--out", self.path("out"), "--repeats", "1", "--control", "40", "--boots", "500", "--quiet", "--arm", "B:stages.vocoder.options.low=110",
                "--metrics", "duration_s,lufs,hnr_db,mcd_db,lsd_db")
        r = self.result()
        self.assertEqual(r["pairing"]["control"], {"identical": True, "items": 40, "ran": True})
        for item in r["items"]:
            self.assertIsNone(item["divergence"]["B"]["first_differs"])
            self.assertTrue(all(stage["identical"] for stage in item["divergence"]["B"]["stages"]))
        for metric in r["metrics"]:
            if metric["name"] in ("duration_s", "lufs", "hnr_db"):
                c = metric["comparisons"][0]
                self.assertEqual((c["delta"], c["ci"], c["p"], c["conclusion"]), (0, [0, 0], 1, "inconclusive"), metric["name"])

    def test_gates(self):
        change = ["--arm", "B:stages.vocoder.options.low=220"]
        for gate, more, code in (("duration_s.delta > 100", [], 0), ("items.count == 3", [], 7), ("hnr_db.ratio > 1", [], 0), ("hnr_db.ratio > 1", ["--inconclusive", "fail"], 8)):
            self.quick("out", "--force", *change, "--fail-if", gate, *more, code=code)
        for gate in ("durations.delta > 1", "duration_s.mean > 1", "duration_s.delta >", "duration_s.delta"):
            run = self.quick("none", *change, "--fail-if", gate, code=2)
            self.assertTrue(run.stderr.startswith("error"), run.stderr)
        self.assertFalse(os.path.exists(self.path("none")))

    def test_usage(self):
        change = ["--arm", "B:stages.vocoder.options.low=220"]
        self.assertIn("did you mean", self.quick("out", *change, "--metrics", "lusf", code=2).stderr)
        self.write("twice.txt", '{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n')
        self.assertIn('"a" is there twice', self.ab("--texts", self.path("twice.txt"), "--out", self.path("out"), *QUICK, *change, code=2).stderr)
        self.ab("--text", " ", "--out", self.path("out"), *QUICK, *change, code=2)
        self.quick("out", code=2)  # one arm
        self.quick("out", "--arm", "B:stages.vocoder.options.lwo=220", code=3)
        os.makedirs(self.path("full", "x"))
        self.assertIn("--resume", self.quick("full", *change, code=2).stderr)

    def test_a_killed_run_goes_on_to_the_same_result(self):
        self.write("texts.txt", "".join(f"This is text number {i} of the long list\n" for i in range(12)))
        change = ["--arm", "B:stages.vocoder.options.low=220"]
        self.quick("whole", *change)
        dice = random.Random(3)
        for attempt in range(10):
            args = [support.SYRINX, "ab", "run", "toy", "--texts", self.path("texts.txt"), "--out", self.path("cut"), *QUICK, *change, "--cache", self.cache]
            process = subprocess.Popen(args + (["--resume"] if attempt else []), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(0.01, 0.4))
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.quick("cut", "--resume", *change)

        def timeless(r):
            r = json.loads(json.dumps(r))
            for name in ("created", "command", "environment"):
                r.pop(name)
            return r

        self.assertEqual(timeless(self.result("cut")), timeless(self.result("whole")))

    def test_a_text_that_fails_in_one_arm(self):
        self.write("trouble.yaml", """pipeline: 1
name: trouble
stages:
  normalizer: { plugin: toy/lowercase }
  trouble: { plugin: toy/trouble, options: { at: none, word: third } }
  tokenizer: { plugin: toy/tokenizer }
  generator: { plugin: toy/generator, uses: { sampler: sampler } }
  sampler: { plugin: basic/sampler }
  vocoder: { plugin: toy/beep }
flow: [normalizer, trouble, tokenizer, generator, vocoder]
""")
        args = ["ab", "run", self.path("trouble.yaml"), "--arm", "B:stages.trouble.options.at=finish", "--texts", self.path("texts.txt"), "--out", self.path("out"), *QUICK, "--cache", self.cache]
        self.assertEqual(support.run(*args).returncode, 9)
        r = self.result()
        self.assertEqual(r["verdict"], "incomplete")
        failed = [i for i in r["items"] if not i["status"]["B"]["ok"]]
        self.assertEqual([(i["id"], i["status"]["B"]["stage"]) for i in failed], [("t0003", "trouble")])
        self.assertTrue(failed[0]["status"]["A"]["ok"])
        duration = [m for m in r["metrics"] if m["name"] == "duration_s"][0]["comparisons"][0]
        self.assertEqual((duration["n"], duration["missing"]), (2, 1))
        self.assertEqual(support.run(*args, "--force", "--allow-failures", "1").returncode, 0)
        # A true gate says more than a failed text.
        self.assertEqual(support.run(*args, "--force", "--fail-if", "items.failed_b > 0").returncode, 7)

    def test_plan_runs_nothing(self):
        run = support.run("ab", "plan", "toy", "--arm", "B:stages.vocoder.options.low=220", "--texts", self.path("texts.txt"), "--json")
        self.assertEqual(run.returncode, 0, run.stderr)
        plan = json.loads(run.stdout)["plan"]
        self.assertEqual(plan["runs_per_item"]["vocoder"], 2)
        self.assertEqual(plan["total"], len(plan["runs_per_item"]) + 1)

    def test_a_page_of_the_result(self):
        self.quick("out", "--arm", "B:stages.vocoder.options.low=220")
        for mode in ("preference", "abx", "cmos", "mos"):
            run = support.run("ab", "page", self.path("out"), "--mode", mode, "-o", self.path(mode + ".html"))
            self.assertEqual(run.returncode, 0, run.stderr)
        with open(self.path("out", "key.json"), encoding="utf-8") as file:
            self.assertEqual(len(json.load(file)["sessions"]), 4)
        run = support.run("ab", "page", self.path("out"), "--mode", "mushra", "-o", self.path("m.html"))
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("preference", run.stderr)

    def test_timed_runs(self):
        self.ab("--texts", self.path("texts.txt"), "--out", self.path("out"), "--repeats", "2", "--boots", "200", "--quiet", "--arm", "B:stages.vocoder.options.low=220")
        r = self.result()
        self.assertIn("rtf", [m["name"] for m in r["metrics"] if m["family"] == "primary"])
        self.assertTrue(r["timing"]["stages"])


class Cache(support.FolderTest):
    def test_commands(self):
        cache = self.path("cache")
        self.write("texts.txt", TEXTS)
        support.run("ab", "run", "toy", "--arm", "B:stages.vocoder.options.low=220", "--texts", self.path("texts.txt"), "--out", self.path("out"), *QUICK, "--cache", cache)
        stats = json.loads(support.run("cache", "stats", "--cache", cache, "--json").stdout)
        self.assertGreater(stats["entries"], 5)
        self.assertEqual(support.run("cache", "clear", "--cache", cache).returncode, 0)
        self.assertEqual(json.loads(support.run("cache", "stats", "--cache", cache, "--json").stdout)["entries"], 0)


if __name__ == "__main__":
    support.unittest.main()
