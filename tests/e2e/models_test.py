"""syrinx models verify and pull, against a server of the test's own: resume, wrong digests, refusals, a full disk."""
import hashlib
import http.server
import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import unittest

from support import BUILD, SKIPPED, SYRINX, FolderTest, run

if not shutil.which("curl"):
    print("skipped: the program curl is missing")
    sys.exit(SKIPPED)


NO_PROXY = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}


class Server(http.server.ThreadingHTTPServer):
    """Serves `files`; `requests`: path and range of each. `break_after`: bytes after which a connection is cut, once."""

    def __init__(self, files, ranges=True):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.ranges, self.requests, self.break_after = files, ranges, [], None
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/m"


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        server, given = self.server, self.headers.get("Range")
        server.requests.append((self.path, given))
        body = server.files.get(self.path[len("/m/"):])
        if body is None:
            self.send_error(404)
            return
        start = 0
        if given and server.ranges:
            start = int(given.removeprefix("bytes=").split("-")[0])
            if start >= len(body):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        part = body[start:]
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        if server.break_after is not None:
            part, server.break_after = part[:server.break_after], None
        self.wfile.write(part)


class Models(FolderTest):
    def setUp(self):
        super().setUp()
        self.files = {"asset/a.bin": bytes(range(256)) * 1000, "asset/sub/b.bin": b"b" * 5000}
        self.server = Server(self.files)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.dir = self.path("model")
        self.catalogue = self.write_catalogue()

    def write_catalogue(self, **changes):
        text = {"catalogue": 1, "summary": "a model for tests", "licence": "CC-BY-NC-4.0", "terms": "No commerce.", "source": self.server.url,
                "files": [{"path": p, "sha256": hashlib.sha256(b).hexdigest()} for p, b in self.files.items()], **changes}
        return self.write("tested.yaml", json.dumps(text))

    def pull(self, *more, **kwargs):
        return run("models", "pull", self.catalogue, "--dir", self.dir, "--accept-licence", *more, env=NO_PROXY, **kwargs)

    def read(self, name):
        with open(os.path.join(self.dir, name), "rb") as file:
            return file.read()

    def assert_complete(self):
        for name, body in self.files.items():
            self.assertEqual(self.read(name), body)
            self.assertFalse(os.path.exists(os.path.join(self.dir, name + ".part")))

    def test_fetches_checks_and_does_not_fetch_again(self):
        done = self.pull()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, self.dir + "\n")
        self.assertIn("licence: CC-BY-NC-4.0\nNo commerce.", done.stderr)
        self.assert_complete()
        asked = len(self.server.requests)
        self.assertEqual(self.pull().returncode, 0)
        self.assertEqual(len(self.server.requests), asked)

    def test_nothing_is_fetched_before_the_licence_is_accepted(self):
        done = run("models", "pull", self.catalogue, "--dir", self.dir)
        self.assertEqual(done.returncode, 2)
        self.assertIn("No commerce.", done.stderr)
        self.assertIn("--accept-licence", done.stderr)
        self.assertEqual(self.server.requests, [])
        self.assertFalse(os.path.exists(self.dir))

    def test_goes_on_where_it_broke_off(self):
        self.server.break_after = 100_000
        done = self.pull()
        self.assertEqual(done.returncode, 5)
        self.assertIn("the connection broke", done.stderr)
        self.assertIn("the same command goes on from there", done.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.dir, "asset/a.bin")))
        had = os.path.getsize(os.path.join(self.dir, "asset/a.bin.part"))
        self.assertGreater(had, 0)
        done = self.pull()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(("/m/asset/a.bin", f"bytes={had}-"), self.server.requests)
        self.assert_complete()

    def test_starts_anew_when_it_cannot_go_on(self):
        whole = self.files["asset/a.bin"]
        for ranges, part in ((False, whole[:1000]), (True, b"something else"), (True, whole + b"more"), (True, whole)):
            shutil.rmtree(self.dir, ignore_errors=True)
            os.makedirs(os.path.join(self.dir, "asset"))
            with open(os.path.join(self.dir, "asset/a.bin.part"), "wb") as file:
                file.write(part)
            self.server.ranges = ranges
            done = self.pull()
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assert_complete()

    def test_a_wrong_digest_is_refused(self):
        expected = hashlib.sha256(self.files["asset/a.bin"]).hexdigest()
        self.server.files = {**self.files, "asset/a.bin": b"tampered"}
        done = self.pull()
        self.assertEqual(done.returncode, 5)
        self.assertIn("is not the published file", done.stderr)
        self.assertIn(hashlib.sha256(b"tampered").hexdigest(), done.stderr)
        self.assertIn(expected, done.stderr)
        self.assertEqual(os.listdir(os.path.join(self.dir, "asset")), [])

    def test_a_file_that_is_not_there(self):
        self.server.files = {}
        os.makedirs(os.path.join(self.dir, "asset"))
        with open(os.path.join(self.dir, "asset/a.bin.part"), "wb") as file:
            file.write(b"kept")
        done = self.pull()
        self.assertEqual(done.returncode, 5)
        self.assertEqual(self.read("asset/a.bin.part"), b"kept")
        self.assertIn(f"asset/a.bin could not be fetched from {self.server.url}/asset/a.bin: the server does not hand it out", done.stderr)

    def test_a_server_that_is_not_there(self):
        done = self.pull("--source", "http://127.0.0.1:9/m")
        self.assertEqual(done.returncode, 5)
        self.assertIn("the server cannot be reached", done.stderr)

    def test_a_disk_that_is_full(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
        done = self.pull(preexec_fn=limit)
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("it cannot be written; is the disk full?", done.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.dir, "asset/a.bin")))
        self.assertEqual(self.pull().returncode, 0)
        self.assert_complete()

    def test_a_folder_that_cannot_be_made(self):
        self.dir = self.path("file", "model")
        self.write("file", "")
        done = self.pull()
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot make", done.stderr)

    def test_files_of_the_user_are_left_alone(self):
        os.makedirs(os.path.join(self.dir, "asset"))
        with open(os.path.join(self.dir, "asset/a.bin"), "wb") as file:
            file.write(b"fine-tuned")
        done = self.pull()
        self.assertEqual(done.returncode, 5)
        self.assertIn("is there and not the published file", done.stderr)
        self.assertEqual(self.read("asset/a.bin"), b"fine-tuned")

    def test_verify(self):
        self.assertEqual(self.pull().returncode, 0)
        for folder in (self.dir, os.path.join(self.dir, "asset"), os.path.join(self.dir, "asset/")):
            done = run("models", "verify", folder, "--model", self.catalogue)
            self.assertEqual((done.returncode, done.stdout), (0, "ok         asset/a.bin\nok         asset/sub/b.bin\n"), folder)
        with open(os.path.join(self.dir, "asset/a.bin"), "r+b") as file:
            file.write(b"x")
        os.remove(os.path.join(self.dir, "asset/sub/b.bin"))
        done = run("models", "verify", self.dir, "--model", self.catalogue)
        self.assertEqual((done.returncode, done.stdout), (5, "differs    asset/a.bin\nmissing    asset/sub/b.bin\n"))
        self.assertIn("2 of 2 files are not those of tested", done.stderr)
        done = run("models", "verify", self.dir, "--model", self.catalogue, "--json")
        self.assertEqual([f["state"] for f in json.loads(done.stdout)], ["differs", "missing"])

    def test_catalogues_are_checked(self):
        good = {"path": "a", "sha256": "0" * 64}
        for changes, said in (({"files": [{**good, "path": "../a"}]}, "leads out of the folder"), ({"files": [{**good, "path": "/a"}]}, "leads out of the folder"),
                              ({"files": [{**good, "sha256": "abc"}]}, "64 small hexadecimal digits"), ({"files": []}, "at least one"),
                              ({"licence": None}, '"licence" must be a text'), ({"catalogue": 2}, "this program reads version 1")):
            self.catalogue = self.write_catalogue(**changes)
            done = self.pull()
            self.assertEqual(done.returncode, 5)
            self.assertIn(said, done.stderr)
        done = run("models", "pull", "nosuch", "--accept-licence")
        self.assertEqual(done.returncode, 5)
        self.assertIn('error: no catalogue "nosuch"', done.stderr)

    @unittest.skipUnless(os.path.exists(os.path.join(BUILD, "share/syrinx/models/chattts.yaml")), "the catalogue of ChatTTS is not built")
    def test_the_published_model_is_known(self):
        os.makedirs(self.path("asset", "gpt"))
        self.write("asset/gpt/config.json", "{}")
        done = run("models", "verify", self.folder)
        self.assertEqual(done.returncode, 5)
        self.assertIn("differs    asset/gpt/config.json", done.stdout)
        self.assertEqual(done.stdout.count("missing "), 8)
        done = run("models", "pull", "chattts", "--dir", self.dir, "--source", self.server.url)
        self.assertIn("CC-BY-NC-4.0", done.stderr)
        self.assertEqual(done.returncode, 2)

    def test_the_prompt_asks(self):
        import pty
        for answer, code in (("y\n", 0), ("\n", 2)):
            shutil.rmtree(self.dir, ignore_errors=True)
            terminal, side = pty.openpty()
            os.write(terminal, answer.encode())
            done = subprocess.run([SYRINX, "models", "pull", self.catalogue, "--dir", self.dir], stdin=side, env=NO_PROXY,
                                  capture_output=True, text=True, timeout=60)
            os.close(terminal)
            os.close(side)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn("Do you accept it?", done.stderr)


if __name__ == "__main__":
    unittest.main()
