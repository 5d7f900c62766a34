"""One changed line swaps a stage: the result differs, the shared libraries stay the same to the byte."""
import glob
import hashlib
import os
import unittest

from support import BUILD, FolderTest, need_voice, run


def digests():
    found = {}
    for path in sorted(glob.glob(os.path.join(BUILD, "lib", "syrinx", "plugins", "*", "*.so"))):
        with open(path, "rb") as file:
            found[path] = hashlib.sha256(file.read()).hexdigest()
    return found


class Audio:
    """A file's bytes, shown by size and digest when they differ from others."""

    def __init__(self, data):
        self.data = data

    def __eq__(self, other):
        return self.data == other.data

    def __len__(self):
        return len(self.data)

    def __repr__(self):
        return f"{len(self.data)} bytes {hashlib.sha256(self.data).hexdigest()[:12]}"


class Swap(FolderTest):
    def setUp(self):
        super().setUp()
        self.before = digests()
        self.assertTrue(self.before, "no plugins in " + BUILD)
        self.addCleanup(lambda: self.assertEqual(digests(), self.before))

    def speak(self, name, *args, text="Dr. Smith paid $5 for 3 records."):
        path = self.path(name)
        process = run("synth", text, "--seed", "1", "-o", path, *args)
        self.assertEqual(process.returncode, 0, process.stderr)
        with open(path, "rb") as file:
            return Audio(file.read())

    def test_same_seed_same_bytes(self):
        self.assertEqual(self.speak("a.wav"), self.speak("b.wav"))

    def test_normalizer(self):
        # The phonemizer reads digits and money by itself, but not a time of day.
        text = "The train leaves at 10:05 on 3/4/2024."
        self.assertNotEqual(self.speak("a.wav", text=text),
                            self.speak("b.wav", "--set", "stages.normalizer={plugin: basic/normalizer}", text=text))

    def test_phonemizer_dictionary(self):
        self.assertNotEqual(self.speak("a.wav", text="The schedule of the laboratory."),
                            self.speak("b.wav", "--set", "stages.phonemizer.options.accent=gb",
                                       text="The schedule of the laboratory."))

    def test_vocoder(self):
        a = self.speak("a.wav")
        b = self.speak("b.wav", "--set", "stages.vocoder.plugin=hibari/whisper")
        self.assertEqual(len(a), len(b))
        self.assertNotEqual(a, b)

    def test_writer(self):
        self.assertEqual(self.speak("a.wav").data[:4], b"RIFF")
        self.assertEqual(self.speak("b.flac").data[:4], b"fLaC")
        self.assertEqual(self.speak("c.audio", "--set", "stages.writer.plugin=basic/flac").data[:4], b"fLaC")

    def test_in_a_file(self):
        overlay = self.write("quiet.yaml", "pipeline: 1\nstages:\n  vocoder: { plugin: hibari/whisper }\n")
        self.assertEqual(self.speak("a.wav", "--with", overlay),
                         self.speak("b.wav", "--set", "stages.vocoder.plugin=hibari/whisper"))

    def test_sampler_of_the_toy_generator(self):
        a = self.speak("a.wav", "-c", "toy")
        self.assertEqual(a, self.speak("b.wav", "-c", "toy"))
        self.assertNotEqual(a, self.speak("c.wav", "-c", "toy", "--set", "stages.sampler.options.temperature=3"))


if __name__ == "__main__":
    need_voice()
    unittest.main(verbosity=2)
