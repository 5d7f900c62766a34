"""What a user writes reaches ChatTTS's tokenizer without a digit, and with every word there."""
import json
import os
import unittest

import support
from assets import assets
from complaints import COMPLAINTS


class Numbers(support.FolderTest):
    def test_no_digit_reaches_the_tokenizer(self):
        lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text, _ in COMPLAINTS)
        process = support.run("synth", "-c", "chattts", "--set", f"vars.assets={assets('tiny')}", "-p", "lm.max_new_token=4", "-p", "refiner.skip_refine_text=true",
                              "--json-input", "-d", self.path("out"), "--trace", self.path("trace"), stdin=None, input=lines, timeout=600)
        self.assertEqual(process.returncode, 0, process.stderr)
        read = {}
        with open(self.path("trace", "stages.jsonl"), encoding="utf-8") as file:
            for line in map(json.loads, file):
                if line["stage"] == "normalizer":
                    read.setdefault(line["index"], []).append(line["piece"])
        self.assertEqual(len(read), len(COMPLAINTS))
        for (text, words), index in zip(COMPLAINTS, sorted(read)):
            folder = self.path("trace", "outputs", f"{index:04}")
            heard = ""
            for name in sorted(os.listdir(folder)):
                if "-normalizer" in name:
                    with open(os.path.join(folder, name), encoding="utf-8") as file:
                        heard += file.read()
            with self.subTest(text=text):
                self.assertFalse([c for c in heard if c.isdigit()], heard)
                for word in words:
                    self.assertIn(word.lower(), heard.lower())

    def test_a_part_of_the_pipeline_runs_alone(self):
        """What only the stages behind use is left out with them."""
        process = support.run("normalize", "-c", "chattts", "--set", f"vars.assets={assets('tiny')}", "我有3个")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertEqual(process.stdout, "我有三个\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
