#!/usr/bin/env python3
"""Kills runs at random moments and looks for what they leave behind.

usage: soak.py PROGRAM [--runs N] [--seed N]

Each turn starts `PROGRAM run` (every third a resumed one), waits a random time, and sends SIGKILL, SIGINT or SIGTERM
to the program, or SIGKILL to one of its children. Then: no process of it within a second, nothing in the file
directory, the temporary directory or /dev/shm that was not there before, and every sample that was finished is
still in the journal or the result. Exit 1 with a line for whatever is left or lost."""
import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def samples_kept(path):
    """(name, round) of every good sample in the journal, else in the result."""
    try:
        with open(path + ".journal", encoding="utf-8") as file:
            lines = file.read().split("\n")[:-1]
        samples = [entry["sample"] for entry in map(json.loads, lines) if entry["kind"] == "sample"]
    except FileNotFoundError:
        try:
            with open(path, encoding="utf-8") as file:
                samples = json.load(file)["benchmarks"]
        except FileNotFoundError:
            return set()
    return {(sample["name"], sample["round"]) for sample in samples}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--runs", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    chance = random.Random(options.seed)
    faults = []
    counts = {}
    with tempfile.TemporaryDirectory() as directory:
        files = os.path.join(directory, "files")
        temporary = os.path.join(directory, "tmp")
        os.mkdir(files)
        os.mkdir(temporary)
        shm_before = set(os.listdir("/dev/shm"))
        tmp_before = set(os.listdir("/tmp"))
        out = ""
        for turn in range(options.runs):
            before = set()
            if turn % 3 == 2 and (os.path.exists(out) or os.path.exists(out + ".journal")):
                before = samples_kept(out)
                command = [options.program, "run", "--quiet", "--resume", out]
            else:
                out = os.path.join(directory, f"r{turn}.json")
                command = [options.program, "run", "--quiet", "--out", out, "--file-dir", files, "--rounds", "40",
                           "--chunks", "1KiB,64KiB", "--min-time", "2ms"]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                       env={**os.environ, "TMPDIR": temporary})
            time.sleep(chance.uniform(0, 1.0))
            children = children_of(process.pid)
            kept = samples_kept(out)
            what = chance.choice(["kill", "int", "term", "child"])
            if what == "child" and children:
                try:
                    os.kill(chance.choice(children), signal.SIGKILL)
                except ProcessLookupError:
                    pass  # its sample was just over
                time.sleep(chance.uniform(0, 0.2))
                what = "kill"
                counts["child"] = counts.get("child", 0) + 1
            counts[what] = counts.get(what, 0) + 1
            children += children_of(process.pid)
            process.send_signal({"kill": signal.SIGKILL, "int": signal.SIGINT, "term": signal.SIGTERM}.get(what, signal.SIGKILL))
            process.communicate()
            deadline = time.monotonic() + 1
            while any(map(is_running, children)) and time.monotonic() < deadline:
                time.sleep(0.01)
            orphans = [pid for pid in children if is_running(pid)]
            lost = (kept | before) - samples_kept(out)
            for name, left in (("orphans", orphans), ("files", os.listdir(files)), ("temporaries", os.listdir(temporary)),
                               ("shared memory", set(os.listdir("/dev/shm")) - shm_before), ("lost samples", lost)):
                if left:
                    faults.append(f"turn {turn} ({what}): {name}: {sorted(map(str, left))[:3]}")
        left = {name for name in set(os.listdir("/tmp")) - tmp_before if "splicebench" in name}
        if left:
            faults.append(f"left in /tmp: {sorted(left)[:5]}")
    print(f"{options.runs} runs, signals {counts}, {len(faults)} faults")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
