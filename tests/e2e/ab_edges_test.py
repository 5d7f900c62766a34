"""`syrinx ab run` at its edges: planted differences, other rates, several at once, earlier baselines, damaged stores, full disks."""
import glob
import json
import os
import subprocess

import support

QUICK = ["--repeats", "0", "--boots", "200", "--quiet"]
SPOILED = """pipeline: 1
name: spoiled
stages:
  normalizer: { plugin: toy/lowercase }
  tokenizer: { plugin: toy/tokenizer }
  generator: { plugin: toy/generator, uses: { sampler: sampler } }
  sampler: { plugin: basic/sampler, options: { temperature: 0.7 } }
  vocoder: { plugin: toy/beep }
  spoil: { plugin: toy/spoil }
flow: [normalizer, tokenizer, generator, vocoder, spoil]
"""


class Edges(support.FolderTest):
    def setUp(self):
        super().setUp()
        self.write("texts.txt", "Hello world\nA second text\nAnd a third one\n")
        self.write("spoiled.yaml", SPOILED)

    def ab(self, *args, code=0, out="out", config=None):
        run = support.run("ab", "run", config or self.path("spoiled.yaml"), "--texts", self.path("texts.txt"), "--out", self.path(out), *QUICK, "--cache", self.path("cache"), *args)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        if not os.path.exists(self.path(out, "result.json")):
            return None, run
        with open(self.path(out, "result.json"), encoding="utf-8") as file:
            return json.load(file), run

    def test_planted_differences_are_found_at_their_stage(self):
        for how, beyond in (("hiss", False), ("shift", True), ("drop", True)):
            r, _ = self.ab("--arm", f"B:stages.spoil.options.how={how}", "--force")
            for item in r["items"]:
                d = item["divergence"]["B"]
                self.assertEqual(d["first_differs"], "spoil", how)
                self.assertEqual(d["first_beyond_tolerance"], "spoil" if beyond else None, how)
                if how == "shift":
                    self.assertEqual(item["pair"]["B"]["lag_samples"], 37)
                if how == "drop":
                    self.assertLess(item["metrics"]["B"]["duration_s"], item["metrics"]["A"]["duration_s"])
            self.assertEqual("lag" in [w["code"] for w in r["warnings"]], how == "shift")
        aligned, _ = self.ab("--arm", "B:stages.spoil.options.how=shift", "--align", "--force")
        self.assertGreater(aligned["items"][0]["pair"]["B"]["snr_db"], 60)

    def test_a_stage_without_a_key_fails_the_control(self):
        r, _ = self.ab("--set", "stages.spoil.options.how=dice", "--arm", "B:stages.vocoder.options.low=220", code=10)
        self.assertEqual((r["verdict"], r["pairing"]["control"]["identical"]), ("invalid", False))
        self.assertIn("stage spoil", [w["text"] for w in r["warnings"] if w["code"] == "control"][0])
        self.assertTrue(r["pairing"]["control"]["noise_floor"])
        self.ab("--set", "stages.spoil.options.how=dice", "--arm", "B:stages.vocoder.options.low=220", "--allow-nondeterminism", "--force")

    def test_arms_of_different_rates(self):
        r, _ = self.ab("--arm", "B:stages.spoil.options.how=half")
        self.assertIn("rates", [w["code"] for w in r["warnings"]])
        for item in r["items"]:
            self.assertEqual(item["resampled"], {"B": 12000})
            self.assertIsNotNone(item["pair"]["B"]["lsd_db"])
            self.assertAlmostEqual(item["pair"]["B"]["duration_ratio"], 1, places=3)

    def test_replacing_a_part_leaves_the_others(self):
        # Another vocoder leaves the codes, an identity in place of a normalizer leaves everything.
        self.write("texts.txt", "hello world\nall small\n")
        r, _ = self.ab("--arm", "B:stages.normalizer.plugin=toy/trouble")
        for item in r["items"]:
            self.assertIsNone(item["divergence"]["B"]["first_differs"])
        r, _ = self.ab("--arm", "B:stages.vocoder.options.low=220", "--force")
        for item in r["items"]:
            self.assertEqual({s["stage"]: s["identical"] for s in item["divergence"]["B"]["stages"]}["generator"], True)

    def test_several_at_once_and_in_another_order(self):
        one, _ = self.ab("--arm", "B:stages.sampler.options.temperature=0.9")
        many, _ = self.ab("--arm", "B:stages.sampler.options.temperature=0.9", "--jobs", "3", "--cache", "off", "--set", "run.batch=3", out="many")
        for a, b in zip(one["items"], many["items"]):
            self.assertEqual(a["outputs"], b["outputs"])
        self.write("texts.txt", "\n".join(json.dumps({"id": f"t{i:04}", "text": t}) for i, t in ((3, "And a third one"), (1, "Hello world"), (2, "A second text"))) + "\n")
        turned, _ = self.ab("--arm", "B:stages.sampler.options.temperature=0.9", "--cache", "off", out="turned")
        self.assertEqual({i["id"]: i["outputs"] for i in turned["items"]}, {i["id"]: i["outputs"] for i in one["items"]})

    def test_noise_of_its_own(self):
        # The arms differ in a stage behind the sampler: with shared noise the codes are equal, with independent noise they are not.
        change = ["--arm", "B:stages.spoil.options.how=hiss"]
        shared, _ = self.ab(*change)
        own, _ = self.ab(*change, "--noise", "independent", "--force")
        self.assertEqual({i["divergence"]["B"]["first_differs"] for i in shared["items"]}, {"spoil"})
        self.assertEqual({i["divergence"]["B"]["first_differs"] for i in own["items"]}, {"generator"})
        self.assertEqual((own["pairing"]["mode"], own["pairing"]["coupling"]), ("independent", "none"))
        self.assertEqual(own["plan"]["total"], own["plan"]["without_sharing"])
        self.ab(*change, "--noise", "some", "--force", code=2)

    def test_generators_on_one_history(self):
        r, _ = self.ab("--arm", "B:stages.sampler.options.temperature=0.9", "--arm", "C:stages.generator.options.per_token=3", "--forced", "--metrics", "forced_top,forced_draw,forced_kl_mean,forced_score_diff")
        values = {(m["name"], c["b"]): c for m in r["metrics"] for c in m["comparisons"]}
        # Another temperature: the same scores, the same favourite, another distribution.
        self.assertEqual(values["forced_score_diff", "B"]["b_mean"], 0)
        self.assertEqual(values["forced_top", "B"]["b_mean"], 1)
        self.assertGreater(values["forced_kl_mean", "B"]["b_mean"], 0)
        self.assertGreater(values["forced_score_diff", "C"]["b_mean"], 0)
        for item in r["items"]:
            self.assertIn("same draw", item["forced"]["B"]["text"])
        shown = support.run("ab", "show", self.path("out"), "t0002", "--excerpts", self.path("parting"))
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("forced:", shown.stdout)
        at = r["items"][1]["divergence"]["C"]["at"]
        self.assertEqual((at["stage"], at["kind"]), ("generator", "steps"))
        self.assertTrue(os.path.exists(self.path("parting", "t0002.C.C.wav")))
        self.assertTrue(os.path.exists(self.path("parting", "t0002.C.A.wav")))
        # Nothing that draws: said, and no error.
        r, _ = self.ab("--arm", "B:stages.vocoder.options.low=220", "--forced", "--noise", "independent", "--force", code=2)

    def test_a_baseline_of_an_earlier_run(self):
        first, _ = self.ab("--arm", "B:stages.vocoder.options.low=220", out="first")
        whole, _ = self.ab("--arm", "B:stages.spoil.options.how=drop", out="whole")
        args = ["--set", "stages.spoil.options.how=drop", "--baseline", self.path("first")]
        r, _ = self.ab(*args)
        self.assertEqual([a["name"] for a in r["arms"]], ["A", "B"])
        self.assertEqual(r["changed_stages"], {"B": ["spoil"]})
        with open(self.path("out", "log.jsonl"), encoding="utf-8") as file:
            self.assertEqual({json.loads(line)["arm"] for line in file}, {"B"})
        for item, other in zip(r["items"], whole["items"]):
            self.assertEqual(item["outputs"], other["outputs"])
            self.assertEqual(item["metrics"], other["metrics"])
            self.assertAlmostEqual(item["pair"]["B"]["duration_ratio"], other["pair"]["B"]["duration_ratio"])
        self.assertEqual(r["pairing"]["control"], first["pairing"]["control"])
        # Other texts, other seeds, sounds that were changed since.
        self.assertIn("texts are others", self.ab(*args, "--text", "One more", "--force", code=2)[1].stderr)
        self.assertIn("seeds", self.ab(*args, "--seed", "2", "--force", code=2)[1].stderr)
        with open(self.path("first", "audio", "A", "t0002.wav"), "r+b") as file:
            file.seek(100)
            file.write(b"spoiled!")
        self.assertIn("is not what the earlier result made", self.ab(*args, "--force", code=1)[1].stderr)

    def test_a_swap_matrix(self):
        self.write("low.yaml", "plugin: toy/beep\noptions: { low: 110 }\n")
        self.write("high.yaml", "plugin: toy/beep\noptions: { low: 220, gain: 0.1 }\n")
        self.write("plain.yaml", "plugin: toy/spoil\n")
        self.write("drop.yaml", "plugin: toy/spoil\noptions: { how: drop }\n")
        r, _ = self.ab("--swap", f"vocoder={self.path('low.yaml')},{self.path('high.yaml')}", "--swap", f"spoil={self.path('plain.yaml')},{self.path('drop.yaml')}", "--primary", "duration_s,rms_dbfs")
        self.assertEqual([a["name"] for a in r["arms"]], ["low_plain", "low_drop", "high_plain", "high_drop"])
        f = r["factorial"]
        self.assertEqual(f["factors"], {"vocoder": ["low", "high"], "spoil": ["plain", "drop"]})
        effect = {(e["metric"], e["factor"]): e for e in f["effects"]}
        means = {(c["metric"], c["arm"]): c["mean"] for c in f["cells"]}
        self.assertEqual(effect["duration_s", "vocoder"]["effect"], 0)
        drop = (means["duration_s", "low_drop"] - means["duration_s", "low_plain"] + means["duration_s", "high_drop"] - means["duration_s", "high_plain"]) / 2
        self.assertAlmostEqual(effect["duration_s", "spoil"]["effect"], drop)
        self.assertAlmostEqual(effect["rms_dbfs", "vocoder"]["effect"], -9.54, places=1)
        self.assertEqual([i["factors"] for i in f["interactions"] if i["metric"] == "duration_s"], [["vocoder", "spoil"]])
        with open(self.path("out", "index.html"), encoding="utf-8") as file:
            self.assertIn("Interactions", file.read())

    def test_a_damaged_entry_of_the_store_is_made_again(self):
        first, _ = self.ab("--arm", "B:stages.vocoder.options.low=220")
        entries = [f for f in glob.glob(self.path("cache", "*", "*")) if os.path.isfile(f)]
        self.assertGreater(len(entries), 10)
        for i, entry in enumerate(entries):
            size = os.path.getsize(entry)
            with open(entry, "r+b") as file:
                if i % 2:
                    file.truncate(size // 2)
                else:
                    file.seek(size - 3)
                    byte = file.read(1)
                    file.seek(size - 3)
                    file.write(bytes([byte[0] ^ 1]))
        again, _ = self.ab("--arm", "B:stages.vocoder.options.low=220", out="again")
        for a, b in zip(first["items"], again["items"]):
            self.assertEqual(a, b)
        # They were made again, and are whole.
        third, _ = self.ab("--arm", "B:stages.vocoder.options.low=220", out="third")
        with open(self.path("third", "log.jsonl"), encoding="utf-8") as file:
            self.assertEqual({json.loads(line)["run"] for line in file}, {0})

    def test_a_full_disk(self):
        # A small file system of its own, where this is allowed; the store is elsewhere.
        full = self.path("full")
        os.makedirs(full)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", full], capture_output=True).returncode != 0:
            self.skipTest("this user cannot mount a file system")
        try:
            args = ["--arm", "B:stages.vocoder.options.low=220"]
            _, run = self.ab(*args, out="full/out", code=1)
            self.assertIn("error[E0505]", run.stderr)
            self.assertIn("bytes are free there", run.stderr)
            self.assertIn("--resume", run.stderr)
            left = os.listdir(self.path("full", "out"))
            self.assertNotIn("result.json", left)
            self.assertEqual(glob.glob(self.path("full", "out", "**", "*.part"), recursive=True), [])
            with open(self.path("full", "out", "progress.jsonl"), encoding="utf-8") as file:
                self.assertIn("run", json.loads(file.readline()))
            self.assertEqual(subprocess.run(["mount", "-o", "remount,size=64m", full], capture_output=True).returncode, 0)
            r, _ = self.ab(*args, "--resume", out="full/out")
            whole, _ = self.ab(*args, out="whole")
            self.assertEqual(r["items"], whole["items"])
        finally:
            subprocess.run(["umount", full], check=False)

    def test_sleeping_stages_are_told_apart(self):
        self.write("sleep.yaml", SPOILED.replace("normalizer: { plugin: toy/lowercase }", "normalizer: { plugin: toy/trouble, options: { at: finish, how: sleep, ms: 40 } }"))
        self.write("texts.txt", "".join(f"Text {i}\n" for i in range(8)))
        run = support.run("ab", "run", self.path("sleep.yaml"), "--arm", "B:stages.normalizer.options.ms=60", "--texts", self.path("texts.txt"), "--out", self.path("out"), "--cache", self.path("cache"), "--quiet")
        self.assertEqual(run.returncode, 0, run.stderr)
        with open(self.path("out", "result.json"), encoding="utf-8") as file:
            r = json.load(file)
        wall = [m for m in r["metrics"] if m["name"] == "rtf"][0]["comparisons"][0]
        self.assertEqual(wall["conclusion"], "worse")
        self.assertGreater(wall["ratio_ci"][0], 1)
        stages = {(s["stage"], s["arm"]): s for s in r["timing"]["stages"]}
        self.assertGreater(stages["normalizer", "B"]["wall_s"]["median"], stages["normalizer", "A"]["wall_s"]["median"])
        for item in r["items"]:
            self.assertGreater(item["timing"]["B"]["normalizer"], 0.04)

    def test_memory_of_stages(self):
        # Where the system lets the mark be reset, every stage of both arms has a number; else none has.
        run = support.run("ab", "run", self.path("spoiled.yaml"), "--arm", "B:stages.vocoder.options.low=220", "--texts", self.path("texts.txt"), "--out", self.path("out"), "--cache", self.path("cache"),
                          "--quiet", "--repeats", "1", "--boots", "200")
        self.assertEqual(run.returncode, 0, run.stderr)
        with open(self.path("out", "result.json"), encoding="utf-8") as file:
            r = json.load(file)
        known = {s["peak_rss_bytes"] is not None for s in r["timing"]["stages"] if s["stage"] not in ("sampler",)}
        self.assertEqual(len(known), 1)

    def test_interrupted_then_resumed(self):
        self.write("texts.txt", "".join(f"Text number {i} of a list\n" for i in range(30)))
        args = [support.SYRINX, "ab", "run", self.path("spoiled.yaml"), "--arm", "B:stages.vocoder.options.low=220", "--texts", self.path("texts.txt"), "--out", self.path("out"), "--cache", "off"]
        process = subprocess.Popen([*args, "--repeats", "1000", "--quiet"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while process.poll() is None and not os.path.exists(self.path("out", "audio", "B", "t0003.wav")):
            pass
        process.send_signal(2)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        with open(self.path("out", "result.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["verdict"], "incomplete")
        done = subprocess.run([*args, "--repeats", "0", "--quiet", "--resume"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.path("out", "result.json"), encoding="utf-8") as file:
            self.assertEqual(len(json.load(file)["items"]), 30)

    def test_an_interruption_does_not_wait_for_the_text(self):
        self.write("sleep.yaml", SPOILED.replace("normalizer: { plugin: toy/lowercase }", "normalizer: { plugin: toy/trouble, options: { at: finish, how: sleep, ms: 60000 } }"))
        process = subprocess.Popen([support.SYRINX, "ab", "run", self.path("sleep.yaml"), "--arm", "B:stages.vocoder.options.low=220", "--texts", self.path("texts.txt"), "--out", self.path("out"),
                                    "--cache", "off", "--quiet", "--control", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while process.poll() is None and not os.path.exists(self.path("out", "progress.jsonl")):
            pass
        process.send_signal(2)
        process.communicate(timeout=30)  # of sixty seconds
        self.assertEqual(process.returncode, 130)

    def test_a_text_once_more_as_its_trace(self):
        r, _ = self.ab("--arm", "B:stages.sampler.options.temperature=0.9")
        item = r["items"][1]
        name = f"{item['id']}.{item['seed']}.B"
        run = subprocess.run([support.SYRINX, "synth", "-c", "config/B.yaml", "--json-input", "-i", f"texts/{name}.jsonl", "-d", "traced", "--trace", f"traced/{name}", "--quiet"],
                             cwd=self.path("out"), capture_output=True, text=True)
        if run.returncode != 0:
            self.assertEqual(run.stderr, "")
        with open(self.path("out", "index.html"), encoding="utf-8") as file:
            self.assertIn(f"texts/{name}.jsonl", file.read())
        self.assertTrue(os.path.exists(self.path("out", "traced", name, "trace.json")))


if __name__ == "__main__":
    support.unittest.main()
