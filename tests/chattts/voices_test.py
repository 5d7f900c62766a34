"""Voices: of a recording, of a seed, of files."""
import json
import math
import os
import struct
import unittest
import wave

import support
from assets import assets


class Voices(support.FolderTest):
    def recording(self, name, seconds, rate=24000, channels=1, level=0.3):
        with wave.open(self.path(name), "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(2)
            file.setframerate(rate)
            second = b"".join(struct.pack("<h", int(32767 * level * math.sin(6.283 * (200 + 40 * math.sin(i / 3000)) * i / rate))) * channels
                              for i in range(rate))
            whole, rest = divmod(seconds, 1)
            file.writeframes(second * int(whole) + second[:int(rest * rate) * 2 * channels])
        return self.path(name)

    def encode(self, *arguments):
        return support.run("voices", "encode", *arguments, "--set", f"vars.assets={assets('tiny')}", timeout=300)

    def test_a_recording_becomes_a_voice(self):
        for name, rate, channels in (("a.wav", 24000, 1), ("b.wav", 44100, 2)):
            out = self.path(name + ".json")
            process = self.encode(self.recording(name, 1.5, rate, channels), "--text", "Good morning.", "-o", out, "-p", "name=Ada")
            self.assertEqual(process.returncode, 0, process.stderr)
            with open(out, encoding="utf-8") as file:
                voice = json.load(file)
            self.assertEqual((voice["txt_smp"], voice["name"]), ("Good morning.", "Ada"))
            self.assertTrue(voice["spk_smp"])
        process = support.run("synth", "-c", "chattts-zeroshot", "--set", f"vars.assets={assets('tiny')}", "--set", f"vars.voice={out}",
                              "-p", "lm.max_new_token=20", "Hello.", "-o", self.path("hello.wav"), timeout=300)
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertGreater(os.path.getsize(self.path("hello.wav")), 1000)

    def refused(self, words, *arguments):
        process = self.encode(*arguments)
        self.assertEqual(process.returncode, 1, process.stderr)
        self.assertIn(words, process.stderr)
        self.assertFalse([name for name in os.listdir(self.folder) if "json" in name])

    def test_recordings_that_make_no_voice(self):
        self.refused("longer than", self.recording("long.wav", 600, rate=8000), "--text", "x", "-o", self.path("v.json"))
        self.refused("silent", self.recording("silent.wav", 1, level=0), "--text", "x", "-o", self.path("v.json"))
        self.refused("cannot read the recording", self.path("none.wav"), "--text", "x", "-o", self.path("v.json"))
        self.refused("cannot read the recording", self.write("text.wav", "no audio at all"), "--text", "x", "-o", self.path("v.json"))
        self.refused("samples", self.recording("click.wav", 0.02), "--text", "x", "-o", self.path("v.json"))

    def test_a_tenth_of_a_second(self):
        process = self.encode(self.recording("short.wav", 0.1), "--text", "Ah.", "-o", self.path("v.json"))
        self.assertEqual(process.returncode, 0, process.stderr)

    def test_usage(self):
        self.assertEqual(self.encode("--text", "x").returncode, 2)
        process = self.encode(self.recording("a.wav", 0.2))
        self.assertEqual(process.returncode, 2)
        self.assertIn("transcript", process.stderr)

    def test_a_voice_of_a_seed(self):
        sounds = []
        for seed in ("1", "1", "2"):
            process = support.run("synth", "-c", "chattts-norefine", "--set", f"vars.assets={assets('tiny')}", "-p", f"random={seed}",
                                  "-p", "lm.max_new_token=20", "Hello.", "-o", self.path("hello.pcm"), timeout=300)
            self.assertEqual(process.returncode, 0, process.stderr)
            with open(self.path("hello.pcm"), "rb") as file:
                sounds.append(file.read())
        self.assertEqual(sounds[0], sounds[1])
        self.assertNotEqual(sounds[0], sounds[2])


if __name__ == "__main__":
    unittest.main(verbosity=2)
