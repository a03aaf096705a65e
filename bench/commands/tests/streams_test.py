#!/usr/bin/env python3
"""streams_test.py SPLICEBENCH WRITE_SYNTHETIC: a standard output that is full, closed, or whose reader left; what is inherited.

What is nowhere else is said to be lost and ends in 3; where files are kept the status is that of the work."""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SPLICEBENCH, WRITE_SYNTHETIC = (os.path.abspath(path) for path in sys.argv[1:3])
LOST = [["show", "R"], ["compare", "R", "R2"], ["history", "R", "R2"], ["replicate", "R"], ["run", "--list"], ["verify", "--list"],
        ["run", "--dry-run"], ["--help"], ["run", "--help"], ["--version"]]
KEPT = [["plot", "R", "-o", "charts", "--charts", "throughput", "--format", "svg"], ["report", "R", "-o", "page.html"]]


class Streams(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="splicebench-streams-")
        self.addCleanup(directory.cleanup)
        self.folder = directory.name
        for name, speed in (("R", "1"), ("R2", "2")):
            subprocess.run([WRITE_SYNTHETIC, os.path.join(self.folder, name), "3", speed], check=True)
        with open(os.path.join(self.folder, "R"), encoding="utf-8") as file:
            text = file.read()
        with open(os.path.join(self.folder, "R"), "w", encoding="utf-8") as file:  # a date of its own, for a history
            file.write(text.replace('"date": "2026', '"date": "2025'))

    def start(self, words, **options):
        return subprocess.run([SPLICEBENCH, *words], cwd=self.folder, stderr=subprocess.PIPE, text=True, check=False, timeout=60, **options)

    def without_output(self, words):
        """With a full standard output, then with none."""
        with open("/dev/full", "wb") as full:
            yield self.start(words, stdout=full), "No space left on device"
        yield self.start(words, preexec_fn=lambda: os.close(1)), "Bad file descriptor"

    def test_what_is_printed_alone_is_lost_and_said_to_be(self):
        for words in LOST:
            for done, why in self.without_output(words):
                with self.subTest(" ".join(words), why=why):
                    self.assertEqual((done.returncode, done.stderr), (3, f"splicebench: standard output cannot be written: {why}\n"))

    def test_what_is_kept_in_files_is_done(self):
        for words in KEPT:
            for done, why in self.without_output(words):
                with self.subTest(" ".join(words), why=why):
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertIn(f"{why}; the result is in {words[3]}", done.stderr)
                    self.assertTrue(os.path.exists(os.path.join(self.folder, words[3])))

    def test_a_reader_that_left_is_told_nothing(self):
        for words in LOST:
            with self.subTest(" ".join(words)):
                reader, writer = os.pipe()
                os.close(reader)
                done = self.start(words, stdout=writer)
                os.close(writer)
                self.assertIn(done.returncode, (0, -signal.SIGPIPE))
                self.assertEqual(done.stderr, "")

    def test_a_relay_relays_whoever_hears_where_it_listens(self):
        with open("/dev/full", "wb") as full:
            for options in ({"stdout": full}, {"preexec_fn": lambda: os.close(1)}):
                address = os.path.join(self.folder, "address")
                with subprocess.Popen([SPLICEBENCH, "relay", "--listen", "unix:" + address, "--connect", "127.0.0.1:1"], text=True,
                                      stderr=subprocess.PIPE, **options) as relay:
                    deadline = time.monotonic() + 60
                    while not os.path.exists(address) and time.monotonic() < deadline:
                        time.sleep(0.01)
                    relay.terminate()
                    self.assertIn("connections: 0 accepted", relay.communicate(timeout=60)[1])
                self.assertEqual(relay.returncode, 0)


class Inherited(unittest.TestCase):
    def start(self, words, **options):
        with tempfile.TemporaryDirectory(prefix="splicebench-streams-") as folder:
            return subprocess.run([SPLICEBENCH, *words], cwd=folder, stderr=subprocess.PIPE, text=True, check=False, timeout=60, **options)

    def test_children_are_waited_for_whatever_the_starter_wants_of_its_own(self):
        done = self.start(["run", "--paths", "tcp-to-tcp", "--chunks", "4KiB", "--modes", "generic", "--rounds", "1", "--min-time", "1ms", "--quiet"],
                          stdout=subprocess.DEVNULL, preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_limit_of_file_sizes_is_an_error_and_no_death(self):
        with tempfile.TemporaryFile() as out:
            done = self.start(["run", "--list"], stdout=out, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
        self.assertEqual((done.returncode, done.stderr), (3, "splicebench: standard output cannot be written: File too large\n"))


class FullDisk(unittest.TestCase):
    def test_round_trips_are_measured_to_the_end_and_printed_when_no_file_takes_them(self):
        with tempfile.TemporaryDirectory(prefix="splicebench-streams-") as folder:
            done = subprocess.run([SPLICEBENCH, "ping", "-n", "40", "--rounds", "4", "--modes", "splice", "--quiet", "--out", "p.json"],
                                  cwd=folder, capture_output=True, text=True, check=False, timeout=60,
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)))
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertEqual(done.stderr.count("round trips go on"), 1, done.stderr)
            self.assertIn("the result went to standard output", done.stderr)
            blocks = [entry for entry in json.loads(done.stdout)["benchmarks"] if entry["run_type"] == "iteration"]
            self.assertEqual({block["round"] for block in blocks if block["mode"] == "splice"}, {0, 1, 2, 3})
            self.assertEqual(os.listdir(folder), [])


unittest.main(argv=sys.argv[:1])
