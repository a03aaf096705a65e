"""splicebench as in containers: /proc, or the file in it that tells of the CPUs, is not there to be read; system calls are
refused by seccomp(2)."""

import ctypes
import ctypes.util
import errno
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv[1]

EMPTY = "mount -t tmpfs none /proc"
NO_STAT = "mount --bind /dev/null /proc/stat"


def without(mount, *arguments):
    """Runs the program in a mount namespace of its own, after `mount`."""
    command = ["unshare", "--mount", "sh", "-c", mount + ' && exec "$@"', "sh", PROGRAM, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def refused(*calls):
    """For preexec_fn: these system calls end in EPERM, as container runtimes have it."""
    library = ctypes.CDLL(ctypes.util.find_library("seccomp") or "libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.EPERM  # SCMP_ACT_ALLOW, SCMP_ACT_ERRNO

    def load():
        rules = ctypes.c_void_p(library.seccomp_init(allow))
        for call in calls:
            number = library.seccomp_syscall_resolve_name(call.encode())
            if library.seccomp_rule_add(rules, ctypes.c_uint32(refuse), number, 0) != 0:
                raise OSError(f"no rule for {call}")
        if library.seccomp_load(rules) != 0:
            raise OSError("seccomp_load")
    return load


class Seccomp(unittest.TestCase):
    def run_without(self, calls, *arguments):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        out = pathlib.Path(directory.name) / "result.json"
        done = subprocess.run([PROGRAM, "run", "--chunks", "64KiB", "--rounds", "2", "--paths", "tcp-to-tcp", "--min-time", "1ms",
                               "--out", str(out), *arguments], capture_output=True, text=True, timeout=60, check=False, preexec_fn=refused(*calls))
        return done, json.loads(out.read_text()) if out.exists() else None

    def test_without_perf_and_io_uring_the_rest_is_measured(self):
        done, result = self.run_without(["perf_event_open", "io_uring_setup"], "--modes", "generic,splice")
        self.assertEqual(done.returncode, 0, done.stderr)
        samples = [entry for entry in result["benchmarks"] if entry["run_type"] == "iteration"]
        self.assertEqual(len(samples), 4)
        for entry in samples:
            self.assertGreater(entry["bytes_per_second"], 0)
            self.assertEqual([key for key in entry if "instructions" in key or "cycles" in key], [])

    def test_all_modes_leave_out_the_one_that_needs_what_is_refused_and_say_so(self):
        done, result = self.run_without(["io_uring_setup"], "--modes", "all")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([mode for mode in result["splicebench"]["options"]["modes"] if mode.startswith("uring")], [])
        self.assertIn("uring", done.stdout + done.stderr)

    def test_a_mode_that_was_asked_for_by_name_is_refused_with_the_reason(self):
        done, result = self.run_without(["io_uring_setup"], "--modes", "generic,uring")
        self.assertEqual((done.returncode, result), (2, None), done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn("uring", done.stderr)


class Proc(unittest.TestCase):
    def setUp(self):
        for mount in (EMPTY, NO_STAT):
            if subprocess.run(["unshare", "--mount", "sh", "-c", mount], capture_output=True, check=False).returncode != 0:
                self.skipTest("a mount namespace needs CAP_SYS_ADMIN")
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.out = pathlib.Path(directory.name) / "result.json"

    def test_a_run_goes_on_without_the_figures_of_the_machine_and_says_so_once(self):
        for mount in (EMPTY, NO_STAT):
            with self.subTest(mount):
                done = without(mount, "run", "--chunks", "64KiB", "--rounds", "2", "--modes", "generic,splice", "--paths", "tcp-to-tcp",
                               "--min-time", "1ms", "--force", "--out", str(self.out))
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout.count("/proc/stat cannot be read"), 1, done.stdout)
                self.assertNotIn("cpuinfo", done.stderr)  # Google Benchmark's own
                result = json.loads(self.out.read_text())
                samples = [entry for entry in result["benchmarks"] if entry["run_type"] == "iteration"]
                self.assertEqual(len(samples), 4)
                for entry in samples:
                    self.assertGreater(entry["bytes_per_second"], 0)
                    self.assertEqual([key for key in entry if key.startswith("system_")], [])
                self.assertEqual(subprocess.run([PROGRAM, "compare", "--col", "/mode", self.out], capture_output=True, check=False).returncode, 0)

    def test_a_ping_goes_on_without_context_switches(self):
        done = without(EMPTY, "ping", "-n", "200", "--rounds", "2", "--modes", "splice", "--quiet", "--out", str(self.out))
        self.assertEqual(done.returncode, 0, done.stderr)
        blocks = [entry for entry in json.loads(self.out.read_text())["benchmarks"] if entry["run_type"] == "iteration"]
        self.assertEqual([key for block in blocks for key in block if key.endswith("_switches")], [])
        self.assertTrue(all(block["client_cpu_seconds"] > 0 for block in blocks))

    def test_a_program_elsewhere_cannot_be_measured_and_is_refused(self):
        done = without(EMPTY, "run", "--chunks", "64KiB", "--rounds", "1", "--modes", "splice", "--paths", "tcp-to-tcp",
                       "--relay", "mine=cat {listen} {connect}", "--out", str(self.out))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("through /proc; mount it", done.stderr)


unittest.main(argv=sys.argv[:1])
