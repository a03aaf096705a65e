#!/usr/bin/env python3
"""fault_test.py SPLICEBENCH STEPPING_CLOCK: what a user keeps when something goes wrong around a run."""

import contextlib
import json
import os
import pty
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
import unittest

from fault_runs import PATIENCE, SPLICEBENCH, STEPPING_CLOCK, FaultTest, read, samples_of, wait_until, warnings_of, without_medians

INSIDE = os.environ.get("SPLICEBENCH_FAULT_TEST_INSIDE")  # a mount namespace of its own


class Streams(FaultTest):
    def test_closed_streams_do_not_mix_with_sockets(self):
        run = self.start(rounds=4, stdin=None, stdout=None, stderr=None,
                         preexec_fn=lambda: [os.close(fd) for fd in (0, 1, 2)])
        self.assertEqual(run.end(), 0)
        self.expect_all(run.out, 4)

    def test_full_standard_output_is_told_and_the_result_kept(self):
        with open("/dev/full", "wb") as full:
            run = self.start(rounds=4, stdout=full)
            self.assertEqual(run.end(), 0)
        self.assertIn(f"standard output cannot be written: No space left on device; the result is in {run.out}", run.errors())
        self.expect_all(run.out, 4)

    def test_a_reader_of_standard_output_that_left_changes_nothing(self):
        run = self.start(rounds=4)
        run.process.stdout.close()
        run.process.stdout = None
        self.assertEqual(run.end(), 0, run.errors())
        self.expect_all(run.out, 4)
        self.assertEqual(os.listdir(os.path.dirname(run.out)), ["r.json"])

    def test_a_reader_of_the_progress_that_left_changes_nothing(self):
        run = self.start(rounds=4, stderr=subprocess.PIPE)
        run.process.stderr.close()
        run.process.stderr = None
        self.assertEqual(run.end(), 0)
        self.expect_all(run.out, 4)

    def test_a_terminal_that_goes_away_interrupts_and_the_result_is_kept(self):
        master, slave = pty.openpty()
        command = [SPLICEBENCH, "run", "--paths", "tcp-to-tcp", "--chunks", "4KiB", "--rounds", "2000", "--min-time", "1ms",
                   "--out", os.path.join(self.folder, "r.json")]
        # setsid --ctty: the terminal is the program's own, so that its end is a SIGHUP.
        process = subprocess.Popen(["setsid", "--ctty", "--wait", *command], stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        journal = os.path.join(self.folder, "r.json.journal")
        wait_until(lambda: os.path.exists(journal) and read(journal).count('"kind":"sample"') > 5, "samples were taken")
        os.close(master)
        wait_until(lambda: os.path.exists(os.path.join(self.folder, "r.json")), "the result was written")
        process.wait(PATIENCE)
        entries = samples_of(os.path.join(self.folder, "r.json"))
        self.assertGreater(len(entries), 5)
        self.assertFalse(any(entry.get("error_occurred") for entry in entries))
        self.assertEqual(os.listdir(self.folder), ["r.json"])

    def test_nohup_is_respected(self):
        run = self.start(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        run.middle()
        run.process.send_signal(signal.SIGHUP)
        self.assertEqual(run.end(), 0, run.errors())
        self.expect_all(run.out, run.rounds)

    def test_a_signal_to_the_whole_group_is_an_interruption_and_no_failed_sample(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            run = self.start(rounds=2000, start_new_session=True, out=os.path.join(self.folder, f"{number}.json"))
            run.middle()
            os.killpg(run.process.pid, number)
            self.assertEqual(run.end(), 130, run.errors())
            self.assertFalse(any(entry.get("error_occurred") for entry in samples_of(run.out)), number)


class ResultDirectory(FaultTest):
    def test_that_is_removed_leaves_the_result_in_a_named_refuge(self):
        run = self.start()
        with run.stopped():
            shutil.rmtree(os.path.dirname(run.out))
        self.expect_refuge(run, "No such file or directory")
        self.assertEqual(run.errors().count("r.json.journal was removed; the run goes on"), 1, run.errors())

    def test_that_is_refused_by_a_link_put_there_meanwhile_leaves_the_result_in_a_refuge(self):
        run = self.start()
        victim = os.path.join(self.folder, "victim")
        with open(victim, "w", encoding="utf-8") as file:
            file.write("precious")
        with run.stopped():
            os.symlink(victim, run.out)
        self.expect_refuge(run, "is a symbolic link")
        self.assertEqual(read(victim), "precious")

    def test_a_journal_that_could_not_be_written_for_a_while_has_every_sample(self):
        run = self.start(rounds=2000)
        run.middle()
        journal = run.out + ".journal"
        # No further byte of any file may be written: the disk is full.
        run.limit(resource.RLIMIT_FSIZE, os.path.getsize(journal))
        wait_until(lambda: "cannot be written" in run.errors(), "it was told")
        self.assertTrue(read(journal).endswith("\n"), "no line is left half")
        before = run.journal_samples()
        run.limit(resource.RLIMIT_FSIZE, resource.RLIM_INFINITY)
        wait_until(lambda: run.journal_samples() > before + 3, "the journal goes on")
        run.process.kill()
        run.end()
        self.assertEqual(run.errors().count("cannot be written: File too large; the run goes on"), 1, run.errors())
        taken = [json.loads(line)["sample"] for line in read(journal).splitlines() if '"kind":"sample"' in line]
        rounds = [sample["round"] for sample in taken]
        self.assertEqual(sorted(rounds), sorted(number // 2 for number in range(len(rounds))), "none is missing")

    def test_that_takes_nothing_as_nowhere_else_does_prints_the_result(self):
        run = self.start(stderr=subprocess.PIPE)
        with run.stopped():
            run.limit(resource.RLIMIT_FSIZE, 0)
        self.assertEqual(run.end(), 3)
        self.assertIn(b"nor any file in $TMPDIR, /tmp or /var/tmp; the result went to standard output", run.error_output)
        self.assertEqual(len(without_medians(json.loads(run.output))), 2 * run.rounds)
        self.assertEqual(os.listdir(run.temporary), [])

    def test_links_in_place_of_the_result_or_the_journal_are_refused(self):
        for name in ("r.json", "r.json.journal"):
            for target in ("victim", "nowhere"):
                out = os.path.join(self.folder, f"{name}-{target}")
                os.makedirs(out)
                victim = os.path.join(out, "victim")
                with open(victim, "w", encoding="utf-8") as file:
                    file.write("precious")
                os.symlink(os.path.join(out, target), os.path.join(out, name))
                run = self.start(rounds=4, out=os.path.join(out, "r.json"), arguments=["--force"])
                self.assertEqual(run.end(), 2, run.errors())
                self.assertRegex(run.errors(), r"^splicebench: \S+ is a symbolic link, .*\n$")
                self.assertEqual(read(victim), "precious")
                self.assertEqual(sorted(os.listdir(out)), sorted({name, "victim"}))

    def test_result_and_journal_have_the_users_umask(self):
        for mask, mode in ((0o077, 0o600), (0o022, 0o644)):
            run = self.start(rounds=20, out=os.path.join(self.folder, f"{mask}.json"), preexec_fn=lambda m=mask: os.umask(m))
            with run.stopped(1):
                self.assertEqual(stat.S_IMODE(os.stat(run.out + ".journal").st_mode), mode)
            self.assertEqual(run.end(), 0, run.errors())
            self.assertEqual(stat.S_IMODE(os.stat(run.out).st_mode), mode)


class Machine(FaultTest):
    def test_descriptors_that_run_out_end_the_run_with_a_sentence_and_it_can_be_resumed(self):
        run = self.start()
        with run.stopped():
            run.limit(resource.RLIMIT_NOFILE, 6)
        self.assertEqual(run.end(), 3)
        self.assertIn("Too many open files", run.errors())
        again = subprocess.run([SPLICEBENCH, "run", "--quiet", "--resume", run.out], capture_output=True, check=False)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.expect_all(run.out, run.rounds)

    def test_a_file_directory_that_is_removed_ends_the_run_and_it_can_be_resumed(self):
        run = self.start(paths="tcp-to-file")
        with run.stopped():
            os.rmdir(os.path.join(self.folder, "files"))
        self.assertEqual(run.end(), 3)
        self.assertRegex(run.errors(), r"make a file in \S+/files: No such file or directory; \d+ of 48 samples are in ")
        os.mkdir(os.path.join(self.folder, "files"))
        again = subprocess.run([SPLICEBENCH, "run", "--quiet", "--resume", run.out], capture_output=True, check=False)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.expect_all(run.out, run.rounds)

    def test_a_second_run_is_noticed_by_both(self):
        first = self.start(rounds=20000, out=os.path.join(self.folder, "first.json"))
        first.middle(1)
        second = self.start(rounds=4, out=os.path.join(self.folder, "second.json"))
        self.assertEqual(second.end(), 0)
        # There may be runs of others on this machine: all are named.
        self.assertRegex(second.errors(), rf"warning: another splicebench \(process [^)]*\b{first.process.pid}\b[^)]*\) was measuring")
        # The first looks once a second; a second run that is shorter may go unseen.
        third = self.start(rounds=20000, out=os.path.join(self.folder, "third.json"))
        third.middle(50)
        time.sleep(2)  # the first looks once a second
        third.process.send_signal(signal.SIGINT)
        third.end()
        first.process.send_signal(signal.SIGINT)
        self.assertEqual(first.end(), 130)
        for run, others in ((second, [first]), (first, [second, third]), (third, [first])):
            told = [w["text"] for w in warnings_of(run.out) if w["code"] == "another-run"]
            self.assertEqual(len(told), 1, "once per run")
            # Told once, of whoever was seen first: that may be somebody else's run.
            named = set(map(int, re.findall(r"\d+", re.search(r"\(process ([^)]*)\)", told[0]).group(1))))
            self.assertFalse(named & {run.process.pid}, told)
            self.assertTrue(named & {other.process.pid for other in others} or named - {each.process.pid for each in (first, second, third)}, told)
            self.assertEqual(run.errors().count("warning: another splicebench"), 1, run.errors())

    def test_steps_of_the_wall_clock_change_no_time(self):
        begin = time.monotonic()
        run = self.start(rounds=10, environment={"LD_PRELOAD": STEPPING_CLOCK})
        self.assertEqual(run.end(), 0, run.errors())
        elapsed = time.monotonic() - begin
        result = json.loads(read(run.out))
        self.assertLess(0, result["splicebench"]["wall_seconds"])
        self.assertLess(result["splicebench"]["wall_seconds"], elapsed)
        for entry in without_medians(result):
            self.assertLess(0, entry["start_seconds"])
            self.assertLess(entry["start_seconds"], elapsed)
            self.assertLess(0, entry["real_time"])
        stamp = result["context"]["date"]
        self.assertGreater(abs(time.time() - time.mktime(time.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S"))), 1800,
                           "the steps did not reach the program")


def fill(path):
    """Writes to a file until its file system is full."""
    with open(path, "ab", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass


@unittest.skipUnless(INSIDE, "in a mount namespace only")
class Mounts(FaultTest):
    @contextlib.contextmanager
    def tmpfs(self, name, size):
        path = os.path.join(self.folder, name)
        os.mkdir(path)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", path], check=True)
        try:
            yield path
        finally:
            subprocess.run(["umount", "--lazy", path], check=True)

    def test_a_file_directory_filled_by_others_gives_errors_that_name_it_and_the_run_goes_on(self):
        with self.tmpfs("files", "700m") as files:
            run = self.start(paths="tcp-to-file", rounds=2000)
            run.middle()
            # The size that the run asked for at its start is not filled for real: that would be memory.
            shrink = ["mount", "-o", "remount,size=1m", files]
            wait_until(lambda: subprocess.run(shrink, capture_output=True, check=False).returncode == 0, "it is small")
            journal = run.out + ".journal"
            ballast = os.path.join(files, "ballast")
            # Again and again: between two samples there is room.
            wait_until(lambda: fill(ballast) or "ENOSPC" in read(journal), "the full disk was met")
            subprocess.run(["mount", "-o", "remount,size=700m", files], check=True)
            freed = run.journal_samples()
            run.middle(freed + 5)
            run.process.send_signal(signal.SIGINT)
            self.assertEqual(run.end(), 130, run.errors())
        entries = sorted(samples_of(run.out), key=lambda entry: entry["sequence"])
        failed = [entry["error_message"] for entry in entries if entry.get("error_occurred")]
        self.assertTrue(failed)
        for message in failed:
            self.assertIn("ENOSPC (No space left on device) on the sink", message)
        self.assertFalse(entries[-1].get("error_occurred", False), "after it was freed, samples are good again")

    def test_a_result_directory_that_is_full_leaves_the_result_in_a_refuge(self):
        with self.tmpfs("out", "1m") as out:
            run = self.start()
            with run.stopped():
                fill(os.path.join(out, "ballast"))
            self.expect_refuge(run, "No space left on device")

    def test_a_result_directory_that_is_read_only_leaves_the_result_in_a_refuge(self):
        with self.tmpfs("out", "8m") as out:
            run = self.start()
            with run.stopped():
                # The journal is open for writing, which a remount would not take.
                subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", out], check=True)
            try:
                self.expect_refuge(run, "Read-only file system")
            finally:
                subprocess.run(["umount", "--lazy", out], check=True)


def run_mounts_inside():
    """The tests of Mounts in a mount namespace of their own. False when they failed."""
    for options in (["--mount"], ["--mount", "--map-root-user"]):
        probe = subprocess.run(["unshare", *options, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
        if probe.returncode == 0:
            return subprocess.run(["unshare", *options, sys.executable, *sys.argv[:3], "Mounts"],
                                  env={**os.environ, "SPLICEBENCH_FAULT_TEST_INSIDE": "1"}, check=False).returncode == 0
    print("skipped: Mounts (full and read-only file systems): no privilege for a mount namespace")
    return True


if __name__ == "__main__":
    # A shell's background job inherits SIGINT ignored, one under nohup SIGHUP; so would the program.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    names = sys.argv[3:]
    good = unittest.main(argv=[sys.argv[0], "-v", *names], exit=False).result.wasSuccessful()
    if not INSIDE and not names:
        good = run_mounts_inside() and good
    sys.exit(0 if good else 1)
