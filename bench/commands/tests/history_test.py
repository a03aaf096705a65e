#!/usr/bin/env python3
"""history_test.py SPLICEBENCH WRITE_SYNTHETIC: the trend over results, and what is none."""

import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM, SYNTHETIC = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
DAYS = 10


class HistoryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="splicebench-history-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.results = cls.folder / "results"
        cls.results.mkdir()
        for day in range(DAYS):
            # By name in the wrong order.
            path = cls.results / f"r{DAYS - day:02}.json"
            slower = 0.8 if day >= 5 else 1
            subprocess.run([SYNTHETIC, path, "7", str(slower * (1 + 0.004 * (day * 7 % 5)))], check=True)
            result = json.loads(path.read_text())
            result["context"]["date"] = result["splicebench"]["environment"]["date"] = f"2026-03-{day + 1:02}T06:00:00+00:00"
            path.write_text(json.dumps(result))

    def start(self, *words):
        return subprocess.run([PROGRAM, "history", *words], cwd=self.folder, capture_output=True, text=True, check=False)

    def history(self, *words):
        run = self.start(*words)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return run.stdout

    def assert_refused(self, run, *words):
        self.assertEqual((run.returncode, run.stdout), (2, ""), run.stderr)
        self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
        for word in words:
            self.assertIn(word, run.stderr)

    def edited(self, name, edit):
        result = json.loads((self.results / "r01.json").read_text())
        edit(result)
        path = self.folder / name
        path.write_text(json.dumps(result))
        self.addCleanup(path.unlink)
        return path

    def test_a_directory_is_all_results_in_it_in_order_of_date(self):
        history = json.loads(self.history("--format", "json", "results"))
        self.assertEqual([one["file"] for one in history["results"]], [f"results/r{DAYS - day:02}.json" for day in range(DAYS)])
        changes = [change for one in history["series"] if one["metric"] == "throughput" for change in one["changes"]]
        self.assertTrue(changes)
        for change in changes:
            self.assertEqual(change["result"], 5)
            self.assertFalse(change["better"])
            self.assertLess(change["p"], 0.05)

    def test_the_screen_says_since_when(self):
        text = self.history("results")
        self.assertIn("since 2026-03-06 06:00, results/r05.json", text)
        self.assertIn("worse", text)
        self.assertLessEqual(len(text.splitlines()), 30)
        self.assertLessEqual(max(map(len, text.splitlines())), 80)
        self.assertIn("% 2026-03-06", self.history("results", "--details"))

    def test_a_picture_and_a_page_are_whole_files_that_replace_their_own_kind_alone(self):
        for flag, name, mark in (("--plot", "trend.svg", "<svg "), ("--page", "trend.html", "<!doctype html>")):
            for _ in range(2):
                self.assertIn("since 2026-03-06", self.history("results", flag, name))
                self.assertTrue((self.folder / name).read_text().startswith(mark))
            notes = self.folder / "notes.txt"
            notes.write_text("mine")
            self.assert_refused(self.start("results", flag, "notes.txt"), "notes.txt")
            self.assert_refused(self.start("results", flag, "results/r01.json"), "results/r01.json")
            self.assertEqual(notes.read_text(), "mine")

    def test_one_metric_is_all_there_is_of_it(self):
        rows = list(csv.DictReader(io.StringIO(self.history("--format", "csv", "--metric", "relay-cpu", "results"))))
        self.assertEqual({row["metric"] for row in rows}, {"relay-cpu"})
        self.assertEqual(len({row["file"] for row in rows}), DAYS)
        self.assertNotIn("throughput", self.history("--format", "markdown", "--metric", "relay-cpu", "results"))

    def test_other_machines_are_mixed_only_when_asked_for(self):
        def other(result):
            result["splicebench"]["environment"]["kernel"] = "Linux 7.0"
            result["splicebench"]["environment"]["date"] = "2026-04-01T00:00:00+00:00"
        path = self.edited("other.json", other)
        self.assert_refused(self.start("results", path), "kernel (", "Linux 7.0 in ", "--across")
        self.assertIn("11 results", self.history("--across", "results", path))

    def test_what_is_no_history_is_refused(self):
        os.mkdir(self.folder / "empty")
        self.assert_refused(self.start("empty"), "empty: there is no result")
        self.assert_refused(self.start("none.json"), "none.json")
        self.assert_refused(self.start(), "give a result file")
        self.assert_refused(self.start("results/r01.json"), "results/r01.json, shows no trend")
        self.assert_refused(self.start("results/r01.json", "results/r01.json"), "same date")
        self.assert_refused(self.start("results", "--metric", "p99"), "no 'p99'")
        self.assert_refused(self.start("results", "--details", "--format", "csv"), "--details")
        (self.folder / "empty" / "notes.json").write_text("{}")
        self.assert_refused(self.start("empty"), "notes.json", "not a splicebench result")

        def undated(result):
            result["splicebench"]["environment"]["date"] = "yesterday"
        self.assert_refused(self.start("results/r02.json", self.edited("undated.json", undated)), "undated.json: its date is 'yesterday'")


unittest.main(argv=sys.argv[:1])
