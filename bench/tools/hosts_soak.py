#!/usr/bin/env python3
"""Kills what a run over three hosts is made of, at random moments, and looks for what is left and lost.

usage: hosts_soak.py PROGRAM [--kills N] [--seed N] [--copy]

As root, with openssh-server. The hosts are network namespaces with an sshd each (bench/testing/ssh_hosts.py). Each turn starts
`PROGRAM run --hosts`, or goes on with the one before (--resume), and strikes once, from the run's first moment to after its last:

    runner    SIGKILL, SIGTERM, SIGINT or SIGHUP to the program
    ssh       SIGKILL to one of its ssh
    agent     SIGKILL to an agent
    member    SIGKILL to a writer, relay or reader
    link      the link by which ssh reaches a host is down, mostly for up to nine seconds, else for longer than a run waits

Afterwards there must be nothing in any namespace but its sshd (processes, listeners, files in $TMPDIR), every sample that stood
in the journal before, errors that name a host where one was lost, and at the end of a chain of turns a --resume that completes
the run. Prints a line for each turn and a summary; exit 1 with a line for whatever is left or lost."""
import argparse
import collections
import json
import os
import pathlib
import random
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "testing"))
import ssh_hosts  # noqa: E402
from soak_traces import is_whole, journal_count, program_of, samples_in, samples_kept, snapshot, text_of  # noqa: E402

