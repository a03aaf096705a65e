#!/usr/bin/env python3
"""refused_test.py SPLICEBENCH WRITE_SYNTHETIC: what is refused, each with the one sentence that says why and what to do.

bench/tools/misuse.py makes hundreds of such uses by chance; these were once taken, or had a poor sentence."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

SPLICEBENCH, WRITE_SYNTHETIC = (os.path.abspath(path) for path in sys.argv[1:3])

PLAN = ["run", "--dry-run"]
# Command, what its sentence holds. R is a result, J a place for one whose journal is of an unfinished run.
ALIKE = "splice,splice:pipe=1MiB"
USES = {
    "values that were taken": [
        (["compare", "--col", "mode", "R", "R"], "--col: no result has the key 'mode'; write /mode"),
        (["compare", "--col", "nokey", "R", "R"], "--col: no result has the key 'nokey'"),
        (["compare", "--col", "", "R", "R"], "--col: is empty"),
        (["compare", "a=R", "a=R"], "'a=R' is given twice"),
        (["compare", "--alpha", "0", "R", "R"], "--alpha: 0 is not between 0 and 1"),
        (["compare", "--alpha", "1", "R", "R"], "--alpha: 1 is not between 0 and 1"),
        (["compare", "--confidence", "0", "R", "R"], "--confidence: 0 is not between 0 and 1"),
        (["compare", "--confidence", "1", "R", "R"], "--confidence: 1 is not between 0 and 1"),
        (["compare", "R", "schema-99"], "schema version 99"),
        (["replicate", "--alpha", "1", "R"], "--alpha: '1' is no number between 0 and 1"),
        (["run", "--filter", ""], "--filter: is empty"),
        (["run", "--filter", "(" * 10000 + "a" + ")" * 10000], "--filter: '((("),
        ([*PLAN, "--rounds", " 5"], "--rounds: ' 5' is not a whole number"),
        ([*PLAN, "--rounds", "0x10"], "--rounds: '0x10' is not a whole number"),
        (["verify", "--jobs", "0"], "--jobs: '0' is not a whole number"),
        (["relay", "--listen", ":0", "--connect", ":0"], "--connect: ':0' has port 0"),
        ([*PLAN, "--netem", ""], "--netem: is empty"),
        ([*PLAN, "--modes", ALIKE], "'splice' and 'splice:pipe=1MiB' are the same; leave one out, or"),
        (["ping", "--dry-run", "--modes", ALIKE], "'splice' and 'splice:pipe=1MiB' are the same"),
        (["verify", "--list", "--modes", "sendfile"], "--modes: 'sendfile' fits none of the paths "),
        ([*PLAN, "--modes", "uring:zc", "--paths", "unix-to-unix"], "engine uring:zc relays from tcp or unix to tcp"),
        (["verify", "--list", "--modes", ALIKE], "'splice' and 'splice:pipe=1MiB' are the same; leave one out"),
        (["plot", "R", "-o", "new", "--charts", "throughput,throughput"], "'throughput' is given twice"),
        (["run", "--list", "--dry-run"], "--list excludes --dry-run"),
        ([*PLAN, "--out", "R"], "--out: R exists"),
        ([*PLAN, "--out", "J"], "--out: J.journal is of an unfinished run; complete it with --resume J"),
        ([*PLAN, "--file-dir", "/proc"], "--file-dir: /proc cannot be written to"),
        (["run", "--resume", "R"], "R is complete; look at it with: "),
        (["run", "--dry-run", "--time", "1ms"], "--time: 0.001 s is too short for a first stage"),
        ([*PLAN, "--precision", "0"], "--precision: '0' is no part above 0 and below 100%"),
        ([*PLAN, "--placement", "same,same"], "--placement: 'same' is given twice"),
        ([*PLAN, "--socket-buffer", "64KiB,,1MiB"], "--socket-buffer: '64KiB,,1MiB' has an empty part"),
    ],
    "sentences that were poor": [
        (["compare", "R", "--paired"], "--paired: a value must follow it"),
        (["compare", "--paired", "R", "R2"], "--paired: compares the modes within R; leave R2 out"),
        ([*PLAN, "--rounds", "1e3"], "--rounds: '1e3' is not a whole number from 1 to 100000"),
        ([*PLAN, "--rounds", "9" * 20], f"--rounds: '{'9' * 20}' is not a whole number"),
        ([*PLAN, "--rounds", ""], "--rounds: '' is not a whole number"),
        (["verify", "--jobs", "9" * 14], f"--jobs: '{'9' * 14}' is not a whole number from 1 to 256"),
        (["ping", "-n", "abc"], "-n: 'abc' is not a whole number"),
        ([*PLAN, "--file-dir", ""], "--file-dir: is empty"),
        ([*PLAN, "--min-time", "1h"], "--min-time: '1h' is not a time in s or ms"),
        ([*PLAN, "--chunks", "1GiB"], "--chunks: '1GiB' is not from 1KiB to 1MiB"),
        (["plot"], "plot: give a result file"),
        (["report"], "report: give a result file"),
        (["replicate"], "replicate: give a result file"),
        (["show"], "show: give a result file"),
        (["history"], "history: give a result file"),
        (["plto"], "did you mean 'plot'?"),
        (["ping", "--client", "127.0.0.1:1"], "--client: connect to 127.0.0.1:1: Connection refused"),
    ],
    "outputs": [
        (["report", "R", "-o", "R"], "--output: R is read, and would be lost"),
        (["report", "R", "-o", "text"], "--output: text exists and is no such file"),
        (["report", "R", "-o", "-"], "--output: standard output takes no file"),
        (["plot", "R", "-o", "-"], "--output: standard output takes no file"),
        (["plot", "R", "-o", "R"], "--output 'R' is no directory"),
        ([*PLAN, "--out", "-"], "--out: standard output takes no file"),
        (["ping", "--dry-run", "--out", "-"], "--out: standard output takes no file"),
        (["ping", "--dry-run", "--out", "R"], "--out: R exists"),
        (["ping", "--dry-run", "--out", "J"], "--out: J.journal exists"),
        (["history", "R", "--page", "R"], "--page: R is read, and would be lost"),
        (["history", "R", "--plot", "text"], "--plot: text exists and is no such file"),
        (["history", "R", "--plot", "new.svg", "--page", "./new.svg"], "--page: ./new.svg is the file of --plot"),
    ],
    "relays": [
        ([*PLAN, "--relay", "pipe.recipe"], "--relay: pipe.recipe is no file of at most 1024 KiB"),
        ([*PLAN, "--relay", "zero.recipe"], "--relay: zero.recipe is no file"),
        ([*PLAN, "--relay", "nosuch.recipe"], "--relay: nosuch.recipe cannot be read"),
    ],
    "nothing to judge": [
        (["replicate", "pings"], "pings: holds round trips, of which nothing was published"),
        (["compare", "--fail-on", "5%", "R"], "--fail-on: nothing was compared"),
        (["compare", "--fail-on", "5%", "R", "of-nothing"], "of-nothing: no benchmark result"),
        (["compare", "--fail-on", "5%", "R", "go-text"], "--fail-on: nothing was compared"),
    ],
}


class Refused(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory(prefix="splicebench-refused-") as directory:
            out = os.path.join(directory, "pings")
            subprocess.run([SPLICEBENCH, "ping", "-n", "40", "--rounds", "2", "--modes", "splice", "--quiet", "--out", out], check=True,
                           stdout=subprocess.DEVNULL)
            with open(out, encoding="utf-8") as file:
                cls.pings = file.read()

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="splicebench-refused-")
        self.addCleanup(directory.cleanup)
        self.folder = directory.name
        subprocess.run([WRITE_SYNTHETIC, self.path("R"), "3"], check=True)
        with open(self.path("R"), encoding="utf-8") as file:
            text = file.read()
        result = json.loads(text)
        result["splicebench"]["schema_version"] = 99
        for name, content in (("schema-99", json.dumps(result)), ("R2", text), ("text", "mine\n"), ("of-nothing", '{"benchmarks": []}'), ("pings", self.pings),
                              ("go-text", "BenchmarkA 1 5 ns/op\n"), ("J.journal", '{"kind":"header"}\n')):
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write(content)
        os.chmod(self.path("J.journal"), 0o644)
        os.mkfifo(self.path("pipe.recipe"))
        os.symlink("/dev/zero", self.path("zero.recipe"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def files(self):
        return {name: os.stat(self.path(name)).st_mtime_ns for name in os.listdir(self.folder)}

    def refused(self, words, sentence):
        before = self.files()
        done = subprocess.run([SPLICEBENCH, *words], cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              check=False, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertIn(sentence, done.stderr)
        self.assertLess(len(done.stderr), 3000)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertEqual(self.files(), before, "something was written")


def each(uses):
    def test(self):
        for words, sentence in uses:
            with self.subTest(" ".join(words)[:80]):
                self.refused(words, sentence)
    return test


for title, all_of_it in USES.items():
    setattr(Refused, "test_" + title.replace(" ", "_"), each(all_of_it))

unittest.main(argv=sys.argv[:1])
