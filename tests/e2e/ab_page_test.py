"""Listening pages in a real browser: every mode, driven by the keyboard alone, and sabotaged pages that must be refused.

Needs Chromium; the drive needs the checker in the shared folder and, for it, playwright, numpy and scipy in the interpreter
that SYRINX_TEST_PYTHON names. What is missing is said, and the rest runs.
"""
import concurrent.futures
import json
import math
import os
import shutil
import subprocess
import struct
import sys
import unittest
import wave

import support

SHARED = os.environ.get("SYRINX_SHARED_DIR", os.path.join(support.SOURCE, "..", "shared"))
SESSIONS = os.path.join(SHARED, "goldens", "ab", "sessions")
CHECKER = os.path.join(SHARED, "tools", "ab_page_check.py")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PYTHON = os.environ.get("SYRINX_TEST_PYTHON") or sys.executable


def can_drive():
    if not os.path.exists(CHECKER) or not shutil.which(PYTHON):
        return False
    return subprocess.run([PYTHON, "-c", "import playwright, numpy, scipy"], capture_output=True).returncode == 0


def session(mode):
    """A given session; CMOS and MOS are made from the others."""
    with open(os.path.join(SESSIONS, {"cmos": "preference", "mos": "abx"}.get(mode, mode) + ".json"), encoding="utf-8") as file:
        s = json.load(file)
    s["mode"] = mode
    if mode == "cmos":
        s["lang"] = "zh"
    if mode == "mos":
        s["trials"] = s["trials"][:1]
        s["trials"][0]["stimuli"] = s["trials"][0]["stimuli"][:1]
    return s


class Pages(support.FolderTest):
    def page(self, mode, change=lambda text: text, name="page.html"):
        self.write("session.json", json.dumps(session(mode)))
        made = support.run("ab", "page", "--session", self.path("session.json"), "-o", self.path(name))
        self.assertEqual(made.returncode, 0, made.stderr)
        with open(self.path(name), encoding="utf-8") as file:
            text = file.read()
        changed = change(text)
        self.write(name, changed)
        return text != changed

    def check(self, names):
        """Exit code and output of the checker for each page; a check is mostly waiting for sounds to end, so several go at once."""

        def one(name):
            run = subprocess.run([PYTHON, CHECKER, self.path(name), "--chromium", CHROMIUM], capture_output=True, text=True, timeout=600)
            return run.returncode, run.stdout + run.stderr

        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            return list(pool.map(one, names))

    def test_opens_without_an_error(self):
        for mode in ("preference", "mushra", "cmos"):
            self.page(mode)
            # Without a rater's keys the script has run when the heading is filled in.
            run = subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--mute-audio", "--disable-gpu", "--user-data-dir=" + self.path("profile"), "--enable-logging=stderr",
                                  "--dump-dom", "file://" + self.path("page.html")], capture_output=True, text=True, timeout=120)
            self.assertIn('data-state="intro"', run.stdout, mode)
            self.assertNotIn('<h1 id="heading"></h1>', run.stdout, mode)
            self.assertNotIn("Uncaught", run.stderr, mode)
            self.assertNotIn("Refused to", run.stderr, mode)

    @unittest.skipUnless(can_drive(), "playwright, numpy, scipy or the checker is missing")
    def test_every_mode_from_the_keyboard(self):
        modes = ("preference", "abx", "mushra", "cmos", "mos")
        for mode in modes:
            self.page(mode, name=mode + ".html")
        for mode, (code, said) in zip(modes, self.check([mode + ".html" for mode in modes])):
            self.assertEqual(code, 0, f"{mode}: {said}")

    @unittest.skipUnless(can_drive(), "playwright, numpy, scipy or the checker is missing")
    def test_sabotaged_pages_are_refused(self):
        sabotages = {
            "trial and sides": lambda t: t.replace("return bounded(s, 0, 2) ?", "return !bounded(s, 0, 2) ?"),
            "locked before listening": lambda t: t.replace("disabled: true, dataset: { testid }", "disabled: false, dataset: { testid }"),
            "is played at": lambda t: t.replace("gain: Math.pow(10, stimulus.gain_db / 20)", "gain: 1"),
            "no request but for the file": lambda t: t.replace("media-src data: blob:", "media-src data: blob:; img-src *").replace("<header>", '<header><img alt="" src="http://127.0.0.1:9/x.png">'),
            "progress is kept": lambda t: t.replace("localStorage.setItem(storeKey(), JSON.stringify(state))", "0"),
        }
        for n, (sign, sabotage) in enumerate(sabotages.items()):
            self.assertTrue(self.page("abx", sabotage, f"{n}.html"), f"the page has nothing to sabotage: {sign}")
        for sign, (code, said) in zip(sabotages, self.check([f"{n}.html" for n in range(len(sabotages))])):
            self.assertNotEqual(code, 0, sign)
            self.assertIn(sign, said)


