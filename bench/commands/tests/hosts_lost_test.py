#!/usr/bin/env python3
"""hosts_lost_test.py SPLICEBENCH: what becomes of a run over hosts when an agent, an ssh, a link or the runner is lost."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "testing"))
import ssh_hosts  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
ROUNDS = 6
PATIENCE = 180  # seconds
MAKER = """
import sys, time
sys.path.insert(0, sys.argv[1])
import ssh_hosts
with ssh_hosts.SshHosts() as hosts:
    print(hosts.tag, hosts.folder, flush=True)
    time.sleep(60)
"""


class LostTest(ssh_hosts.OverHosts):
    def setUp(self):
        super().setUp()
        self.journal = pathlib.Path(f"{self.out}.journal")

    def start(self, *arguments):
        process = self.hosts.start(PROGRAM, "run", *arguments)
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        if process.poll() is None:
            process.kill()
        process.communicate()
        self.hosts.cut("relay", "up")

    def begin(self, *arguments, modes="generic,splice", find=lambda: [None]):
        """A run that has samples, and others before it; and what `find` finds first, which takes long on a busy machine."""
        process = self.start("--hosts", self.hosts.places(), "--addr", self.hosts.addresses(), "--remote-program", PROGRAM, "--chunks", "64KiB",
                             "--modes", modes, "--rounds", str(ROUNDS), "--min-time", "100ms", "--out", str(self.out), *arguments)
        found = []

        def is_there():
            if not found:
                found.extend(find())
            return process.poll() is not None or found and self.samples() > 0

        self.assertTrue(self.hosts.wait_until(is_there, PATIENCE))
        self.assertIsNone(process.poll(), "it ended before its first sample")
        return process, found[0]

    def samples(self):
        return self.journal.read_text(encoding="utf-8").count('"kind":"sample"') if self.journal.exists() else 0

    def entries(self):
        result = json.loads(self.out.read_text(encoding="utf-8"))
        return result, [entry for entry in result["benchmarks"] if entry["run_type"] == "iteration"]

    def goes_on(self, process, host):
        """The run loses samples, says of which host, and has all others."""
        _, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3, err)
        result, entries = self.entries()
        errors = [entry["error_message"] for entry in entries if "error_message" in entry]
        self.assertTrue(errors)
        self.assertTrue(all(f"host ssh://{host}" in error and "last heard" in error for error in errors), errors)
        self.assertEqual({entry["round"] for entry in entries if "error_message" not in entry} | {0}, set(range(ROUNDS)))
        self.assertTrue(result["splicebench"]["complete"])
        self.assertEqual(self.hosts.soon_left(), [])

    def test_an_agent_that_is_killed_costs_its_samples_and_is_started_again(self):
        process, agent = self.begin(find=lambda: self.hosts.agents("relay"))
        os.kill(agent, signal.SIGKILL)
        self.goes_on(process, "relay")

    def test_an_ssh_that_is_killed_costs_its_samples_and_is_started_again(self):
        process, ssh = self.begin(find=lambda: self.ssh_to("reader"))
        os.kill(ssh, signal.SIGKILL)
        self.goes_on(process, "reader")

    def test_a_link_that_goes_down_and_up_again_costs_its_samples(self):
        process, agent = self.begin(find=lambda: self.hosts.agents("relay"))
        self.hosts.cut("relay")
        # Its agent ends all by itself when nothing is heard any more.
        self.assertTrue(self.hosts.wait_until(lambda: agent not in self.hosts.agents("relay")))
        self.hosts.cut("relay", "up")
        self.goes_on(process, "relay")

    def test_a_host_that_stays_away_ends_the_run_which_can_be_completed(self):
        # On a busy machine it takes long to reach a host, and a sample longer.
        enough = 2 + 10 * self.hosts.seconds_of_ssh()
        process, _ = self.begin("--timeout", f"{enough:.1f}s", "--relay", self.recipe(), modes="splice")
        self.hosts.cut("relay")
        _, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3, err)
        self.assertIn("host ssh://relay", err)
        resume = f"run --resume {self.out} --relay '{self.recipe()}' --remote-program '{PROGRAM}'"
        self.assertIn(resume, err)
        self.hosts.cut("relay", "up")
        self.assertEqual(self.hosts.soon_left(), [])
        kept = len(self.entries()[1])
        self.assertGreater(kept, 0)
        done = self.hosts.run(PROGRAM, "run", "--resume", str(self.out))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("--remote-program", done.stderr)  # what a file names is not started
        done = self.hosts.run(PROGRAM, "run", "--resume", str(self.out), "--relay", self.recipe(), "--remote-program", PROGRAM)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        result, entries = self.entries()
        self.assertTrue(result["splicebench"]["complete"])
        self.assertGreater(len(entries), kept)
        self.assertEqual(self.hosts.soon_left(), [])

    def test_a_ping_loses_a_block_with_an_agent_and_goes_on(self):
        process = self.hosts.start(PROGRAM, "ping", "--hosts", "client=ssh://writer,relay=ssh://relay,server=ssh://reader", "--remote-program",
                                   PROGRAM, "-n", "60000", "--rounds", "6", "--modes", "splice", "--out", str(self.out))
        self.addCleanup(self.end, process)
        process.stderr.readline()  # connections have been tried, blocks begin
        # In a block of the floor there is no relay to lose; one through it takes a second.
        agents = []

        def relays():
            if not agents:
                agents.extend(self.hosts.agents("relay"))
            return process.poll() is not None or agents and pathlib.Path(f"/proc/{agents[0]}/task/{agents[0]}/children").read_bytes()

        self.assertTrue(self.hosts.wait_until(relays, PATIENCE))
        self.assertIsNone(process.poll())
        os.kill(agents[0], signal.SIGKILL)
        _, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 3, err)
        errors = [entry["error_message"] for entry in self.entries()[1] if "error_message" in entry]
        self.assertTrue(errors)
        self.assertTrue(all("host ssh://relay" in error for error in errors), errors)
        self.assertGreater(len(self.entries()[1]), len(errors))
        self.assertEqual(self.hosts.soon_left(), [])

    def ssh_to(self, host):
        found = []
        for pid in self.hosts.pids("runner"):
            with contextlib.suppress(OSError):
                if f"\0{host}\0".encode() in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
        return found

    def test_nothing_is_left_when_the_runner_is_killed(self):
        for number in (signal.SIGKILL, signal.SIGTERM):
            with self.subTest(number):
                process, _ = self.begin("--force")
                process.send_signal(number)
                process.communicate(timeout=PATIENCE)
                self.assertEqual(self.hosts.soon_left(), [])

    def test_an_agent_that_is_stopped_goes_with_its_runner(self):
        process, agent = self.begin(find=lambda: self.hosts.agents("relay"))
        os.kill(agent, signal.SIGSTOP)
        process.kill()
        process.communicate()
        self.assertEqual(self.hosts.soon_left(), [])

    def test_hosts_go_with_whoever_made_them(self):
        maker = subprocess.Popen([sys.executable, "-c", MAKER, pathlib.Path(ssh_hosts.__file__).parent], stdout=subprocess.PIPE, text=True)
        with maker:
            tag, folder = maker.stdout.readline().split()
            maker.kill()

        def left():
            names = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout
            return tag in names or os.path.exists(folder)

        self.assertTrue(self.hosts.wait_until(lambda: not left()))

    def test_nothing_that_was_sent_is_left_when_the_runner_is_killed_not_even_where_an_agent_is_stopped(self):
        process = self.start("--hosts", self.hosts.places(), "--copy", "--chunks", "64KiB", "--modes", "generic", "--rounds", "100", "--min-time",
                             "100ms", "--out", str(self.out))
        self.assertTrue(self.hosts.wait_until(lambda: process.poll() is not None or self.samples() > 0, PATIENCE))
        self.assertTrue(any(self.hosts.temporary("relay").iterdir()))
        os.kill(self.hosts.agents("relay")[0], signal.SIGSTOP)
        process.kill()
        process.communicate()
        self.assertEqual(self.hosts.soon_left(), [])


unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
