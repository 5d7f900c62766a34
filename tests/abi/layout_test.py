"""No struct of the border moved since it was released.

Each file MAJOR.MINOR.layout here lists the structs of that minor: size, then per field offset, size, name and type; and the
values of the constants. Every struct that begins with struct_size may have grown at its end since; all else, the
constants among it, must be the same.

usage: layout_test.py           compares; exit code 77, with the name, where clang is missing
       layout_test.py --write   writes the file of the minor that abi.h names; after a release it is never written again
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
INCLUDE = HERE.parents[1] / "interfaces" / "include"
# Say which version this is, so they differ between releases.
VERSIONS = ("SYX_ABI_MAJOR", "SYX_ABI_MINOR", "SYX_ABI_OLDEST", "DLPACK_MAJOR_VERSION", "DLPACK_MINOR_VERSION")


def clang(source, *options):
    command = ["clang", "-std=c11", f"-I{INCLUDE}", *options, "-x", "c", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True, timeout=60).stdout


def all_headers():
    # Drafts may change; they come in when they leave ext/draft/.
    names = sorted(p.relative_to(INCLUDE).as_posix() for p in INCLUDE.rglob("*.h") if "draft" not in p.parts)
    return "".join(f'#include "{n}"\n' for n in names)


def records(source):
    """Name as C writes it -> [(field, type)], of the structs that the headers define."""
    tree = json.loads(clang(source, "-fsyntax-only", "-Xclang", "-ast-dump=json"))
    anonymous, found = {}, {}
    for node in tree["inner"]:
        if node["kind"] == "RecordDecl" and node.get("completeDefinition"):
            fields = [(f["name"], f["type"]["qualType"]) for f in node["inner"] if f["kind"] == "FieldDecl"]
            name = node.get("name")
            if name and name.startswith(("syx_", "DL")):
                found["struct " + name] = fields
            elif not name:
                anonymous[node["id"]] = fields
        elif node["kind"] == "TypedefDecl" and node["name"].startswith(("syx_", "DL")):
            owned = node["inner"][0].get("ownedTagDecl", {}).get("id")
            if owned in anonymous:
                found[node["name"]] = anonymous[owned]
    return found


def constants(source):
    found = {}
    for line in clang(source, "-E", "-dM").split("\n"):
        match = re.match(r"#define ((?:SYX|DLPACK)_\w+) (\S.*)", line)
        if match and not match[1].endswith(("_H_", "_EXPORT", "_DLL")) and match[1] not in VERSIONS:
            found[match[1]] = match[2]
    return found


def version(source):
    text = clang(source, "-E", "-dM")
    return ".".join(re.search(rf"#define {name} (\d+)", text)[1] for name in ("SYX_ABI_MAJOR", "SYX_ABI_MINOR"))


def measure(source):
    """The layout as text: sizes and offsets as the compiler has them, types as the header writes them."""
    structs = records(source)
    lines = []
    for name, fields in structs.items():
        lines.append(f'printf("{name.removeprefix("struct ")} %zu\\n", sizeof({name}));')
        for field, kind in fields:
            at = f"offsetof({name}, {field}), sizeof((({name}*)0)->{field})"
            lines.append(f'printf("  %zu %zu {field}: {kind}\\n", {at});')
    program = source + "#include <stdio.h>\nint main(void) {\n" + "\n".join(lines) + "\n}\n"
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "measure")
        clang(program, "-o", binary)
        text = subprocess.run([binary], capture_output=True, text=True, check=True, timeout=60).stdout
    return text + "".join(f"{name} = {value}\n" for name, value in sorted(constants(source).items()))


def parse(text):
    structs, values = {}, {}
    for line in text.split("\n"):
        if line.startswith("  "):
            structs[last][1].append(line.strip())
        elif " = " in line:
            values.update([line.split(" = ", 1)])
        elif line and not line.startswith("#"):
            last, size = line.split()
            structs[last] = (int(size), [])
    return structs, values


def compare(released, current):
    """What a released layout holds and the current one breaks."""
    (old, old_values), (new, new_values) = parse(released), parse(current)
    problems = []
    for name, (size, fields) in old.items():
        if name not in new:
            problems.append(f"{name} is gone")
            continue
        new_size, new_fields = new[name]
        grows = fields[0].split()[2] == "struct_size:"
        for i, field in enumerate(fields):
            if i >= len(new_fields) or new_fields[i] != field:
                problems.append(f"{name}: was {field!r}, is {new_fields[i] if i < len(new_fields) else 'gone'!r}")
        if new_size < size or (not grows and (new_size != size or len(new_fields) != len(fields))):
            problems.append(f"{name}: was {size} bytes, is {new_size}")
    for name, value in old_values.items():
        if new_values.get(name) != value:
            problems.append(f"{name}: was {value}, is {new_values.get(name, 'gone')}")
    return problems


def check_the_check(current):
    """The comparison sees what it is there to see; otherwise it would pass for ever."""
    def changed(pattern, replacement):
        text, count = re.subn(pattern, replacement, current, count=1)
        assert count == 1, pattern
        return bool(compare(current, text))

    assert not compare(current, current)
    assert changed(r"  8 8 size: uint64_t\n", "")  # a field gone
    assert changed(r"  0 8 data: const char \*", "  0 8 data: char *")  # retyped
    assert changed(r"syx_str 16", "syx_str 24")  # a frozen one grew
    assert changed(r"syx_flow_v1 \d+", "syx_flow_v2 64")  # renamed
    assert changed(r"SYX_E_ENDED = .*", "SYX_E_ENDED = 7")
    grown = current.replace("syx_slot 48\n", "syx_slot 56\n")
    assert grown != current and not compare(current, grown)  # growth is no breakage
    assert compare(grown, current)  # but shrinking is


def main():
    if not shutil.which("clang"):
        print("skipped: clang is not installed")
        return 77
    source = all_headers()
    current = measure(source)
    if sys.argv[1:] == ["--write"]:
        path = HERE / f"{version(source)}.layout"
        head = f"# The border's structs in minor {version(source)}: size; offset, size, name and type of each field. By layout_test.py --write.\n"
        path.write_text(head + current, encoding="utf-8")
        print(path)
        return 0
    check_the_check(current)
    files = sorted(HERE.glob("*.layout"))
    problems = [f"{f.stem}: {p}" for f in files for p in compare(f.read_text(encoding="utf-8"), current)]
    print("\n".join(problems))
    print(f"{len(files)} released layouts, {len(parse(current)[0])} structs, {len(problems)} problems")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
