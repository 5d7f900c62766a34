"""syrinx phonemize over the recorded texts: one line in, one line out, in order, equal to what was recorded."""
import json
import os
import sys

from support import SKIPPED, need_voice, run


def main():
    need_voice()
    folder = os.path.join(os.environ.get("SYRINX_SHARED_DIR", ""), "goldens", "voice")
    if not os.path.exists(os.path.join(folder, "g2p.jsonl")):
        print("skipped: no reference outputs in " + folder)
        return SKIPPED
    wrong = total = 0
    for name in ("g2p.jsonl", "g2p_edges.jsonl"):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            cases = [json.loads(line) for line in file]
        # A line is a text here, and what the splitter of a terminal would cut is not for this test.
        cases = [c for c in cases if not any(mark in c["text"] for mark in "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")]
        # Without clause punctuation the package does not limit a chunk; ours does (defect D2).
        cases = [c for c in cases if all(len(p) <= 400 for p in c["phonemes"])]
        process = run("phonemize", input="\n".join(c["text"] for c in cases) + "\n", stdin=None)
        if process.returncode != 0:
            print(process.stderr)
            return 1
        lines = process.stdout.split("\n")[:-1]
        if len(lines) != len(cases):
            print(f"{name}: {len(lines)} lines out of {len(cases)}")
            return 1
        for case, line in zip(cases, lines):
            total += 1
            if line != " ".join(case["phonemes"]):
                wrong += 1
                if wrong <= 10:
                    print(f"{name}: {case['text']!r}\n  got  {line!r}\n  want {' '.join(case['phonemes'])!r}")
    print(f"{total - wrong} of {total} lines equal")
    return 0 if wrong == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
