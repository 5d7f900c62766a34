"""The report of a comparison in a real browser, from disk and without a network.

Needs Chromium and playwright in the interpreter that SYRINX_TEST_PYTHON names; skipped by name without them.
"""
import html.parser
import json
import os
import shutil
import subprocess
import sys

import support

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PYTHON = os.environ.get("SYRINX_TEST_PYTHON") or sys.executable

# Opens a page and says what it saw, as JSON: requests, errors, pictures, anchors, the filter at work.
LOOK = """
import json, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=sys.argv[2], args=["--no-sandbox", "--mute-audio"])
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    requests, errors = [], []
    page.on("request", lambda r: requests.append(r.url))
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("console", lambda m: errors.append(m.text) if m.type in ("error", "warning") else None)
    page.goto("file://" + sys.argv[1])
    page.evaluate("document.querySelectorAll('img').forEach(i => { i.loading = 'eager'; })")
    page.wait_for_function("Array.from(document.images).every(i => i.complete)")
    seen = page.evaluate('''() => ({
        broken: Array.from(document.images).filter(i => i.naturalWidth === 0).map(i => i.src),
        pictures: document.images.length,
        withoutText: Array.from(document.images).filter(i => !i.alt).length,
        anchors: Array.from(document.querySelectorAll('nav a')).map(a => [a.hash, !!document.querySelector(a.hash)]),
        players: document.querySelectorAll('audio').length,
        volumes: Array.from(document.querySelectorAll('audio')).map(a => a.volume),
        tables: Array.from(document.querySelectorAll('table')).every(t => t.caption && t.querySelector('thead th[scope=col]')),
        articles: document.querySelectorAll('article').length })''')
    page.select_option("#filter", "failed")
    seen["failed"] = page.evaluate("Array.from(document.querySelectorAll('article')).filter(a => !a.hidden).length")
    page.uncheck("#level")
    seen["raw"] = page.evaluate("Array.from(document.querySelectorAll('audio')).map(a => a.volume)")
    page.select_option("#filter", "all")
    page.set_viewport_size({"width": 320, "height": 700})
    seen["wide"] = page.evaluate("document.documentElement.scrollWidth")
    print(json.dumps({**seen, "requests": requests, "errors": errors}))
    browser.close()
"""

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Nesting(html.parser.HTMLParser):
    """Every element ends where it should, and no id is there twice."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.problems = [], set(), []

    def handle_starttag(self, tag, attributes):
        self.handle_startendtag(tag, attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        for name, value in attributes:
            if name == "id" and value in self.ids:
                self.problems.append(f"id {value} twice")
            if name == "id":
                self.ids.add(value)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> in {self.open[-3:]} at {self.getpos()}")
        else:
            self.open.pop()


class Reports(support.FolderTest):
    def setUp(self):
        super().setUp()
        self.write("config.yaml", """pipeline: 1
name: report
stages:
  normalizer: { plugin: toy/lowercase }
  trouble: { plugin: toy/trouble, options: { word: second } }
  tokenizer: { plugin: toy/tokenizer }
  generator: { plugin: toy/generator, uses: { sampler: sampler } }
  sampler: { plugin: basic/sampler }
  vocoder: { plugin: toy/beep }
flow: [normalizer, trouble, tokenizer, generator, vocoder]
""")
        self.write("texts.txt", 'Hello world\nA <b>second</b> & "third" text\nAnd a third one\n')
        run = support.run("ab", "run", self.path("config.yaml"), "--arm", "B:stages.vocoder.options.low=220", "--arm", "C:stages.trouble.options.at=finish", "--texts", self.path("texts.txt"),
                          "--out", self.path("out"), "--repeats", "1", "--boots", "200", "--quiet", "--cache", self.path("cache"), "--judge", "toy/ear", "--allow-failures", "9",
                          "--fail-if", "items.failed_b > 5 && lufs.delta < 3")
        self.assertEqual(run.returncode, 0, run.stderr)

    def look(self):
        run = subprocess.run([PYTHON, "-c", LOOK, self.path("out", "index.html"), CHROMIUM], capture_output=True, text=True, timeout=120)
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(run.stdout)

    def nesting(self):
        checker = Nesting()
        with open(self.path("out", "index.html"), encoding="utf-8") as file:
            checker.feed(file.read())
        self.assertEqual((checker.problems, checker.open), ([], []))

    def check(self, seen, embedded):
        self.assertEqual((seen["errors"], seen["broken"], seen["withoutText"]), ([], [], 0))
        self.assertTrue(all(there for _, there in seen["anchors"]), seen["anchors"])
        self.assertEqual(len(seen["anchors"]), 10)
        self.assertEqual((seen["articles"], seen["players"], seen["failed"]), (3, 8, 1))
        self.assertGreater(seen["pictures"], 16)
        self.assertTrue(seen["tables"])
        self.assertLess(min(seen["volumes"]), 1)
        self.assertEqual(set(seen["raw"]), {1})
        self.assertLessEqual(seen["wide"], 320)
        own = "file://" + self.path("out")
        self.assertEqual([r for r in seen["requests"] if not r.startswith((own, "data:"))], [])
        if embedded:
            self.assertEqual([r for r in seen["requests"] if r.startswith("file:")], [own + "/index.html"])

    def test_as_a_folder_and_as_one_file(self):
        self.nesting()
        self.check(self.look(), False)
        for name in ("audio", "pictures"):
            self.assertTrue(os.listdir(self.path("out", name)))
        self.assertEqual(support.run("ab", "report", self.path("out"), "--embed", "--quiet").returncode, 0)
        for name in ("audio", "pictures"):
            shutil.rmtree(self.path("out", name))
        self.nesting()
        self.check(self.look(), True)


if __name__ == "__main__":
    probe = subprocess.run([PYTHON, "-c", "import playwright"], capture_output=True) if shutil.which(PYTHON) else None
    if not CHROMIUM or not probe or probe.returncode != 0:
        print("skipped: no Chromium, or no playwright in " + PYTHON)
        sys.exit(support.SKIPPED)
    support.unittest.main()
