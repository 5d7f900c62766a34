#!/usr/bin/env python3
"""syrinx normalize over the shared cases: the table per class, and the least share that must be right."""
import os
import re
import subprocess
import sys

from complaints import COMPLAINTS

BUILD = os.environ["SYRINX_BUILD_DIR"]
CASES = os.path.join(os.environ["SYRINX_SHARED_DIR"], "tn")
PROGRAM = os.path.join(BUILD, "bin", "syrinx")
# Share of right cases in percent; option files hold only with their option.
LEAST = {("zh", "base"): 100, ("en", "base"): 99, ("ja", "base"): 99, ("zh", "beyond"): 80, ("en", "beyond"): 80, ("ja", "beyond"): 80}
OPTIONS = {"zh.option-remove_interjections": "remove_interjections", "zh.option-tag_oov": "tag_oov"}


def normalize(lines, *arguments):
    run = subprocess.run([PROGRAM, "normalize", *arguments], input="".join(line + "\n" for line in lines), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.split("\n")[:-1]


def scores():
    run = subprocess.run([sys.executable, os.path.join(CASES, "score.py"), os.path.join(CASES, "visible"), PROGRAM, "normalize", "--lang", "{lang}"],
                         capture_output=True, text=True, check=True)
    print(run.stdout)
    failed = False
    for language, kind, share in re.findall(r"TOTAL (\w+) (\w+): \d+/\d+ = ([\d.]+) %", run.stdout):
        least = LEAST.get((language, kind))
        if least is not None and float(share) < least:
            print(f"{language} {kind}: {share} % is below {least} %")
            failed = True
    return failed


def options():
    failed = False
    for name, option in OPTIONS.items():
        rows = [line.rstrip("\n").split("\t") for line in open(os.path.join(CASES, "visible", name + ".tsv"), encoding="utf-8")]
        out = normalize([row[0] for row in rows], "--lang", "zh", "--set", f"stages.normalizer.options.{option}=true")
        for row, spoken in zip(rows, out):
            if spoken not in row[1:]:
                print(f"with {option}: {row[0]} -> {spoken}, not {row[1]}")
                failed = True
    return failed


def explained():
    out = normalize(["今天是2024-05-06"], "--lang", "zh", "--explain")
    assert len(out) == 2 and "[9, 19) date." in out[1], out
    assert normalize(["", "a", ""], "--lang", "en") == ["", "a", ""]
    report = normalize(["1 a", "b"], "--lang", "en", "--stats")
    assert report[0].startswith("2 lines"), report


def complaints():
    failed = False
    out = normalize([text for text, _ in COMPLAINTS], "--set", "stages.normalizer.options.profile=chattts")
    for (text, wanted), spoken in zip(COMPLAINTS, out):
        missing = [word for word in wanted if word not in spoken]
        if missing or re.search("[0-9]", spoken):
            print(f"for the model: {text} -> {spoken}, without {missing}")
            failed = True
    return failed


def main():
    if not os.path.exists(os.path.join(BUILD, "lib", "syrinx", "plugins", "wfst", "zh.fst")) or not os.path.isdir(CASES):
        print("skipped: the plugin wfst or the shared cases are missing")
        return 77
    explained()
    return int(scores() | options() | complaints())


if __name__ == "__main__":
    sys.exit(main())
