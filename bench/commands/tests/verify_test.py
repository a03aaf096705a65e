"""splicebench verify as its users run it: statuses, formats, bad input, interruption."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

PROGRAM, SCHEMA = sys.argv[1:3]

# One connection, one direction, every byte turned over.
SPOILING_RELAY = """
import socket, sys
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
client, _ = listener.accept()
server = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
while part := client.recv(65536):
    server.sendall(bytes(byte ^ 255 for byte in part))
server.shutdown(socket.SHUT_WR)
server.recv(1)
"""


def verify(*arguments, **options):
    return subprocess.run([PROGRAM, "verify", *arguments], capture_output=True, text=True, timeout=60, **options)


def exists(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


class Verify(unittest.TestCase):
    def test_passing_cells_end_with_0_and_a_table(self):
        done = verify("--filter", "^limits/half", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("half of 100000 B", done.stdout)
        self.assertRegex(done.stdout, r"72 passed, 0 failed, 0 not applicable in")

    def test_cells_without_descriptors_are_not_tried_and_say_how_to_have_some(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (7, 7))

        done = verify("--filter", "^limits/half", "--quiet", preexec_fn=few)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("ulimit -n 1024", done.stdout)
        self.assertRegex(done.stdout, r"0 passed, 0 failed, 72 not applicable in")

    def test_failing_cells_end_with_3_and_say_what_was_expected_and_seen(self):
        done = verify("--filter", "^pace/slow writer.*mode=splice/tcp-to-tcp/non-blocking", "--timeout", "200ms")
        self.assertEqual(done.returncode, 3)
        self.assertIn("FAIL pace/slow writer, 1 B in 10 ms/mode=splice/tcp-to-tcp/non-blocking: no end after 0.2 s: a hang", done.stdout)
        self.assertIn("0 passed, 1 failed", done.stdout)

    def test_json_counts_what_it_holds(self):
        done = verify("--filter", "^files/sealed", "--format", "json", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)
        statuses = [cell["status"] for cell in found["cells"]]
        self.assertEqual(found["passed"], statuses.count("pass"))
        self.assertEqual(found["not_applicable"], statuses.count("not applicable"))
        self.assertEqual(len(statuses), 36)
        with open(SCHEMA, encoding="utf-8") as schema:
            self.assertEqual(set(found), set(json.load(schema)["required"]))

    def test_junit_is_xml_with_a_case_for_each_cell(self):
        done = verify("--filter", "^files/sealed", "--format", "junit", "--quiet")
        self.assertEqual(len(list(xml.etree.ElementTree.fromstring(done.stdout).iter("testcase"))), 36)

    def test_somebody_elses_relay_is_tried_with_what_applies_to_it(self):
        done = verify("--relay", "splicebench-splice-64k", "--filter", "^(two-way/late|sizes/65537)", "--quiet")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("relay:splicebench-splice-64k", done.stdout)
        self.assertRegex(done.stdout, r"8 passed, 0 failed, 0 not applicable in")

    def test_a_relay_that_spoils_bytes_fails(self):
        with tempfile.TemporaryDirectory() as directory:
            relay = os.path.join(directory, "spoil.py")
            with open(relay, "w", encoding="utf-8") as script:
                script.write(SPOILING_RELAY)
            done = verify("--relay", f"spoil={sys.executable} {relay} {{listen_port}} {{connect_port}}",
                          "--filter", "^sizes/1025 B in writes of 1448", "--quiet")
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("the byte at stream position 0 is wrong", done.stdout)

    def test_a_relay_that_cannot_be_started_is_one_sentence(self):
        done = verify("--relay", "none=/nonexistent/relay {listen} {connect}", "--quiet")
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertEqual(done.stdout, "")
        self.assertIn("/nonexistent/relay", done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_list_names_the_cells_that_the_filter_leaves(self):
        done = verify("--list", "--filter", "^ends/writer gone/mode=splice/.*/blocking$")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(done.stdout.splitlines()), 6)

    def test_bad_input_is_one_sentence_that_names_it_and_2(self):
        for arguments, name in [
            (["--modes", "warp"], "warp"),
            (["--paths", "tcp-to-moon"], "tcp-to-moon"),
            (["--filter", "("], "--filter"),
            (["--filter", "nothing has this name"], "nothing has this name"),
            (["--format", "yaml"], "yaml"),
            (["--file-dir", "/nonexistent"], "/nonexistent"),
            (["--relay", "no-such-recipe"], "no-such-recipe"),
            (["--filter", ""], "--filter: is empty"),
            (["--file-dir", ""], "--file-dir: is empty"),
            (["--jobs", "-1"], "--jobs: '-1'"),
            (["--jobs", "0"], "--jobs: '0' is not a whole number from 1 to 256"),
            (["--jobs", "99999999999999"], "--jobs: '99999999999999' is not"),
            (["--jobs", "100000"], "--jobs"),
            (["--timeout", "soon"], "soon"),
            (["--bogus"], "--bogus"),
        ]:
            with self.subTest(arguments):
                done = verify(*arguments)
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertEqual(done.stdout, "")
                self.assertIn(name, done.stderr)
                self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_what_no_cell_can_do_without_is_said_once(self):
        done = subprocess.run(["unshare", "--net", "--map-root-user", PROGRAM, "verify", "--quick"], capture_output=True, text=True, check=False)
        if "unshare" in done.stderr:
            self.skipTest("no privilege for a network namespace")
        self.assertEqual(done.returncode, 2, done.stdout[-300:])
        self.assertEqual(done.stdout, "")
        self.assertIn("no TCP over loopback", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_interrupted_prints_what_it_has_and_leaves_no_process(self):
        started = subprocess.Popen(
            [PROGRAM, "verify", "--filter", "^(limits|pace)", "--quiet"],
            stdout=subprocess.PIPE, text=True, start_new_session=True)
        time.sleep(1.5)
        started.send_signal(signal.SIGINT)
        printed, _ = started.communicate(timeout=20)
        self.assertEqual(started.returncode, 130)
        self.assertIn("ended early, the rest was not tried", printed)
        self.expect_no_process(started.pid)

    def test_interrupted_in_the_first_moments_ends_at_once(self):
        started = subprocess.Popen(
            [PROGRAM, "verify", "--filter", "^limits/half", "--quiet"],
            stdout=subprocess.PIPE, text=True, start_new_session=True)
        time.sleep(0.3)  # the kernel is asked first, for about a second
        started.send_signal(signal.SIGINT)
        printed, _ = started.communicate(timeout=5)
        self.assertEqual(started.returncode, 130)
        self.assertIn("0 passed, 0 failed", printed)

    def test_timeout_holds_for_what_is_asked_of_the_kernel_too(self):
        done = verify("--filter", "^limits/half of 100000 B/mode=generic/unix-to-null/blocking", "--timeout", "10ms",
                      "--format", "json", "--quiet")
        seen = {fact["name"]: fact["seen"] for fact in json.loads(done.stdout)["kernel_facts"]}
        self.assertIn("no end after 0.01 s", seen["an empty blocking TCP source, SPLICE_F_NONBLOCK"])

    def test_junit_of_an_interrupted_run_is_no_success(self):
        started = subprocess.Popen(
            [PROGRAM, "verify", "--filter", "^pace", "--quick", "--quiet", "--format", "junit"],
            stdout=subprocess.PIPE, text=True)
        time.sleep(0.5)
        started.send_signal(signal.SIGINT)
        suites = xml.etree.ElementTree.fromstring(started.communicate(timeout=20)[0])
        self.assertEqual(suites.get("errors"), "1")
        self.assertEqual(len(list(suites.iter("error"))), 1)

    def test_few_descriptors_for_many_cells_are_no_failure(self):
        done = verify("--filter", "^pace/last piece", "--quick", "--jobs", "64", "--quiet",
                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("12 passed, 0 failed", done.stdout)

    def test_a_limit_that_the_situation_does_not_fit_in_is_not_applicable(self):
        done = verify("--filter", "40 relays", "--quick", "--quiet",
                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128)))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("36  40 relays take 250 descriptors, the hard limit is 128", done.stdout)

    @unittest.skipUnless(os.geteuid() == 0, "takes another user, of whom nobody else has processes")
    def test_few_processes_make_it_slower_or_leave_cells_out_but_are_no_failure(self):
        # Another user may not reach the build tree.
        with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
            os.chmod(directory, 0o755)
            program = shutil.copy(PROGRAM, directory)
            for limit, status, passed in [(20, 0, 18), (6, 3, 0)]:
                with self.subTest(limit):
                    done = subprocess.run(
                        [program, "verify", "--quick", "--quiet", "--filter", "^limits/half.*unix", "--file-dir", "/dev/shm"],
                        capture_output=True, text=True, timeout=60, user=54321, group=54321, extra_groups=[],
                        cwd="/", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit)))
                    self.assertEqual(done.returncode, status, done.stdout + done.stderr)
                    self.assertIn(f"{passed} passed, 0 failed", done.stdout)
                    if status != 0:
                        self.assertIn("18 of 18 cells were not tried: ", done.stderr)

    def expect_no_process(self, group):
        # A process that has ended, but that nobody has reaped yet, is still of the group.
        self.expect_soon("a cell outlived its parent", lambda: not exists(group))

    def expect_soon(self, otherwise, holds):
        for _ in range(100):
            if holds():
                return
            time.sleep(0.1)
        self.fail(otherwise)

    def test_no_file_is_left_whenever_a_cell_is_killed(self):
        with tempfile.TemporaryDirectory() as directory:
            for milliseconds in range(2, 12):
                verify("--filter", "files/unlinked", "--quick", "--quiet", "--timeout", f"{milliseconds}ms",
                       "--file-dir", directory)
            self.expect_soon("a file was left", lambda: not os.listdir(directory))

    def test_killed_leaves_no_process_and_no_file(self):
        with tempfile.TemporaryDirectory() as directory:
            started = subprocess.Popen(
                [PROGRAM, "verify", "--filter", "^(files/un|pace/.* 5 s)", "--quiet", "--file-dir", directory],
                stdout=subprocess.DEVNULL, start_new_session=True)
            time.sleep(1.5)
            started.kill()
            started.wait()
            self.expect_no_process(started.pid)
            self.expect_soon("a file was left", lambda: not os.listdir(directory))


if __name__ == "__main__":
    # A shell's background job inherits SIGINT ignored, one under nohup SIGHUP; so would the program.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    unittest.main(argv=sys.argv[:1])
