"""The checker finds the rule that a plugin breaks, and lets one pass that breaks none.

Not tried: B-002, which needs a C++ plugin, and C-009, which takes as long as the time limit of a rule.

usage: faults_test.py CHECKER C-COMPILER
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parents[1] / "interfaces" / "include"
# The rules that must fail; others may fail with them where one mistake breaks several.
EXPECTED = {
    "NONE": [], "EXPORT": ["B-001"], "UNDEFINED": ["B-003"], "FILE": ["B-004"], "SIGNAL": ["B-004"], "FOLDER": ["B-004"], "ID": ["V-001"],
    "UNKNOWN_ID": ["V-002"], "OLD_HOST": ["V-003"], "NEW_HOST": ["V-004"], "SCHEMA": ["C-001"], "IMPURE": ["C-002"], "TABLE": ["C-003"],
    "NO_LAST": ["C-004"], "TWO_LAST": ["C-004"], "PORT": ["C-004"], "OFFSET": ["C-005"], "NAN": ["C-006"], "CHANNELS": ["C-006"],
    "SILENT": ["C-007"], "END": ["C-008"], "UNREPEATABLE": ["C-010"], "LEAK": ["C-011"], "PRINTS": ["C-004", "C-010"],
    "CRASH": ["C-004"], "FORBIDDEN": ["C-012"], "CUT": ["M-001"],
}
# Where a mistake must be seen by its own rule alone.
ALONE = {"EXPORT", "FILE", "SIGNAL", "FOLDER", "ID", "UNKNOWN_ID", "OLD_HOST", "NEW_HOST", "IMPURE", "TWO_LAST", "OFFSET", "CHANNELS",
         "SILENT", "END", "LEAK", "FORBIDDEN", "CUT"}


def verdicts(checker, compiler, folder, name, number):
    library = os.path.join(folder, f"lib{name.lower()}.so")
    command = [compiler, "-std=gnu11", "-shared", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror", f"-DFAULT={number}", f"-I{INCLUDE}",
               str(HERE / "faulty.c"), "-o", library, "-lm"]
    subprocess.run(command, check=True, timeout=60)
    process = subprocess.run([checker, "--json", library], capture_output=True, text=True, timeout=120, cwd=folder)
    found = [json.loads(line) for line in process.stdout.split("\n") if line]
    failed = {v["rule"]: v["text"] for v in found if v["result"] == "FAILED"}
    if process.returncode != (1 if failed else 0):
        return f"{name}: exit code {process.returncode} with {len(failed)} failed rules"
    if any(not text for text in failed.values()):
        return f"{name}: a rule failed without a word: {failed}"
    missed = [rule for rule in EXPECTED[name] if rule not in failed]
    if missed:
        return f"{name}: {missed} passed; failed: {failed}"
    beside = {rule: text for rule, text in failed.items() if rule not in EXPECTED[name]}
    if beside and (name in ALONE or name == "NONE"):
        return f"{name}: failed besides: {beside}"
    return None


def main():
    checker, compiler = sys.argv[1:]
    # In the order of the enum of faulty.c.
    text = (HERE / "faulty.c").read_text(encoding="utf-8")
    names = re.findall(r"FAULT_(\w+)", re.search(r"enum fault \{(.*?)\}", text, re.S)[1])
    if sorted(names) != sorted(EXPECTED):
        print(f"faulty.c and this test do not list the same: {set(names) ^ set(EXPECTED)}")
        return 1
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(verdicts, checker, compiler, folder, name, number) for number, name in enumerate(names)]
        problems = [job.result() for job in jobs if job.result()]
    print("\n".join(problems))
    print(f"{len(names)} plugins, {len(problems)} misjudged")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
