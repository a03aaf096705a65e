#!/usr/bin/env python3
"""Kills runs at random moments and looks for what they leave behind.

usage: soak.py PROGRAM [--runs N] [--seed N] [--jobs N] [--link veth]

Each turn starts `PROGRAM run`, or goes on with the one before (--resume), and at a random moment, from its first
instruction to after its last, sends SIGKILL, SIGINT, SIGTERM or SIGHUP to the program, or SIGKILL to one of its
children and then to it; every other moment lies where the result is written. Afterwards there must be

    no process    of it ten seconds later; orphans become children of this script, so that none escapes
    no file       in the file directory, $TMPDIR, /dev/shm or /tmp, nor beside the result but its journal
    no loss       every sample that stood in the journal before the blow stands, figure for figure, in the journal or
                  the result; at the end of each chain of turns an undisturbed --resume completes the run
    no namespace  of the network that one of the runs made, with a process in it, and no new device (--link veth, as root)

N is of blows that met a run alive; those that came too late are counted apart and tried again. Prints where it stands every ten seconds and a summary; exit 1 with a line for whatever is left or lost."""
import argparse
import collections
import concurrent.futures
import ctypes
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

from soak_traces import (Namespaces, children_left, children_of, is_whole, journal_count, samples_in, samples_kept,
                         snapshot, soon_empty, text_of)

PR_SET_CHILD_SUBREAPER = 36
ROUNDS = 12
CASES = 4
TOO_LATE = "too late"
BLOWS = ["kill", "kill", "int", "term", "hup", "child"]
TRIES = 20  # for each kill: a blow may come too late
SIGNALS = {"kill": signal.SIGKILL, "int": signal.SIGINT, "term": signal.SIGTERM, "hup": signal.SIGHUP}


class Chain:
    """Turns on one result file, in a directory of its own."""

    def __init__(self, program, link, seed, turns, report, namespaces):
        self.program = program
        self.namespaces = namespaces
        self.link = link
        self.chance = random.Random(seed)
        self.name = seed
        self.turns = turns
        self.report = report
        self.child_killed = False  # then samples, or a whole case by its verification, may be errors for good

    def command(self, resume):
        if resume:
            return [self.program, "run", "--quiet", "--resume", self.out]
        return [self.program, "run", "--quiet", "--out", self.out, "--file-dir", self.files, "--rounds", str(ROUNDS),
                "--paths", "tcp-to-tcp,unix-to-file", "--modes", "generic,splice", "--chunks", "64KiB", "--min-time", "1ms",
                "--link", self.link]

    def start(self):
        # A journal without a line is of a run that had not begun: it is started anew, as its message says.
        resume = os.path.exists(self.out) or "\n" in text_of(self.out + ".journal")
        return subprocess.Popen(self.command(resume), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                env={**os.environ, "TMPDIR": self.temporary})

    def wait_for_the_moment(self, process):
        """A random time; or the last sample of the run, so that the blow falls on the writing of the result. The blow."""
        if self.chance.random() < 0.5:
            time.sleep(self.chance.uniform(0, 0.5))
            return self.chance.choice(BLOWS)
        while process.poll() is None and journal_count(self.out) < CASES * ROUNDS:
            time.sleep(0.001)
        time.sleep(self.chance.uniform(0, self.chance.choice([0.002, 0.01, 0.03])))
        return self.chance.choice(["kill", "kill", "kill", "term"])

    def turn(self, number):
        """One run and a blow. Whether it met the run, or one of its children, alive."""
        if is_whole(self.out):
            os.remove(self.out)  # --resume would refuse it
        before = samples_kept(self.out)
        process = self.start()
        blow = self.wait_for_the_moment(process)
        kept = snapshot(self.out)
        family = set(children_of(process.pid))
        self.namespaces.note(family)
        met = False
        if blow == "child" and family:
            self.child_killed = True
            try:
                os.kill(self.chance.choice(sorted(family)), signal.SIGKILL)
                met = True
            except ProcessLookupError:
                pass  # its sample was just over
            time.sleep(self.chance.uniform(0, 0.1))
        number_sent = SIGNALS.get(blow, signal.SIGKILL)
        process.send_signal(number_sent)
        error = process.communicate()[1].decode(errors="replace")
        met = met or process.returncode in (130, -number_sent)
        self.report.count(blow if met else TOO_LATE)
        self.judge(number, blow, (samples_in(kept) | before) - samples_kept(self.out))
        allowed = {0, 130, -number_sent} | ({3} if self.child_killed else set())
        if process.returncode not in allowed:
            self.report.fault(f"{self.name}.{number} ({blow}): status {process.returncode}: {error.strip()[-200:]}")
        return met

    def judge(self, number, blow, lost):
        beside = set(os.listdir(self.results)) - {"r.json", "r.json.journal"}
        for what, left in (("lost samples", lost), ("files", os.listdir(self.files)),
                           ("temporaries", os.listdir(self.temporary)), ("beside the result", beside)):
            if left:
                self.report.fault(f"{self.name}.{number} ({blow}): {what}: {sorted(map(str, left))[:3]}")

    def complete(self):
        """Undisturbed, whatever the kills left is made whole. A new one where nothing had begun."""
        before = samples_kept(self.out)
        # A whole one is refused, unless a case of it was: then it is tried again.
        allowed = ({2} if is_whole(self.out) else {0}) | ({0, 3} if self.child_killed else set())
        done = self.start()
        error = done.communicate()[1].decode(errors="replace")
        self.judge("end", "completed", before - samples_kept(self.out))
        if done.returncode not in allowed or os.path.exists(self.out + ".journal"):
            self.report.fault(f"{self.name}: --resume ended with {done.returncode}: {error.strip()[-200:]}")
        if not os.path.exists(self.out):
            return
        with open(self.out, encoding="utf-8") as file:
            result = json.load(file)
        samples = [entry for entry in result["benchmarks"] if "round" in entry]
        refused = any(entry.get("error_message", "").startswith("verification: ") for entry in samples)
        whole = len(samples) == CASES * ROUNDS or (refused and self.child_killed)
        if not result["splicebench"]["complete"] or not whole:
            self.report.fault(f"{self.name}: completed to {len(samples)} of {CASES * ROUNDS} samples")

    def run(self):
        with tempfile.TemporaryDirectory(prefix="soak-") as directory:
            self.results, self.files, self.temporary = (os.path.join(directory, name) for name in ("out", "files", "tmp"))
            for name in (self.results, self.files, self.temporary):
                os.mkdir(name)
            self.out = os.path.join(self.results, "r.json")
            kills = 0
            for number in range(self.turns * TRIES):
                kills += self.turn(number)
                if kills == self.turns:
                    break
            else:
                self.report.fault(f"{self.name}: only {kills} of {self.turns} blows met a run alive")
            self.complete()


