"""The protocol of judges (`syrinx ab run --judge-cmd`): JSON lines on standard input and output. No dependencies."""
import json
import sys


def serve(name, version, metrics, judge, sample_rate=16000, deterministic=True):
    """Says what it measures, then answers each request with what `judge(request)` returns, until its input ends.

    `metrics`: {"name", "unit", "direction": "lower" | "higher" | "none", "ratio": [errors, words]}. `judge` returns
    {"values": {...}} or {"hypothesis": "..."}; what it raises is the answer for that sound alone.
    """
    # Libraries print where they like; the protocol keeps standard output to itself.
    out = sys.stdout
    sys.stdout = sys.stderr

    def say(line):
        print(json.dumps(line), file=out, flush=True)

    say({"ab_judge": 1, "name": name, "version": version, "sample_rate": sample_rate, "deterministic": deterministic, "metrics": metrics})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            say({"id": request["id"], **judge(request)})
        except Exception as error:  # one sound that cannot be judged is no reason to end
            say({"id": request["id"], "error": f"{type(error).__name__}: {error}"})
