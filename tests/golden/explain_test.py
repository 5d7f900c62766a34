"""Every error code of the program has a page in docs/errors, every page has a code, and `syrinx explain` prints them."""
import os
import re
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.abspath(os.path.join(HERE, "..", ".."))
SYRINX = os.path.join(os.environ.get("SYRINX_BUILD_DIR", os.path.join(SOURCE, "build", "release")), "bin", "syrinx")
PAGES = os.path.join(SOURCE, "docs", "errors")


def codes_in_sources():
    found = set()
    for folder, _, files in os.walk(os.path.join(SOURCE, "core")):
        for name in files:
            if name.endswith((".cc", ".h")):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    found |= set(re.findall(r"(?:\"|error\[)(E0[1-7][0-9]{2})[\"\]]", file.read()))
    return found


def pages():
    return {name[:-3] for name in os.listdir(PAGES) if name.endswith(".md")} if os.path.isdir(PAGES) else set()


def explain(*words):
    return subprocess.run([SYRINX, "explain", *words], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


class Pages(unittest.TestCase):
    def test_every_code_has_a_page(self):
        self.assertEqual(sorted(codes_in_sources() - pages()), [])

    def test_every_page_has_a_code(self):
        self.assertEqual(sorted(pages() - codes_in_sources()), [])

    def test_pages_have_their_parts(self):
        for code in sorted(pages()):
            with self.subTest(code), open(os.path.join(PAGES, code + ".md"), encoding="utf-8") as file:
                text = file.read()
                self.assertTrue(text.startswith(f"# {code}: "), text[:40])
                for part in ("## Usual causes", "## Example", "## What to do"):
                    self.assertIn(part, text)
                self.assertIn(f"error[{code}]", text)
                self.assertLessEqual(len(text.splitlines()), 40)


class Explain(unittest.TestCase):
    def test_prints_each_page(self):
        for code in sorted(pages()):
            with self.subTest(code), open(os.path.join(PAGES, code + ".md"), encoding="utf-8") as file:
                done = explain(code)
                self.assertEqual((done.returncode, done.stdout), (0, file.read()), done.stderr)

    def test_small_letters_and_brackets(self):
        self.assertEqual(explain("e0301").stdout, explain("E0301").stdout)
        self.assertEqual(explain("[E0301]").stdout, explain("E0301").stdout)

    def test_unknown_code(self):
        done = explain("E0199")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn('no error code "E0199"', done.stderr)
        self.assertIn("did you mean", done.stderr)

    def test_not_a_code(self):
        for word in ("nonsense", "../licences", "E0101/../E0102", ""):
            with self.subTest(word):
                done = explain(word)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn("no error code", done.stderr)

    def test_nothing(self):
        self.assertEqual(explain().returncode, 2)


if __name__ == "__main__":
    if not os.path.exists(SYRINX):
        print("skipped: syrinx is not built")
        sys.exit(77)
    unittest.main(verbosity=2)
