"""The library shows the functions of syrinx.h and nothing else; the program shows nothing."""
import os
import re
import subprocess
import sys

library, program = sys.argv[1:3]


def exported(path):
    out = subprocess.run(["nm", "-D", "--defined-only", path], capture_output=True, text=True, check=True).stdout
    return sorted(line.split()[-1].split("@")[0] for line in out.splitlines() if line)


header = os.path.join(os.path.dirname(__file__), "..", "..", "..", "..", "core", "api", "syrinx.h")
with open(header, encoding="utf-8") as file:
    declared = sorted(set(re.findall(r"SYRINX_API [\w* ]+?\*?(syrinx_\w+)\(", file.read())))
failures = 0
if exported(library) != declared:
    print(f"{library} exports {exported(library)}, not {declared}")
    failures += 1
# What the C runtime itself needs of a program.
runtime = {"_IO_stdin_used", "__data_start", "data_start", "__bss_start", "_edata", "_end", "environ", "__environ"}
shown = [name for name in exported(program) if name not in runtime and not name.startswith("_ZTI") and not name.startswith("_ZTS")]
if [name for name in shown if name.startswith(("syx", "syrinx"))]:
    print(f"{program} exports {shown}")
    failures += 1
sys.exit(failures)
