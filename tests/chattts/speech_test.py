"""Text to audio through the whole chain: streamed or not, alone or among others, twice the same."""
import json
import os
import re
import subprocess
import unittest

import support
from assets import assets

TEXT = "四川美食确实以辣闻名。[uv_break] It also has mild dishes."


class Speech(support.FolderTest):
    def synth(self, *arguments, size="tiny", most=40, **kwargs):
        kwargs.setdefault("timeout", 600)
        process = support.run("synth", "-c", "chattts", "--set", f"vars.assets={assets(size)}", "-p", f"lm.max_new_token={most}",
                              "-p", "refiner.max_new_token=20", *arguments, **kwargs)
        self.assertEqual(process.returncode, 0, process.stderr)
        return process

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def test_official_size(self):
        process = self.synth(TEXT, "-o", self.path("out.wav"), "--times", size="official")
        self.assertRegex(process.stderr, r"elapsed .* audio .* real-time factor")
        for stage in ("refiner", "lm", "decoder", "vocoder"):
            self.assertIn(stage, process.stderr)
        seconds = float(re.search(r"audio ([0-9.]+) s", process.stderr)[1])
        self.assertGreater(seconds, 0.5)
        self.assertGreater(len(self.read("out.wav")), 24000 * seconds)

    def test_every_phase_has_a_bar(self):
        """On a terminal: one bar for the refinement, one for the speech, both left on the screen; and a trace of the stages."""
        import pty
        terminal, side = pty.openpty()
        process = subprocess.Popen([support.SYRINX, "synth", "-c", "chattts", "--set", f"vars.assets={assets('tiny')}", "-p", "lm.max_new_token=400",
                                    "-p", "refiner.max_new_token=200", TEXT, "-o", self.path("out.wav"), "--trace", self.path("trace")],
                                   stderr=side, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(side)
        said = b""
        try:
            while part := os.read(terminal, 65536):
                said += part
        except OSError:  # how a terminal says that nobody writes to it any more
            pass
        self.assertEqual(process.wait(timeout=600), 0, said)
        lines = said.decode().replace("\x1b[K", "").replace("\n", "\r").split("\r")
        bars = [line for line in lines if "%|" in line]
        self.assertTrue(any(bar.startswith("lm:") and "/200 [" in bar for bar in bars), bars)
        self.assertTrue(any(bar.startswith("lm:") and "/400 [" in bar for bar in bars), bars)
        self.assertTrue(any(line.startswith("elapsed") for line in lines), lines)
        with open(self.path("trace", "stages.jsonl"), encoding="utf-8") as file:
            stages = [json.loads(line)["stage"] for line in file]
        for stage in ("splitter", "reader", "normalizer", "refiner", "tokenizer", "lm", "decoder", "vocoder"):
            self.assertIn(stage, stages)

    def test_streamed_is_the_same(self):
        """Chunks go through layers that keep their own context: the difference is 0."""
        self.synth(TEXT, "-o", self.path("whole.pcm"), most=120)
        self.synth(TEXT, "-o", self.path("streamed.pcm"), "--stream", most=120)
        self.assertEqual(self.read("whole.pcm"), self.read("streamed.pcm"))

    def test_one_seed_one_sound(self):
        for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
            self.synth(TEXT, "--seed", seed, "-o", self.path(name + ".wav"))
        self.assertEqual(self.read("a.wav"), self.read("b.wav"))
        self.assertNotEqual(self.read("a.wav"), self.read("c.wav"))

    def test_alone_and_among_others(self):
        """One, four and eight rows at a time: every utterance is what it is alone."""
        texts = ["One.", "第二句话。", "A third one, somewhat longer.", "四。", "Five five five.", "第六", "seven", "The eighth and last."]
        lines = [json.dumps({"id": str(i), "text": text}, ensure_ascii=False) for i, text in enumerate(texts)]
        sounds = {}
        for rows in (1, 4, 8):
            folder = self.path(f"rows{rows}")
            self.synth("--json-input", "-o", os.path.join(folder, "{id}.pcm"), "--set", f"stages.lm.options.rows={rows}",
                       stdin=None, input="\n".join(lines) + "\n")
            sounds[rows] = []
            for i in range(len(texts)):
                with open(os.path.join(folder, f"{i}.pcm"), "rb") as file:
                    sounds[rows].append(file.read())
                self.assertTrue(sounds[rows][i])
        self.assertEqual(sounds[1], sounds[4])
        self.assertEqual(sounds[1], sounds[8])

    def test_swaps(self):
        """Codes instead of hidden states, Griffin-Lim instead of Vocos, without refinement: one configuration each."""
        for config in ("chattts-fast", "chattts-griffin-lim", "chattts-norefine"):
            process = support.run("synth", "-c", config, "--set", f"vars.assets={assets('tiny')}", "-p", "lm.max_new_token=30",
                                  "Hello there.", "-o", self.path(config + ".wav"), timeout=300)
            self.assertEqual(process.returncode, 0, process.stderr)
            self.assertGreater(len(self.read(config + ".wav")), 1000)

    def test_word_guard(self):
        """A model with random weights changes every word: `fail` says so, `repair` speaks."""
        process = support.run("synth", "-c", "chattts", "--set", f"vars.assets={assets('tiny')}", "-p", "word_guard=fail", "-p", "refiner.max_new_token=9",
                              "Hello there.", "-o", self.path("x.wav"), timeout=300)
        self.assertEqual(process.returncode, 1)
        self.assertIn("other words", process.stderr)
        self.assertEqual(os.listdir(self.folder), [])
        self.synth("-p", "word_guard=repair", "Hello there.", "-o", self.path("y.wav"))

    def test_names_of_chattts(self):
        self.synth("Hello.", "-p", "sampler.top_P=0.5", "-p", "sampler.top_K=10", "-p", "skip_refine_text=true", "-p", "tokenizer.prompt=[speed_3]",
                   "-o", self.path("x.wav"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