class Results(support.FolderTest):
    """Pages of a folder that has result.json (ab-result/1) and its sounds."""

    def setUp(self):
        super().setUp()
        items = []
        for n in range(4):
            item = {"id": f"u{n}", "text": f"Text {n}.", "status": {}, "outputs": {}, "metrics": {}, "pair": {"B": {"mcd_db": [2.0, 5.0, None, 3.0][n]}}, "divergence": {}}
            for arm, pitch in (("A", 200), ("B", 300)):
                name = f"audio/{arm}/u{n}.wav"
                os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
                with wave.open(self.path(name), "wb") as file:
                    file.setnchannels(1)
                    file.setsampwidth(2)
                    file.setframerate(24000)
                    file.writeframes(b"".join(struct.pack("<h", int(8000 * math.sin(i * pitch / 3800))) for i in range(12000)))
                item["outputs"][arm] = {"audio": name}
            items.append(item)
        del items[2]["outputs"]["B"]  # a text that failed in B is no trial
        self.write("result.json", json.dumps({"schema": "ab-result/1", "seed": "7", "arms": [{"name": "A", "role": "baseline"}, {"name": "B", "role": "candidate"}],
                                              "texts": {"count": 4, "digest": "sha256:" + 64 * "0"}, "items": items}))

    def page(self, *args, code=0):
        run = support.run("ab", "page", self.folder, "-o", self.path("page.html"), *args)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        if code:
            return run.stderr
        with open(self.path("page.html"), encoding="utf-8") as file:
            text = file.read()
        start = text.index('id="ab-session">') + len('id="ab-session">')
        return json.loads(text[start:text.index("</script>", start)])

    def test_every_mode_and_the_key(self):
        s = self.page("--catch", "1", "--repeat", "1")
        self.assertEqual([t["kind"] for t in s["trials"]], ["test"] * 3 + ["catch", "repeat"])
        self.assertEqual([t["item"] for t in s["trials"]][:3], ["u1", "u3", "u0"])  # those that differ most first
        for mode, trials in (("abx", 3), ("cmos", 3), ("mos", 6)):
            self.assertEqual(len(self.page("--mode", mode)["trials"]), trials)
        self.assertEqual(len(self.page("--items", "2")["trials"]), 2)
        self.assertNotIn("sealed", self.page("--no-key"))
        with open(self.path("key.json"), encoding="utf-8") as file:
            keys = json.load(file)["sessions"]
        self.assertEqual(sorted(k["mode"] for k in keys.values()), ["abx", "cmos", "mos", "preference"])
        self.assertEqual({k["baseline"] for k in keys.values()}, {"A"})
        self.assertIn("--mode preference", self.page("--mode", "mushra", code=1))
        self.assertIn("20x", self.page("--items", "20x", code=1))

    def test_ratings_are_read_with_the_folders_key(self):
        s = self.page("--no-key")
        with open(self.path("key.json"), encoding="utf-8") as file:
            arms = json.load(file)["sessions"][s["session"]]["arms"]
        answers = [{"trial": t["id"], "item": t["item"], "kind": t["kind"], "presented": t["stimuli"], "choice": [x for x in t["stimuli"] if arms[x] == "B"][0],
                    "choice_position": 1, "time_s": 9, "plays": {}} for t in s["trials"]]
        self.write("r.json", json.dumps({"schema": "ab-ratings/1", "session": s["session"], "rater": "ann", "mode": "preference", "answers": answers, "complete": True}))
        run = support.run("ab", "rate", self.folder, self.path("r.json"), "--boots", "200")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("preferred B 3 of 3", run.stdout)
        self.assertTrue(os.path.exists(self.path(f"listening-{s['session']}.json")))


class Rates(support.FolderTest):
    def test_what_a_page_exported_is_rated(self):
        s = session("preference")
        self.write("session.json", json.dumps(s))
        answers = [{"trial": t["id"], "item": t["item"], "kind": t["kind"], "presented": t["stimuli"], "choice": t["stimuli"][0], "choice_position": 1, "time_s": 9,
                    "plays": {}} for t in s["trials"]]
        self.write("r.json", json.dumps({"schema": "ab-ratings/1", "session": s["session"], "rater": "ann", "mode": "preference", "started": "", "order": [], "answers": answers, "complete": True}))
        run = support.run("ab", "rate", self.path("session.json"), self.path("r.json"), "--json", "--boots", "200")
        self.assertEqual(run.returncode, 0, run.stderr)
        result = json.loads(run.stdout)
        self.assertEqual(result["all"]["n"], 4)  # three tests and a repeat; the catch trial is no vote
        self.assertEqual(result["used"], [self.path("r.json")])
        self.write("other.json", json.dumps({"schema": "ab-ratings/1", "session": "another", "rater": "bob", "mode": "preference", "answers": [], "complete": True}))
        run = support.run("ab", "rate", self.path("session.json"), self.path("other.json"))
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("E0506", run.stderr)

    def test_a_session_that_does_not_fit_is_refused(self):
        self.write("session.json", json.dumps(session("preference")))
        run = support.run("ab", "page", "--session", self.path("session.json"), "--mode", "mushra", "-o", self.path("p.html"))
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("--mode preference", run.stderr)
        self.assertFalse(os.path.exists(self.path("p.html")))


if __name__ == "__main__":
    if not os.path.isdir(SESSIONS):
        print(f"skipped: no sessions in {SESSIONS}")
        sys.exit(support.SKIPPED)
    if not CHROMIUM:
        del Pages
        print("skipped in part: no Chromium")
    unittest.main()
