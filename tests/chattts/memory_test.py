"""Memory: 30 s of speech at the published size, and a thousand requests in one process."""
import os
import resource
import subprocess
import time
import unittest

import support
from assets import assets

MIB = 1024 * 1024


class Memory(support.FolderTest):
    def test_thirty_seconds(self):
        """At most 600 MB above the weights."""
        steps = 1407  # 46.875 a second
        folder = assets("official")
        weights = sum(os.path.getsize(os.path.join(folder, "asset", name))
                      for name in ("gpt/model.safetensors", "Embed.safetensors", "Decoder.safetensors", "Vocos.safetensors"))
        process = support.run("synth", "-c", "chattts-norefine", "--set", f"vars.assets={folder}", "--set", "run.threads=1", "-p", f"lm.min_new_token={steps}",
                              "-p", f"lm.max_new_token={steps}", "Thirty seconds of anything.", "-o", self.path("out.wav"), timeout=1000)
        self.assertEqual(process.returncode, 0, process.stderr)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        print(f"\n{peak / MIB:.0f} MiB at most, {weights / MIB:.0f} MiB of weights: {(peak - weights) / MIB:.0f} MiB above", flush=True)
        self.assertLess(peak - weights, 600e6)

    def test_a_thousand_requests(self):
        """The resident size grows by at most 5 MB from the 300th to the 1000th."""
        process = subprocess.Popen([support.SYRINX, "synth", "-c", "chattts-norefine", "--set", f"vars.assets={assets('tiny')}", "-p", "lm.max_new_token=6",
                                    "-p", "lm.min_new_token=6", "--quiet", "-d", self.folder], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        def resident():
            with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
                return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))

        def feed(first, last):
            for i in range(first, last):
                process.stdin.write(f"Request number {i % 50}.\n")
            process.stdin.flush()
            deadline = time.monotonic() + 600
            while len([n for n in os.listdir(self.folder) if n.endswith(".wav")]) < last and time.monotonic() < deadline and process.poll() is None:
                time.sleep(0.1)
            return resident()

        before = feed(0, 300)
        after = feed(300, 1000)
        process.stdin.close()
        errors = process.stderr.read()
        self.assertEqual(process.wait(timeout=60), 0, errors)
        print(f"\n{before / MIB:.1f} MiB behind 300 requests, {after / MIB:.1f} MiB behind 1000", flush=True)
        self.assertLess(after - before, 5e6)


if __name__ == "__main__":
    unittest.main(verbosity=2)
