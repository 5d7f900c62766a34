"""Bad and unusual input: a clear error, or the right output; never half a file."""
import json
import os
import shutil
import signal
import struct
import subprocess
import time
import unittest

import support
from assets import assets


class Input(support.FolderTest):
    def synth(self, *arguments, folder=None, config="chattts-norefine", **kwargs):
        kwargs.setdefault("timeout", 600)
        return support.run("synth", "-c", config, "--set", f"vars.assets={folder or assets('tiny')}", "-p", "lm.max_new_token=8",
                           "-o", self.path("out.pcm"), *arguments, **kwargs)

    def speaks(self, *arguments, **kwargs):
        process = self.synth(*arguments, **kwargs)
        self.assertEqual(process.returncode, 0, process.stderr)
        return os.path.getsize(self.path("out.pcm"))

    def fails(self, code, words, *arguments, **kwargs):
        process = self.synth(*arguments, **kwargs)
        self.assertEqual(process.returncode, code, process.stderr)
        for word in [words] if isinstance(words, str) else words:
            self.assertIn(word, process.stderr)
        self.assertFalse(os.path.exists(self.path("out.pcm")) or os.path.exists(self.path("out.pcm.part")))

    def test_nothing_to_say(self):
        for text in ("😀🎉", "   ", "[uv_break]", "\u3000"):
            self.assertEqual(self.speaks(text), 0, repr(text))
        self.assertEqual(self.speaks("-i", "/dev/null"), 0)

    def test_one_character(self):
        self.assertGreater(self.speaks("好"), 0)
        self.assertGreater(self.speaks("a"), 0)

    def test_20000_characters(self):
        text = "这是一个很长的故事，没有人知道它的结尾。The end is far away. " * 500
        with open(self.path("long.txt"), "w", encoding="utf-8") as file:
            file.write(text[:20000])
        self.assertGreater(self.speaks("-i", self.path("long.txt"), "-p", "lm.max_new_token=2"), 0)

    def test_invalid_utf8(self):
        with open(self.path("bad.txt"), "wb") as file:
            file.write(b"good \xff\xfe\xc0\x80 text \xed\xa0\x80.\n")
        self.assertGreater(self.speaks("-i", self.path("bad.txt")), 0)

    def test_unknown_tag_is_text(self):
        self.assertGreater(self.speaks("[shout] hello [break_9] there"), 0)

    def test_longer_than_the_context(self):
        self.fails(1, ["positions", "4096"], "-p", "split_text=false", "-i", self.write("long.txt", "好" * 5000))

    def damaged(self, name, change):
        folder = self.path("model")
        shutil.copytree(assets("tiny"), folder)
        path = os.path.join(folder, "asset", name)
        with open(path, "rb") as file:
            data = file.read()
        with open(path, "wb") as file:
            file.write(change(data))
        return folder

    def test_truncated_weights(self):
        folder = self.damaged("Decoder.safetensors", lambda data: data[:-1000])
        self.fails(5, ["E0403", "Decoder.safetensors"], "Hello.", folder=folder)  # seen when its header is read, before any weight

    def test_wrong_shape(self):
        def change(data):
            size = struct.unpack("<Q", data[:8])[0]
            header = json.loads(data[8:8 + size])
            header["out_conv.weight"]["shape"].reverse()
            text = json.dumps(header).encode()
            text += b" " * (-len(text) % 8)
            return struct.pack("<Q", len(text)) + text + data[8 + size:]
        self.fails(5, ["Decoder.safetensors", "out_conv.weight"], "Hello.", folder=self.damaged("Decoder.safetensors", change))

    def test_nan_weights(self):
        folder = self.damaged("Vocos.safetensors", lambda data: data[:-4] + struct.pack("<f", float("nan")))
        self.fails(5, ["Vocos.safetensors", "NaN"], "Hello.", folder=folder)

    @unittest.skipIf(os.path.exists("/dev/nvidia0"), "this machine has an NVIDIA device")
    def test_no_driver(self):
        self.fails(6, ["no NVIDIA driver", "help: "], "--set", "vars.device=cuda:0", "Hello.")

    def test_no_folder(self):
        self.fails(5, "nowhere", "Hello.", folder=self.path("nowhere"))

    def test_wrong_speaker(self):
        for text in ("nonsense", "蘁淰", "x" * 2000):
            process = self.synth("-p", f"spk_emb={text}", "Hello.")
            self.assertEqual(process.returncode, 1, process.stderr)
            self.assertIn("speaker", process.stderr)

    def test_interrupt(self):
        process = subprocess.Popen([support.SYRINX, "synth", "-c", "chattts-norefine", "--set", f"vars.assets={assets('tiny')}",
                                    "-p", "lm.min_new_token=4000", "-p", "lm.max_new_token=4000", "-o", self.path("out.wav"), "Hello there, " * 20],
                                   stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 120
        while not os.path.exists(self.path("out.wav.part")) and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
