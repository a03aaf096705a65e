#!/usr/bin/env python3
"""Does splicebench claim what is not there, and find what is? Runs it many times on this machine:

  A/A   a mode against itself under another spelling. Every claim is false. At most 1 run of 20 should make any.
  cost  a copy against the same copy that takes a known share of CPU more per byte. Rows in which a claim of
        higher relay CPU or lower throughput finds it.

How often the 95 % intervals hold the truth it tells twice: of the A/A runs, where the truth is a ratio of 1; and of their
rounds, drawn again and again with replacement, where it is what all rounds of the row together show. Brackets are 95 %
intervals (Clopper and Pearson). Exit status 1 when more runs make false claims than chance allows.

A run has few rows, and each gets the time that a row of three modes gets in the default run: 20 runs of each kind take
ten minutes.

usage: ninja -C build bench/splicebench-honest bench/splicebench-honest-relay peers/splicebench-{guard,reader,writer,echo,pinger}
       bench/tools/honesty/honesty.py build --runs 20"""

import argparse
import json
import math
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from signed_ranks import centre_of

PEERS = ["writer", "reader", "guard", "echo", "pinger"]
UNITS = ["B/s", "relay-cpu-sec/GB"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, help="build directory with the programs named above")
    parser.add_argument("--runs", type=int, default=20, help="of each kind (20)")
    parser.add_argument("--percent", type=int, default=3, help="extra CPU per byte to be found (3)")
    parser.add_argument("--run-flags", default="--time 14s --paths tcp-to-tcp,unix-to-file --chunks 4KiB,64KiB,1MiB",
                        help="how to measure ('%(default)s')")
    parser.add_argument("--resamples", type=int, default=200, help="for the coverage of the intervals (200)")
    parser.add_argument("--keep", type=pathlib.Path, help="directory for the results of the runs; else they are removed")
    parser.add_argument("--seed", type=int, default=1, help="of the resampling (1)")
    given = parser.parse_args()
    for name in ("runs", "percent", "resamples"):
        if getattr(given, name) < 1:
            parser.error(f"--{name}: {getattr(given, name)} is not at least 1")
    return given


