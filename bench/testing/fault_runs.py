"""For tests: runs that something is done to when their journal shows that they are in the middle."""

import contextlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SPLICEBENCH, STEPPING_CLOCK = (os.path.abspath(path) for path in sys.argv[1:3])
PATIENCE = 60  # seconds; only a failure takes that long


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def samples_of(path):
    return without_medians(json.loads(read(path)))


def without_medians(result):
    return [entry for entry in result["benchmarks"] if entry["run_type"] == "iteration"]


def warnings_of(path):
    return json.loads(read(path))["splicebench"]["warnings"]


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain until {what}")
        time.sleep(0.005)


class Run:
    """A run in a directory of its own, with its own $TMPDIR."""

    def __init__(self, folder, rounds=24, paths="tcp-to-tcp", out=None, arguments=(), environment=None, **options):
        self.folder = folder
        self.out = out or os.path.join(folder, "out", "r.json")
        self.temporary = os.path.join(folder, "tmp")
        for name in ("out", "tmp", "files"):
            os.makedirs(os.path.join(folder, name), exist_ok=True)
        self.rounds = rounds
        command = [SPLICEBENCH, "run", "--paths", paths, "--modes", "generic,splice", "--chunks", "4KiB", "--rounds", str(rounds), "--min-time", "1ms",
                   "--out", self.out, *arguments]
        if "file" in paths:
            command += ["--file-dir", os.path.join(folder, "files")]
        self.error_file = os.path.join(folder, "stderr-" + os.path.basename(self.out))
        with open(self.error_file, "wb") as error:
            options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": error, **options}
            self.process = subprocess.Popen(command, env={**os.environ, "TMPDIR": self.temporary, **(environment or {})},
                                            **options)

    def journal_samples(self):
        try:
            return read(self.out + ".journal").count('"kind":"sample"')
        except FileNotFoundError:
            return 0

    def middle(self, samples=10):
        """Waits until so many samples are taken."""
        wait_until(lambda: self.journal_samples() >= samples or self.process.poll() is not None, f"{samples} samples")
        assert self.process.poll() is None, f"the run ended too early: {self.errors()}"

    @contextlib.contextmanager
    def stopped(self, samples=10):
        """Waits until so many samples are taken, and holds the run there: what is done to it is done in its middle."""
        self.middle(samples)
        self.process.send_signal(signal.SIGSTOP)
        wait_until(lambda: read(f"/proc/{self.process.pid}/stat").rsplit(")", 1)[1].split()[0] in "TZX", "it stopped")
        assert os.path.exists(self.out + ".journal"), "it stopped in its middle"
        yield
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        self.output, self.error_output = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def errors(self):
        return read(self.error_file)

    def limit(self, which, soft):
        hard = resource.prlimit(self.process.pid, which)[1]
        resource.prlimit(self.process.pid, which, (soft, hard))


class FaultTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="splicebench-fault-")
        self.runs = []

    def tearDown(self):
        for run in self.runs:
            if run.process.poll() is None:
                run.process.kill()
            run.process.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, **options):
        self.runs.append(Run(self.folder, **options))
        return self.runs[-1]

    def expect_all(self, path, rounds, errors=0):
        """Every sample of the run is in `path`; so many of them are errors."""
        entries = samples_of(path)
        self.assertEqual(len(entries), 2 * rounds)
        self.assertEqual(sum(entry.get("error_occurred", False) for entry in entries), errors)

    def expect_refuge(self, run, reason):
        """The result is in $TMPDIR, stderr says so once, and names what was wrong."""
        self.assertEqual(run.end(), 3, run.errors())
        named = re.findall(rf"{re.escape(run.out)} cannot be written \((.*)\); the result is in (\S+)\n", run.errors())
        self.assertEqual(len(named), 1, run.errors())
        self.assertIn(reason, named[0][0])
        self.assertEqual(os.listdir(run.temporary), [os.path.basename(named[0][1])])
        self.expect_all(named[0][1], run.rounds)
        self.assertTrue(run.output, "the tables are printed all the same")
        return named[0][1]
