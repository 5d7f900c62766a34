"""What `syrinx check` says of bad configurations, manifests and plugins, compared with files, to the column.

golden_test.py AREA...   runs the cases of these areas (folders here), each a sub-result of its own.

The programs of a case see an installation of their own: the plugins toy and basic, and the pipelines in _installed.

A case is AREA/NAME.yaml with AREA/NAME.txt beside it: standard error of `syrinx check NAME.yaml`, then "exit N". What stands
behind "# arguments:" in the first line is added to the command. NAME.part.yaml is a part that others include. In `manifest`
NAME.yaml is the manifest of a plugin that a pipeline uses. The cases of `library` and `made` are prepared by cases.py: broken
libraries, and texts too large for the repository.

Folders that differ between machines are written as INSTALLED/, HOME/, TMP/, BUILD/ and SOURCE/. SYRINX_UPDATE_GOLDEN=1 rewrites the .txt files.
"""
import contextlib
import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import cases

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.abspath(os.path.join(HERE, "..", ".."))
BUILD = os.path.abspath(os.environ.get("SYRINX_BUILD_DIR", os.path.join(SOURCE, "build", "release")))
SYRINX = os.path.join(BUILD, "bin", "syrinx")
UPDATE = os.environ.get("SYRINX_UPDATE_GOLDEN") == "1"
SKIPPED = 77
NEEDED = ("toy", "basic")


def plugins_for(folder):
    """A folder with the plugins that the cases name, so that messages that list what is installed are the same anywhere."""
    installed = os.path.join(BUILD, "lib", "syrinx", "plugins")
    os.mkdir(folder)
    for name in NEEDED:
        os.symlink(os.path.join(installed, name), os.path.join(folder, name))


@contextlib.contextmanager
def installation():
    """An installation of its own: the program, and no plugins but those needed. Yields its folder and one for the case."""
    with tempfile.TemporaryDirectory(prefix="syrinx-golden-") as tmp:
        root = os.path.join(tmp, "installation")
        os.makedirs(os.path.join(root, "bin"))
        os.makedirs(os.path.join(root, "lib", "syrinx"))
        os.makedirs(os.path.join(root, "share", "syrinx"))
        shutil.copy2(SYRINX, os.path.join(root, "bin", "syrinx"))  # a link would lead back to the build
        plugins_for(os.path.join(root, "lib", "syrinx", "plugins"))
        os.symlink(os.path.join(BUILD, "libexec"), os.path.join(root, "libexec"))
        os.symlink(os.path.join(HERE, "_installed"), os.path.join(root, "share", "syrinx", "configs"))
        case = os.path.join(tmp, "case")
        os.mkdir(case)
        yield root, case


def check(root, folder, arguments, cwd):
    """Output and exit code of the program as a golden text."""
    home = os.path.join(os.path.dirname(root), "home")
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": home, "XDG_DATA_HOME": os.path.join(home, "data"),
                   "XDG_STATE_HOME": os.path.join(home, "state"), "LC_ALL": "C.UTF-8"}
    for name in ("ASAN_OPTIONS", "TSAN_OPTIONS"):  # a sanitizer would make an exit code of the crash that a case is about
        environment[name] = ":".join(filter(None, [os.environ.get(name), "handle_segv=0"]))
    done = subprocess.run([os.path.join(root, "bin", "syrinx"), "check", *arguments], cwd=cwd, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    text = done.stderr.decode("utf-8", "replace")
    if done.stdout:
        text += "standard output:\n" + done.stdout.decode("utf-8", "replace")
    for path, name in ((os.path.join(HERE, "_installed"), "INSTALLED/share/syrinx/configs"), (root, "INSTALLED"), (folder, "TMP"), (home, "HOME"), (os.path.dirname(root), "TMP"), (BUILD, "BUILD"),
                       (SOURCE, "SOURCE")):
        text = text.replace(os.path.realpath(path), name).replace(path, name)
    text = re.sub(r"truncated: [0-9]+ of at least [0-9]+ bytes", "truncated: N of at least M bytes", text)
    text = re.sub(r"this system has [0-9.]+", "this system has VERSION", text)
    return text + f"exit {done.returncode}\n"


def case_of_file(area, name):
    def run(root, folder):
        file = os.path.join(HERE, area, name + ".yaml")
        with open(file, "rb") as text:
            first = text.readline().decode("utf-8", "replace")
        arguments = shlex.split(first.split("# arguments:", 1)[1]) if first.startswith("# arguments:") else []
        if area == "manifest":
            return check(root, folder, cases.with_manifest(file, folder, BUILD), folder)
        return check(root, folder, [name + ".yaml", *arguments], os.path.join(HERE, area))
    return run


def case_of_function(function):
    return lambda root, folder: check(root, folder, function(folder, BUILD, SOURCE), folder)


def cases_of(area):
    made = {"library": cases.LIBRARIES, "made": cases.MADE}.get(area)
    if made is not None:
        return {name: case_of_function(function) for name, function in made.items()}
    files = sorted(os.listdir(os.path.join(HERE, area)))
    return {f[:-5]: case_of_file(area, f[:-5]) for f in files if f.endswith(".yaml") and not f.endswith(".part.yaml")}


def compare(golden, found):
    """Nothing, or what differs."""
    if UPDATE:
        with open(golden, "w", encoding="utf-8") as file:
            file.write(found)
        return ""
    if not os.path.exists(golden):
        return f"{os.path.basename(golden)} is missing (./test --update-golden makes it); the program says:\n{found}"
    with open(golden, encoding="utf-8") as file:
        expected = file.read()
    return "".join(difflib.unified_diff(expected.splitlines(True), found.splitlines(True), golden, "now"))


def run_area(area):
    all_cases = cases_of(area)
    failed = 0
    for name, run in all_cases.items():
        try:
            with installation() as (root, folder):
                difference = compare(os.path.join(HERE, area, name + ".txt"), run(root, folder))
        except subprocess.TimeoutExpired:
            difference = "it did not end within a minute\n"
        failed += bool(difference)
        print(f"{'FAILED' if difference else 'ok    '} {area}/{name}\n{difference}", end="", flush=True)
    # A text without its case tests nothing and misleads who reads it.
    for file in sorted(os.listdir(os.path.join(HERE, area))):
        if file.endswith(".txt") and file[:-4] not in all_cases:
            failed += 1
            print(f"FAILED {area}/{file}: there is no such case")
    print(f"{len(all_cases)} cases of {area}, {failed} failed")
    return failed


if __name__ == "__main__":
    if not os.path.exists(os.path.join(BUILD, "libexec", "syrinx", "syrinx-probe")):
        print("skipped: syrinx-probe is not built")
        sys.exit(SKIPPED)
    for plugin in NEEDED:
        if not os.path.exists(os.path.join(BUILD, "lib", "syrinx", "plugins", plugin, plugin + ".yaml")):
            print(f"skipped: the plugin {plugin} is not built")
            sys.exit(SKIPPED)
    sys.exit(1 if sum(run_area(area) for area in sys.argv[1:]) else 0)
