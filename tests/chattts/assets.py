"""Random weights in the published layout, made once for each build folder, and calls of the program on them.

Exit code 77 means "skipped" to CTest; the reason is printed.
"""
import fcntl
import os
import shutil
import subprocess
import sys

BUILD = os.environ["SYRINX_BUILD_DIR"]
SHARED = os.environ["SYRINX_SHARED_DIR"]
PYTHON = os.environ["SYRINX_TEST_PYTHON"]
GOLDENS = os.path.join(BUILD, "bin", "syrinx-goldens")
SKIPPED = 77


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def assets(size):
    """The folder of a model of this size ("tiny", "official"); made if it is not there."""
    maker = os.path.join(SHARED, "tools", "make_assets.py")
    if not os.path.exists(maker):
        skip(f"{maker} is not there (SYRINX_SHARED_DIR)")
    if subprocess.run([PYTHON, "-c", "import numpy, safetensors"], capture_output=True, check=False).returncode if os.path.exists(PYTHON) else True:
        skip(f"{PYTHON} has no numpy and safetensors (./test makes one that has)")
    home = os.path.join(BUILD, "test-assets")
    os.makedirs(home, exist_ok=True)
    folder = os.path.join(home, size)
    with open(os.path.join(home, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(folder):
            shutil.rmtree(folder + ".part", ignore_errors=True)
            subprocess.run([PYTHON, maker, "--size", size, "--out", folder + ".part"], check=True, stdout=subprocess.DEVNULL)
            os.rename(folder + ".part", folder)
    return folder
