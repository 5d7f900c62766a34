"""Each header of the border compiles alone, pedantically, as C11, C17, C++17, C++20 and C++23.

usage: headers_test.py gcc|clang. Exit code 77, with the name, where the compiler is missing.
"""
import concurrent.futures
import pathlib
import shutil
import subprocess
import sys

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / "interfaces" / "include"
STANDARDS = {"c11": "c", "c17": "c", "c++17": "c++", "c++20": "c++", "c++2b": "c++"}  # 2b: what older compilers call C++23
PROGRAMS = {"gcc": {"c": "gcc", "c++": "g++"}, "clang": {"c": "clang", "c++": "clang++"}}


def compile_alone(compiler, header, standard):
    language = STANDARDS[standard]
    # Twice, because a header may be included twice; the typedef, because C wants a declaration and some hold macros only.
    name = header.relative_to(INCLUDE).as_posix()
    source = f'#include "{name}"\n#include "{name}"\ntypedef int declaration;\n'
    command = [PROGRAMS[compiler][language], "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
               "-fsyntax-only", f"-I{INCLUDE}", "-"]
    process = subprocess.run(command, input=source, capture_output=True, text=True, timeout=60)
    return None if process.returncode == 0 else f"{name} as {standard}:\n{process.stderr}"


def main():
    compiler = sys.argv[1]
    for program in PROGRAMS[compiler].values():
        if not shutil.which(program):
            print(f"skipped: {program} is not installed")
            return 77
    headers = sorted(INCLUDE.rglob("*.h"))
    jobs = [(compiler, header, standard) for header in headers for standard in STANDARDS]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        problems = [p for p in pool.map(lambda job: compile_alone(*job), jobs) if p]
    print("\n".join(problems))
    print(f"{compiler}: {len(headers)} headers in {len(STANDARDS)} standards, {len(problems)} problems")
    return 1 if problems or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
