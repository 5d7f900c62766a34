"""A judge of who speaks: cosine similarity of speaker embeddings, by the encoder of the package resemblyzer.

    python3 -m pip install resemblyzer
    syrinx ab run a.yaml b.yaml --texts texts.txt --judge-cmd 'python3 speaker_similarity.py --voice reference.wav'

Against --voice, a recording of the speaker; without it against the text's own recording (`--reference-audio`).
"""
import argparse

from judging import serve


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--voice", help="a WAV file of the speaker that all sounds should be like")
    options = arguments.parse_args()
    import numpy
    from resemblyzer import VoiceEncoder, preprocess_wav

    encoder = VoiceEncoder("cpu", verbose=False)
    known = {}

    def embedding(path, keep):
        if path in known:
            return known[path]
        out = encoder.embed_utterance(preprocess_wav(path))
        if keep:
            known[path] = out
        return out

    def judge(request):
        voice = options.voice or request["reference_audio"]
        if not voice:
            raise ValueError("nobody to compare with: give --voice, or recordings with --reference-audio")
        a, b = embedding(voice, True), embedding(request["audio"], False)
        return {"values": {"speaker_similarity": float(numpy.dot(a, b) / numpy.linalg.norm(a) / numpy.linalg.norm(b))}}

    serve("resemblyzer", "0.1", [{"name": "speaker_similarity", "direction": "higher"}], judge)


if __name__ == "__main__":
    main()