ROUNDS = 8
CASES = 2
TURNS = 5  # of a chain
MOST_SECONDS = 300
TIMEOUT = 20  # seconds: beside builds a handshake of ssh takes some, and so do the messages of a sample
BLOWS = ["runner", "runner", "ssh", "agent", "member", "link"]
SIGNALS = [signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
MEMBERS = {name[:15] for name in ("splicebench-writer", "splicebench-relay", "splicebench-reader")}  # as the kernel cuts them


class Chain:
    """Turns on one result file."""

    def __init__(self, program, hosts, chance, options, report):
        self.program = program
        self.hosts = hosts
        self.chance = chance
        self.how = ["--copy"] if options.copy else ["--remote-program", program]
        self.report = report
        self.out = str(hosts.folder / f"soak-{chance.randrange(1 << 40):x}.json")

    def start(self):
        # A journal without a line is of a run that had not begun: it is started anew, as its message says.
        resume = os.path.exists(self.out) or "\n" in text_of(self.out + ".journal")
        if resume:
            arguments = ["--resume", self.out, *(self.how if self.how[0] != "--copy" else [])]
        else:
            arguments = ["--hosts", self.hosts.places(), "--addr", self.hosts.addresses(), *self.how, "--out", self.out, "--chunks", "64KiB",
                         "--modes", "generic,splice", "--rounds", str(ROUNDS), "--min-time", "20ms", "--timeout", f"{TIMEOUT}s"]
        return self.hosts.start(self.program, "run", "--quiet", *arguments)

    def victims(self, blow):
        if blow == "ssh":
            return [pid for pid in self.hosts.pids("runner") if program_of(pid) == "ssh"]
        host = self.chance.choice(ssh_hosts.HOSTS)
        if blow == "agent":
            return self.hosts.agents(host)
        return [pid for pid in self.hosts.pids(host) if program_of(pid) in MEMBERS]

    def wait_for_the_moment(self, process):
        """From the start, while hosts are reached; after some sample; or when all are there."""
        if self.chance.random() < 0.3:
            time.sleep(self.chance.uniform(0, 1))
            return
        samples = journal_count(self.out) + self.chance.randrange(CASES * ROUNDS)
        end = time.monotonic() + MOST_SECONDS
        while process.poll() is None and journal_count(self.out) < samples and time.monotonic() < end:
            time.sleep(0.002)
        time.sleep(self.chance.uniform(0, 0.1))

    def strike(self, process, blow):
        """Whether it met anything alive."""
        if process.poll() is not None:
            return False
        if blow == "runner":
            process.send_signal(self.chance.choice(SIGNALS))
            return True
        if blow == "link":
            host = self.chance.choice(ssh_hosts.HOSTS)
            self.hosts.cut(host)
            time.sleep(self.chance.uniform(0, 9) if self.chance.random() < 0.8 else self.chance.uniform(TIMEOUT, TIMEOUT + 9))
            self.hosts.cut(host, "up")
            return True
        end = time.monotonic() + 5
        while not (found := self.victims(blow)):
            if process.poll() is not None or time.monotonic() > end:
                return False
        try:
            os.kill(self.chance.choice(found), signal.SIGKILL)
        except ProcessLookupError:
            return False  # its sample was just over
        return True

    def turn(self, name):
        if is_whole(self.out):
            os.remove(self.out)  # --resume would refuse it
        before = samples_kept(self.out)
        process = self.start()
        self.wait_for_the_moment(process)
        blow = self.chance.choice(BLOWS)
        kept = snapshot(self.out)
        met = self.strike(process, blow)
        error = self.wait(process, name)
        self.report.count(blow if met else "too late")
        self.judge(f"{name} ({blow})", (samples_in(kept) | before) - samples_kept(self.out))
        ended_by = {-number for number in SIGNALS} | {130} if blow == "runner" else {2, 3}
        if process.returncode not in ended_by | {0, 3}:
            self.report.fault(f"{name} ({blow}): status {process.returncode}: {error.strip()[-300:]}")
        if process.returncode == 2 and "ssh://" not in error:
            self.report.fault(f"{name} ({blow}): no host is named: {error.strip()[-300:]}")
        self.judge_errors(f"{name} ({blow})", blow)
        print(f"{name:8} {blow:7} {'met' if met else 'too late':9} status {process.returncode}", flush=True)
        return met

    def wait(self, process, name):
        try:
            return process.communicate(timeout=MOST_SECONDS)[1]
        except Exception:  # noqa: BLE001: whatever keeps it, it ends here
            self.report.fault(f"{name}: the run does not end")
            process.kill()
            return process.communicate()[1]

    def judge(self, name, lost):
        if lost:
            self.report.fault(f"{name}: lost samples: {sorted(map(str, lost))[:3]}")
        if left := self.hosts.soon_left(30):
            self.report.fault(f"{name}: left: {left[:4]}")

    def entries(self):
        return json.loads(text_of(self.out))["benchmarks"]

    def judge_errors(self, name, blow):
        """Where a host was lost, it is named."""
        if blow not in ("ssh", "agent", "link") or not os.path.exists(self.out):
            return
        for entry in self.entries():
            if "error_message" in entry and "ssh://" not in entry["error_message"] and "process" not in entry["error_message"]:
                self.report.fault(f"{name}: an error that names no host: {entry['error_message']}")

    def complete(self, name):
        """Undisturbed, whatever the blows left is made whole."""
        before = samples_kept(self.out)
        # A case whose process was killed while it was verified is tried again, also of a run that came to its end.
        refused = is_whole(self.out) and not any(entry.get("error_message", "").startswith("verification: ") for entry in self.entries())
        process = self.start()
        error = self.wait(process, name)
        self.judge(name, before - samples_kept(self.out))
        if process.returncode not in ({2} if refused else {0, 3}) or os.path.exists(self.out + ".journal"):
            self.report.fault(f"{name}: --resume ended with {process.returncode}: {error.strip()[-300:]}")
        elif not json.loads(text_of(self.out))["splicebench"]["complete"]:
            self.report.fault(f"{name}: it is not complete")


class Report:
    def __init__(self):
        self.counts = collections.Counter()
        self.faults = 0

    def count(self, blow):
        self.counts[blow] += 1

    def fault(self, text):
        self.faults += 1
        print(f"fault: {text}", flush=True)

    def kills(self):
        return self.counts.total() - self.counts["too late"]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--kills", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--copy", action="store_true", help="send the program to the hosts")
    options = arguments.parse_args()
    if why := ssh_hosts.why_not():
        sys.exit(f"hosts_soak.py: {why}")
    chance = random.Random(options.seed)
    report = Report()
    begin = time.monotonic()
    chains = 0
    with ssh_hosts.SshHosts() as hosts:
        while report.kills() < options.kills:
            chains += 1
            chain = Chain(os.path.abspath(options.program), hosts, chance, options, report)
            turns = 0
            while turns < TURNS and report.kills() < options.kills:
                chain.turn(f"{chains}.{turns}")
                turns += 1
            chain.complete(f"{chains}.end")
    kinds = ", ".join(f"{count} {what}" for what, count in sorted(report.counts.items()))
    print(f"{report.kills()} kills ({kinds}), {chains} runs completed after them, {time.monotonic() - begin:.0f} s: {report.faults} faults")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
