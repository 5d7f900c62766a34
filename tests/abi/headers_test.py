"""Each header of the border compiles alone, pedantically, as C11, C17, C++17, C++20 and C++23; a plugin with the C++
wrapper in the C++ ones.

usage: headers_test.py gcc|clang. Exit code 77, with the name, where the compiler is missing.
"""
import concurrent.futures
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "interfaces" / "include"
WRAPPER = ROOT / "sdk" / "cpp" / "include"
STANDARDS = {"c11": "c", "c17": "c", "c++17": "c++", "c++20": "c++", "c++2b": "c++"}  # 2b: what older compilers call C++23
PROGRAMS = {"gcc": {"c": "gcc", "c++": "g++"}, "clang": {"c": "clang", "c++": "clang++"}}


# One of each shape that the wrapper knows: a flow with options, a model and a table; a sampler.
PLUGIN = """
#include <syrinx/sdk.hpp>
namespace {
struct Options {
  int n = 1;
  static auto describe() { return syrinx::options(syrinx::option("n", &Options::n).range(0, 9).help("A number.")); }
};
struct Model {
  static syrinx::Status create(syrinx::Call&, const Options&, const syrinx::Create&, Model&) { return syrinx::ok; }
};
struct Stage final : syrinx::Flow<Options, Model> {
  static syrinx::Ports ports(const Options&, const syrinx::Inputs&) { return {{{"text", syrinx::Text{}}}, {{"text", syrinx::Text{}}}}; }
  static const void* query(const Model&, const char*) { return nullptr; }
};
struct Draw final : syrinx::Sampler<Options> {
  int32_t sample_row(const syrinx::SampleRow&) override { return options().n; }
};
}  // namespace
SYX_PLUGIN("org.example.test", "0.1.0", syrinx::component<Stage>("stage", syrinx::kind::normalizer),
           syrinx::component<Draw>("draw", syrinx::kind::sampler))
"""


def compile_text(compiler, name, source, standard):
    language = STANDARDS[standard]
    command = [PROGRAMS[compiler][language], "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
               "-fsyntax-only", f"-I{INCLUDE}", f"-I{WRAPPER}", "-"]
    process = subprocess.run(command, input=source, capture_output=True, text=True, timeout=120)
    return None if process.returncode == 0 else f"{name} as {standard}:\n{process.stderr}"


def alone(header):
    """Twice, because a header may be included twice; the typedef, because C wants a declaration and some hold macros only."""
    return f'#include "{header}"\n' * 2 + "typedef int declaration;\n"


def main():
    compiler = sys.argv[1]
    for program in PROGRAMS[compiler].values():
        if not shutil.which(program):
            print(f"skipped: {program} is not installed")
            return 77
    headers = sorted(p.relative_to(INCLUDE).as_posix() for p in INCLUDE.rglob("*.h"))
    jobs = [(compiler, header, alone(header), standard) for header in headers for standard in STANDARDS]
    jobs += [(compiler, "a plugin", PLUGIN, standard) for standard in STANDARDS if STANDARDS[standard] == "c++"]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        problems = [p for p in pool.map(lambda job: compile_text(*job), jobs) if p]
    print("\n".join(problems))
    print(f"{compiler}: {len(headers)} headers in {len(STANDARDS)} standards, {len(problems)} problems")
    return 1 if problems or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
