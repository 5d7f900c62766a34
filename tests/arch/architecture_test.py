"""Who may include and link whom, read from #include and target_link_libraries lines.

- core/ knows no plugin and no model library;
- a plugin uses the SDK and nothing of core/;
- the public headers of the border are C, and need nothing but the C standard library and each other.

usage: architecture_test.py [ROOT]. Prints every line that breaks a rule.
"""
import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What the host may link, besides its own targets.
CORE_LINKS = re.compile(r"(Boost|fmt|nlohmann_json|Threads)::[\w-]+|yaml-cpp|PkgConfig::(UTF8PROC|SAMPLERATE)|\$\{CMAKE_DL_LIBS\}|Syrinx::(interfaces|core)|syrinx[\w-]*")
# The first word of an #include of a library that only plugins use.
MODEL_LIBRARIES = {"torch", "ATen", "c10", "caffe2", "cuda.h", "cuda_runtime.h", "cuda_runtime_api.h", "cublas_v2.h", "cudnn.h", "onnxruntime",
                   "onnxruntime_c_api.h", "onnxruntime_cxx_api.h", "onnx", "sentencepiece_processor.h", "sentencepiece_trainer.h", "sndfile.h",
                   "sndfile.hh", "fst", "thrax", "kissfft.hh", "kiss_fft.h", "kiss_fftr.h", "kissfft", "fftw3.h", "Eigen", "dnnl.h", "openblas",
                   "cblas.h", "hf_tokenizers.h", "tokenizers_cpp.h", "samplerate.h"}
# What measures sound needs an FFT, the header-only one, and one converter of rates: in that folder only.
MEASURING = {("ab", "kissfft.hh"), ("ab", "samplerate.h")}
C_HEADERS = {"assert.h", "complex.h", "ctype.h", "errno.h", "fenv.h", "float.h", "inttypes.h", "iso646.h", "limits.h", "locale.h", "math.h",
             "setjmp.h", "signal.h", "stdalign.h", "stdarg.h", "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h",
             "stdnoreturn.h", "string.h", "tgmath.h", "threads.h", "time.h", "uchar.h", "wchar.h", "wctype.h"}
CPP_WORDS = re.compile(r"\b(class|namespace|template|typename|virtual|private|public|protected|operator|constexpr|nullptr|using|new|delete"
                       r"|try|catch|throw|noexcept|static_cast|reinterpret_cast|const_cast|dynamic_cast|decltype|friend|mutable)\b|\bstd::")
SOURCES = (".h", ".hpp", ".cc", ".cpp", ".c", ".cu", ".cuh", ".inc")


def files(folder, *suffixes):
    return sorted(p for p in folder.rglob("*") if p.suffix in suffixes and p.is_file()) if folder.is_dir() else []


def build_files(folder):
    return sorted([*folder.rglob("CMakeLists.txt"), *folder.rglob("*.cmake")]) if folder.is_dir() else []


def includes(path):
    """(line number, what is included)"""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        match = re.match(r"\s*#\s*include\s*([<\"])([^>\"]+)[>\"]", line)
        if match:
            yield number, match[2]


def without_cmake_comments(path):
    return re.sub(r"#[^\n]*", "", path.read_text(encoding="utf-8"))


def links(path):
    """Every library that a build file links, by target_link_libraries, link_libraries or syrinx_add_plugin(... LINK ...)."""
    text = without_cmake_comments(path)
    for call in re.finditer(r"\b(?:target_link_libraries|link_libraries)\s*\(([^)]*)\)", text):
        for word in call[1].split()[1:]:
            if word not in ("PUBLIC", "PRIVATE", "INTERFACE"):
                yield word
    for call in re.finditer(r"\bsyrinx_add_plugin\s*\(([^)]*)\)", text):
        section = ""
        for word in call[1].split()[1:]:
            if word in ("SOURCES", "LINK", "RPATH", "OUTPUT", "COMPONENT", "NO_CHECK"):
                section = word
            elif section == "LINK":
                yield word


def targets(folder):
    """The targets that a folder's build files define, without those of the SDK."""
    found = set()
    for path in build_files(folder):
        found.update(re.findall(r"\b(?:add_library|add_executable|syrinx_add_plugin)\s*\(\s*([\w:.-]+)", without_cmake_comments(path)))
    return found


def core_problems(root):
    plugins = {p.name for p in (root / "plugins").iterdir() if p.is_dir()} if (root / "plugins").is_dir() else set()
    plugin_targets = targets(root / "plugins") | plugins
    for path in files(root / "core", *SOURCES):
        for number, name in includes(path):
            parts = name.split("/")
            if "plugins" in parts or (parts[0] in plugins and len(parts) > 1):
                yield f"{path}:{number}: core includes a plugin: {name}"
            if parts[0] in MODEL_LIBRARIES and (path.parent.relative_to(root / "core").as_posix(), name) not in MEASURING:
                yield f"{path}:{number}: core includes a model library: {name}"
    for path in build_files(root / "core"):
        for library in links(path):
            if library in plugin_targets:
                yield f"{path}: core links a plugin: {library}"
            elif not CORE_LINKS.fullmatch(library):
                yield f"{path}: core links {library}, which is not among what a host may link"