def install(build, directory):
    """The programs as they find each other when installed."""
    places = {"bin/splicebench": build / "bench/splicebench-honest",
              "libexec/splicebench/splicebench-relay": build / "bench/splicebench-honest-relay"}
    places |= {f"libexec/splicebench/splicebench-{peer}": build / f"peers/splicebench-{peer}" for peer in PEERS}
    for place, program in places.items():
        if not program.exists():
            sys.exit(f"honesty: {program} is not built; see --help")
        (directory / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(program, directory / place)
    return directory / "bin/splicebench"


def measure(program, given, directory, name, modes):
    out = directory / f"{name}.json"
    print(f"{time.strftime('%H:%M:%S')} {name}", file=sys.stderr, flush=True)
    command = [program, "run", "--modes", modes, "--allow-same", "--out", out, "--force", *given.run_flags.split()]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"honesty: {name} ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(out.read_text())


def paired_rows(result):
    for table in result["splicebench"]["paired"]:
        for row in table["rows"]:
            yield table["unit"], row


def key_of(row):
    return tuple(sorted((name, str(value)) for name, value in row.items()
                        if name in ("path", "chunk", "flows", "placement", "congestion", "socket_buffer", "link")))


def finds(unit, row):
    if not row["significant"] or unit not in UNITS:
        return False
    return row["ratio"] < 1 if unit == "B/s" else row["ratio"] > 1


def log_ratios(result, unit):
    """By row: the log-ratios of its rounds, second mode to first."""
    field = {"B/s": "bytes_per_second", "relay-cpu-sec/GB": "relay_seconds_per_GB"}[unit]
    first, second = result["splicebench"]["options"]["modes"][:2]
    seen = {}
    for entry in result["benchmarks"]:
        if entry.get("run_type") == "iteration" and not entry.get("error_occurred"):
            seen[key_of(entry), entry["mode"], entry["round"]] = entry[field]
    rows = {}
    for (key, mode, round_), value in seen.items():
        base = seen.get((key, first, round_))
        if mode == second and base and value:
            rows.setdefault(key, []).append(math.log(value / base))
    return rows


def coverage(results, resamples, source):
    """Share of resampled runs whose interval holds what all rounds of the row in all runs show."""
    held = tried = 0
    for unit in UNITS:
        pooled = {}
        lengths = {}
        for result in results:
            for key, ratios in log_ratios(result, unit).items():
                pooled.setdefault(key, []).extend(ratios)
                lengths[key] = len(ratios)
        for key, ratios in pooled.items():
            n = lengths[key]
            if n < 6 or len(ratios) <= n:  # of fewer there is no interval
                continue
            truth, _, _ = centre_of(source.sample(ratios, min(len(ratios), 400)), 0.05)
            for _ in range(resamples):
                _, low, high = centre_of(source.choices(ratios, k=n), 0.05)
                held += low <= truth <= high
                tried += 1
    return held, tried


def share_text(hits, tries):
    """ "1 of 20 (5.0 % [0.1, 24.9])": the ends are the shares that would give so many or so few with 2.5 %."""
    if tries == 0:
        return "none of none"

    def at_most(k, share):
        return sum(math.comb(tries, i) * share ** i * (1 - share) ** (tries - i) for i in range(k + 1))

    def where(falls_to, function):
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if function(middle) > falls_to else (low, middle)
        return (low + high) / 2
    low = 0.0 if hits == 0 else where(0.975, lambda share: at_most(hits - 1, share))
    high = 1.0 if hits == tries else where(0.025, lambda share: at_most(hits, share))
    return f"{hits} of {tries} ({100 * hits / tries:.1f} % [{100 * low:.1f}, {100 * high:.1f}])"


def holds_one(row):
    """Whether its interval, where it has one, holds a ratio of 1."""
    return row["low"] <= 1 <= row["high"]


def most_by_chance(runs, share=0.05, doubt=0.01):
    """The number of runs with a false claim that honest statistics exceed in at most `doubt` of such experiments."""
    left = 1.0
    for k in range(runs + 1):
        left -= math.comb(runs, k) * share ** k * (1 - share) ** (runs - k)
        if left <= doubt:
            return k
    return runs


def main():
    given = arguments()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as temporary:
        directory = pathlib.Path(temporary)
        kept = given.keep or directory / "results"
        kept.mkdir(parents=True, exist_ok=True)
        program = install(given.build.resolve(), directory)
        alike = [measure(program, given, kept, f"alike-{i}", "generic,generic:buffer=32768") for i in range(given.runs)]
        costly = [measure(program, given, kept, f"costly-{i}", f"burning,burning:percent={given.percent}")
                  for i in range(given.runs)]

    false_runs = sum(any(row["significant"] for _, row in paired_rows(result)) for result in alike)
    allowed = most_by_chance(given.runs)
    print(f"A/A: {share_text(false_runs, given.runs)} runs made a false claim; honest statistics make more than {allowed} in "
          f"at most 1 of 100 such experiments")

    found, rows, missed = set(), set(), 0
    for number, result in enumerate(costly):
        for unit, row in paired_rows(result):
            rows.add((number, key_of(row)))
            if finds(unit, row):
                found.add((number, key_of(row)))
            elif row["significant"] and unit in UNITS:
                missed += 1
    told = sorted(row["could_have_told"] for result in costly for unit, row in paired_rows(result)
                  if unit == UNITS[1] and row.get("could_have_told"))
    print(f"cost: {given.percent} % more CPU per byte was found in {share_text(len(found), len(rows))} rows, "
          f"and its opposite claimed in {missed}; the median row says that "
          f"it could have told {100 * (told[len(told) // 2] - 1):.1f} % of relay CPU" if told else
          f"cost: no row could have told any difference; take more rounds (--run-flags)")

    bounded = [row for result in alike for _, row in paired_rows(result) if row.get("low") and row.get("high")]
    print(f"intervals: {share_text(sum(map(holds_one, bounded)), len(bounded))} of the A/A runs hold 1 (those of a run are not "
          f"independent)")
    held, tried = coverage(alike, given.resamples, random.Random(given.seed))
    if tried:
        print(f"intervals: {100 * held / tried:.1f} % of {tried} resampled 95 % intervals hold the row's own centre")
    else:
        print("intervals: one run, or too few rounds, leave nothing to resample")
    return 1 if false_runs > allowed else 0


if __name__ == "__main__":
    sys.exit(main())
