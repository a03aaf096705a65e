#!/usr/bin/env python3
"""show_test.py SPLICEBENCH WRITE_SYNTHETIC: a result again, as people and other programs read it."""

import csv
import io
import json
import os
import pathlib
import pty
import subprocess
import sys
import tempfile
import unittest

PROGRAM, SYNTHETIC = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
COMPARE = "/usr/share/benchmark/compare.py"
# compare.py imports them for the p it prints, and Debian's conflict with the Boost that splicebench is built with.
STAND_INS = {
    "scipy/__init__.py": "",
    "scipy/stats.py": "import numpy\ndef mannwhitneyu(*_, **__):\n    return type('Result', (), {'pvalue': 0.5})()\n"
                      "def gmean(times):\n    return numpy.array()\n",
    "numpy.py": "class array(list):\n    def any(self):\n        return any(self)\n",
}


def on_a_terminal(*words, **environment):
    """What a terminal is sent on standard output."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([PROGRAM, *words], stdout=theirs, stderr=subprocess.DEVNULL, env={**os.environ, **environment}) as child:
        os.close(theirs)
        sent = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            sent += piece
        child.wait()
    os.close(ours)
    return sent.decode()


class ShowTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="splicebench-show-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.result = os.path.join(cls.folder, "r.json")
        subprocess.run([SYNTHETIC, cls.result], check=True)

    def start(self, *words):
        return subprocess.run([PROGRAM, *words], cwd=self.folder, capture_output=True, text=True, check=False)

    def show(self, *flags):
        run = self.start("show", self.result, *flags)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return run.stdout

    def assert_refused(self, run, *words):
        self.assertEqual((run.returncode, run.stdout), (2, ""), run.stderr)
        self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
        for word in words:
            self.assertIn(word, run.stderr)

    def test_what_changed_since_an_older_result_stands_on_the_first_screen(self):
        other = tempfile.TemporaryDirectory(prefix="splicebench-show-")
        self.addCleanup(other.cleanup)
        slow = os.path.join(other.name, "slow.json")
        result = json.loads(pathlib.Path(self.result).read_text(encoding="utf-8"))
        for entry in result["benchmarks"]:
            if entry["run_type"] == "iteration" and entry["path"] == "unix-to-tcp" and entry["chunk"] == 65536:
                entry["seconds"] *= 1.25
                entry["real_time"] *= 1.25
        pathlib.Path(slow).write_text(json.dumps(result), encoding="utf-8")
        text = self.start("show", slow, "--since", self.result).stdout
        (line,) = [line for line in text.splitlines() if line.startswith("Changed?")]
        self.assertRegex(line, r"since \d{4}-\d\d-\d\d \d\d:\d\d: of \d+ cases 2 slower \(worst -20")
        self.assertLessEqual(len(text.splitlines()), 30)
        self.assertLessEqual(max(len(line) for line in text.splitlines() if str(PROGRAM) not in line), 80)
        refused = self.start("show", slow, "--since", self.result, "--details")
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertIn("--since", refused.stderr)

    def test_writes_nothing(self):
        before = pathlib.Path(self.result).read_bytes()
        for form in ("text", "json", "csv", "benchfmt", "bencher", "prometheus"):
            self.assertTrue(self.show("--format", form).strip(), form)
        self.assertEqual(pathlib.Path(self.result).read_bytes(), before)
        self.assertEqual(os.listdir(self.folder), ["r.json"])

    def test_json_is_the_file_again(self):
        self.assertEqual(json.loads(self.show("--format", "json")), json.loads(pathlib.Path(self.result).read_text()))

    def test_one_path_is_all_there_is_of_it(self):
        names = {row["path"] for row in csv.DictReader(io.StringIO(self.show("--format", "csv")))}
        self.assertGreater(len(names), 1)
        for path in names:
            self.assertEqual({row["path"] for row in csv.DictReader(io.StringIO(self.show("--format", "csv", "--path", path)))}, {path})
            other = (names - {path}).pop()
            text = self.show("--path", path)
            self.assertIn(path, text)
            self.assertNotIn("\n" + other + "\n", text)

    def test_a_tracker_gets_one_metric(self):
        for tool, metric in (("github-action-benchmark", "throughput"), ("bencher", "relay-cpu"), ("prometheus", "system-cpu")):
            text = self.show("--format", tool, "--metric", metric)
            self.assertIn(metric.replace("-", "_") if tool == "prometheus" else metric, text)

    def test_what_fits_nothing_is_refused(self):
        for flags, words in ((["--path", "tcp-to-moon"], ["--path", "'tcp-to-moon'", "tcp-to-tcp"]),
                             (["--metric", "throughput", "--format", "csv"], ["--metric", "leave it out"]),
                             (["--format", "json", "--path", "tcp-to-tcp"], ["--path", "leave it out"]),
                             (["--format", "xml"], ["xml", "benchfmt"]),
                             (["--format", "bencher", "--metric", "p99"], ["--metric", "no 'p99'", "throughput"]),
                             (["--format", "github-action-benchmark"], ["--metric throughput", "--metric relay-cpu"])):
            with self.subTest(flags):
                self.assert_refused(self.start("show", self.result, *flags), *words)
        self.assert_refused(self.start("show", "none.json"), "none.json")

    def test_colours_are_those_that_were_asked_for(self):
        self.assertNotIn("\x1b", self.show())
        self.assertIn("\x1b[", self.show("--color", "always"))
        self.assertNotIn("\x1b", on_a_terminal("show", self.result, "--color", "never", TERM="xterm", NO_COLOR=""))
        self.assertIn("\x1b[", on_a_terminal("show", self.result, TERM="xterm", NO_COLOR=""))
        self.assertNotIn("\x1b", on_a_terminal("show", self.result, TERM="dumb", NO_COLOR=""))
        self.assertNotIn("\x1b", on_a_terminal("show", self.result, TERM="xterm", NO_COLOR="1"))

    def test_a_run_onto_a_complete_result_says_how_to_look_at_it(self):
        for words in (["run", "--dry-run", "--out"], ["run", "--resume"]):
            with self.subTest(words):
                self.assert_refused(self.start(*words, self.result), f"{PROGRAM} show {self.result}")

    def test_google_benchmarks_compare_prints_medians(self):
        modules = os.path.join(self.folder, "modules")
        for name, text in STAND_INS.items():
            path = pathlib.Path(modules, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run([sys.executable, "-B", COMPARE, "--no-color", "-a", "benchmarks", self.result, self.result], text=True,
                                  env={**os.environ, "PYTHONPATH": modules}, capture_output=True, check=False)
        finally:
            subprocess.run(["rm", "-r", modules], check=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(pathlib.Path(self.result).read_text())
        medians = [entry for entry in result["benchmarks"] if entry["run_type"] == "aggregate"]
        self.assertEqual(len(medians), len(result["splicebench"]["cases"]))
        for entry in medians:
            line = next(line for line in done.stdout.splitlines() if line.startswith(entry["name"] + " "))
            self.assertEqual(float(line.split()[-4]), round(entry["real_time"]), line)


unittest.main(argv=sys.argv[:1])