def plugin_problems(root):
    core = targets(root / "core")
    core_folder = (root / "core").resolve()
    for path in files(root / "plugins", *SOURCES):
        for number, name in includes(path):
            if name.startswith("core/") or core_folder in (path.parent / name).resolve().parents:
                yield f"{path}:{number}: a plugin includes core: {name}"
            if name == "syrinx.h":
                yield f"{path}:{number}: a plugin includes the host's library: {name}"
    for path in build_files(root / "plugins"):
        for library in links(path):
            if library in core or library == "Syrinx::core":
                yield f"{path}: a plugin links core: {library}"
        if re.search(r"(target_)?include_directories[^)]*\bcore\b", without_cmake_comments(path)):
            yield f"{path}: a plugin looks for headers in core"


def c_only(text):
    """The text without comments, strings and what stands between #ifdef __cplusplus and its #else or #endif; lines are kept."""
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), text, flags=re.S)
    text = re.sub(r"//[^\n]*|\"(\\.|[^\"\\\n])*\"", "", text)
    out, stack = [], []
    for line in text.split("\n"):
        directive = re.match(r"\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b(.*)", line)
        if directive:
            word, rest = directive[1], directive[2]
            if word in ("if", "ifdef", "ifndef"):
                stack.append("cpp" if "__cplusplus" in rest and word != "ifndef" else "c")
            elif word in ("elif", "else") and stack:
                stack[-1] = "c"
            elif word == "endif" and stack:
                stack.pop()
            line = ""
        out.append("" if "cpp" in stack else line)
    return out


def interface_problems(root):
    include = root / "interfaces" / "include"
    for path in sorted(p for p in include.rglob("*") if p.is_file()):
        if path.suffix != ".h":
            yield f"{path}: a public header ends in .h"
            continue
        for number, name in includes(path):
            if name not in C_HEADERS and not (name.startswith("syrinx/") and (include / name).is_file()):
                yield f"{path}:{number}: the border includes {name}, which is neither C's nor its own"
        for number, line in enumerate(c_only(path.read_text(encoding="utf-8")), 1):
            word = CPP_WORDS.search(line)
            if word:
                yield f"{path}:{number}: a public header is C, not C++: {word[0]}"
    for path in build_files(root / "interfaces"):
        for library in links(path):
            yield f"{path}: the border links {library}"


def problems(root):
    return [str(p).replace(str(root) + "/", "") for rule in (core_problems, plugin_problems, interface_problems) for p in rule(root)]


# One breach of each kind; every one must be seen, and nothing else.
PLANTED = {
    "core/run/a.cc": ('#include "plugins/toy/beep.h"', "core includes a plugin"),
    "core/run/b.cc": ('#include "toy/beep.h"', "core includes a plugin"),
    "core/run/c.cc": ("#  include <torch/script.h>", "core includes a model library"),
    "core/run/d.cc": ("#include <sndfile.h>", "core includes a model library"),
    "core/run/f.cc": ("#include <kissfft.hh>", "core includes a model library"),
    "core/ab/a.cc": ("#include <kiss_fftr.h>", "core includes a model library"),
    "core/run/CMakeLists.txt": ("target_link_libraries(syrinx_core PRIVATE toy_parts)", "core links a plugin"),
    "core/plugin/CMakeLists.txt": ("target_link_libraries(syrinx_core PUBLIC fmt::fmt\n  PkgConfig::SNDFILE)", "core links PkgConfig::SNDFILE"),
    "plugins/toy/a.cc": ('#include "core/run/engine.h"', "a plugin includes core"),
    "plugins/toy/b.cc": ('#include "../../core/run/engine.h"', "a plugin includes core"),
    "plugins/toy/CMakeLists.txt": ("add_library(toy_parts a.cc)\nsyrinx_add_plugin(toy SOURCES a.cc LINK syrinx_core)", "a plugin links core"),
    "interfaces/include/syrinx/a.h": ("#include <vector>", "neither C's nor its own"),
    "interfaces/include/syrinx/b.h": ("#ifdef __cplusplus\nnamespace x {}\n#endif\ntemplate <class T> struct X;", "is C, not C++"),
    "interfaces/include/syrinx/c.hpp": ("", "ends in .h"),
    "interfaces/include/syrinx/d.h": ('#include "core/report/error.h"', "neither C's nor its own"),
    "interfaces/CMakeLists.txt": ("target_link_libraries(syrinx_interfaces INTERFACE fmt::fmt)", "the border links"),
}
INNOCENT = {
    "core/CMakeLists.txt": "add_library(syrinx_core a.cc)\ntarget_link_libraries(syrinx_core PRIVATE yaml-cpp) # torch",
    "core/ab/b.cc": "#include <kissfft.hh>",
    "core/run/e.cc": '#include "core/run/engine.h"\n#include <vector>\n// #include <torch/torch.h>',
    "plugins/toy/c.cc": '#include <sndfile.h>\n#include "beep.h"',
    "interfaces/include/syrinx/e.h": '/* a class of stages */\n#include <stdint.h>\n#include "syrinx/a.h"\n#ifdef __cplusplus\nextern "C" {\n#endif\n',
}


def check_the_check():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        for name, text in {**{n: t for n, (t, _) in PLANTED.items()}, **INNOCENT}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        found = problems(root)
        missed = [f"{name}: {said}" for name, (_, said) in PLANTED.items() if not any(p.startswith(name) and said in p for p in found)]
        wrong = [p for p in found if not any(p.startswith(name) for name in PLANTED)]
        return [f"a planted breach was not seen: {m}" for m in missed] + [f"seen without reason: {w}" for w in wrong]


def main():
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    found = check_the_check() + problems(root)
    print("\n".join(found))
    print(f"{len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