class Report:
    """What the chains found, from all threads."""

    def __init__(self, runs):
        self.lock = threading.Lock()
        self.runs = runs
        self.counts = collections.Counter()
        self.faults = []
        self.shown = time.monotonic()

    def kills(self):
        return self.counts.total() - self.counts[TOO_LATE]

    def count(self, blow):
        with self.lock:
            self.counts[blow] += 1
            if time.monotonic() - self.shown > 10:
                self.shown = time.monotonic()
                print(f"{self.kills()}/{self.runs}  {len(self.faults)} faults", flush=True)

    def fault(self, text):
        with self.lock:
            self.faults.append(text)
            print(f"fault: {text}", flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--runs", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--jobs", type=int, default=2, help="runs at a time")
    arguments.add_argument("--link", default="loopback", choices=["loopback", "veth"])
    options = arguments.parse_args()
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("soak.py: this kernel gives orphans to nobody (PR_SET_CHILD_SUBREAPER)")
    places = ("/tmp", "/dev/shm", "/var/tmp")
    before = {place: set(os.listdir(place)) for place in places}
    namespaces = Namespaces()
    devices_before = set(os.listdir("/sys/class/net"))
    report = Report(options.runs)
    begin = time.monotonic()
    turns = 5
    # In batches, after each of which nobody may be left.
    chains = [Chain(os.path.abspath(options.program), options.link, options.seed * 1000000 + first,
                    min(turns, options.runs - first), report, namespaces)
              for first in range(0, options.runs, turns)]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for first in range(0, len(chains), options.jobs):
            for _ in pool.map(Chain.run, chains[first:first + options.jobs]):
                pass
            for what, left in (("orphans", soon_empty(children_left)), ("namespaces", namespaces.left()),
                               ("devices", soon_empty(lambda: set(os.listdir("/sys/class/net")) - devices_before))):
                if left:
                    report.fault(f"{what}: {sorted(map(str, left))[:3]}")
    for place in places:
        left = {name for name in set(os.listdir(place)) - before[place] if name.startswith(("splicebench.", "r-"))}
        if left:
            report.fault(f"left in {place}: {sorted(left)[:5]}")
    late = report.counts[TOO_LATE]
    kinds = ", ".join(f"{n} {what}" for what, n in sorted(report.counts.items()) if what != TOO_LATE)
    print(f"{report.kills()} kills ({kinds}), {late} blows too late, {len(chains)} runs completed after them, "
          f"{time.monotonic() - begin:.0f} s: {len(report.faults)} faults")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
