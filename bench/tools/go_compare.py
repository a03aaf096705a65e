#!/usr/bin/env python3
"""Holds `splicebench run` against Go's own net.BenchmarkSplice, in turns on this machine, and answers:

  1. Is our throughput below Go's? Per path and mode the geometric mean over the chunks of ours to Go's, by turns.
  2. Does splice gain or lose against generic in the same rows? By the sign in each row where both can tell one.

Brackets are 95 % intervals over the turns (signed ranks). Exit status 1 where an interval of 1 lies below Go's, or two signs
disagree.

Go's clock starts before its writer and reader, two Go programs, have: some 10 ms of it are theirs. With --benchtime 100ms its
count of iterations comes of runs that are little else, and what it prints is the start of processes (12 MB/s where 2400 are
moved, on a busy machine); so it is a second here, as Go itself has it.

Go's generic is its own benchmark with the switch that it has for this ("useSplice") set to false, by an overlay: nothing
of the installed Go is changed. Go's sockets have the system's congestion control, and so have ours here; with --congestion
the overlay has each TCP socket of Go's take that one when it is made, as ours do. Nothing of the machine is changed.

usage: apt-get install golang-1.19-go golang-1.19-src
       bench/tools/go_compare.py build/bench/splicebench [--congestion cubic] [--turns 8]"""

import argparse
import itertools
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

from signed_ranks import centre_of, sign_of

SETTING = "/proc/sys/net/ipv4/tcp_congestion_control"
LINE = re.compile(r"BenchmarkSplice/([a-z]+-to-[a-z]+)/(\d+)(?:-\d+)?\s+\d+\s+[\d.]+ ns/op\s+([\d.]+) MB/s")
MODES = ("generic", "splice")
SWITCH = "useSplice := true"
MADE = "func setDefaultSockopts(s, family, sotype int, ipv6only bool) error {\n"
TAKES = """	if sotype == syscall.SOCK_STREAM && family != syscall.AF_UNIX {
		if err := syscall.SetsockoptString(s, syscall.IPPROTO_TCP, syscall.TCP_CONGESTION, "%s"); err != nil {
			return os.NewSyscallError("setsockopt TCP_CONGESTION", err)
		}
	}
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("splicebench", type=pathlib.Path)
    parser.add_argument("--go", default="/usr/lib/go-1.19/bin/go", help="(%(default)s)")
    parser.add_argument("--congestion", default="system", help="of both: what the system has, or e.g. cubic (%(default)s)")
    parser.add_argument("--turns", type=int, default=8, help="of Go's splice, Go's generic and ours, a minute and a half each; at least "
                        "6, of which a sign and an interval can be told (%(default)s)")
    parser.add_argument("--benchtime", default="1s", help="of each of Go's benchmarks; see above (%(default)s)")
    parser.add_argument("--rounds", type=int, default=4, help="of ours in a turn (%(default)s)")
    parser.add_argument("--chunks", default="", help="of both, in bytes, e.g. 1024,65536; else all that Go has")
    given = parser.parse_args()
    for name, least in (("turns", 6), ("rounds", 1)):
        if getattr(given, name) < least:
            parser.error(f"--{name}: {getattr(given, name)} is not at least {least}")
    for program in (given.splicebench, pathlib.Path(given.go)):
        if not program.exists():
            parser.error(f"{program}: no such program; see the usage below --help")
    return given


def run(*words, **more):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        sys.exit(f"go_compare: {' '.join(map(str, words))} ended with {done.returncode}: "
                 f"{(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout


def overlay(root, directory, edits):
    """The file that has the compiler take edited sources: `edits` are (name, what stands there once, what in its place)."""
    replaced = {}
    for name, old, new in edits:
        source = pathlib.Path(root, "src/net", name)
        text = source.read_text(encoding="utf-8")
        if text.count(old) != 1:
            sys.exit(f"go_compare: {source} has no single '{old}'; take Go 1.19 (--go)")
        edited = directory / name
        edited.write_text(text.replace(old, new), encoding="utf-8")
        replaced |= {str(source): str(edited), str(source.resolve()): str(edited)}
    file = directory / "overlay.json"
    file.write_text(json.dumps({"Replace": replaced}), encoding="utf-8")
    return file


def built(given, directory, mode):
    """The tests of Go's package net as a program whose benchmark takes `mode`."""
    program = directory / f"net-{mode}.test"
    environment = {**os.environ, "GOCACHE": str(directory / "cache"), "GOFLAGS": "-trimpath", "CGO_ENABLED": "0"}
    edits = [("splice_test.go", SWITCH, f"useSplice := {'true' if mode == 'splice' else 'false'}")]
    if given.congestion != "system":
        edits.append(("sockopt_linux.go", MADE, MADE + TAKES % given.congestion))
    root = run(given.go, "env", "GOROOT").strip()
    run(given.go, "test", "-c", "-o", program, "-overlay", overlay(root, directory, edits), "net", env=environment)
    return program


def of_go(program, given, directory):
    chunks = f"/({'|'.join(given.chunks.split(','))})$" if given.chunks else ""
    text = run(program, "-test.run", "^$", "-test.bench", f"^BenchmarkSplice$/.{chunks}",
                     "-test.benchtime", given.benchtime, cwd=directory)
    speeds = {(path, int(chunk)): float(speed) * 1e6 for path, chunk, speed in LINE.findall(text)}
    if not speeds:
        sys.exit(f"go_compare: no benchmark in what Go printed: {text.strip()[-500:]}")
    return speeds


def of_ours(given, rows, directory):
    out = directory / "ours.json"
    run(given.splicebench, "run", "--modes", ",".join(MODES), "--placement", "none", "--congestion", given.congestion,
              "--paths", ",".join(sorted({path for path, _ in rows})), "--chunks", ",".join(map(str, sorted({c for _, c in rows}))),
              "--rounds", given.rounds, "--out", out, "--force")
    samples = {}
    for entry in json.loads(out.read_text(encoding="utf-8"))["benchmarks"]:
        if entry.get("run_type") == "iteration" and not entry.get("error_occurred"):
            samples.setdefault((entry["mode"], entry["path"], entry["chunk"]), []).append(entry["bytes_per_second"])
    return {key: statistics.median(values) for key, values in samples.items()}


def measure(given, directory):
    """By side, mode, path and chunk: a speed for each turn."""
    speeds = {}
    programs = {mode: built(given, directory, mode) for mode in MODES}
    for turn in range(given.turns):
        print(f"{time.strftime('%H:%M:%S')} turn {turn + 1} of {given.turns}", file=sys.stderr, flush=True)
        rows = []
        # Who comes first changes.
        for mode in MODES if turn % 2 else reversed(MODES):
            for (path, chunk), speed in of_go(programs[mode], given, directory).items():
                speeds.setdefault(("Go", mode, path, chunk), []).append(speed)
                rows.append((path, chunk))
        for (mode, path, chunk), speed in of_ours(given, rows, directory).items():
            speeds.setdefault(("ours", mode, path, chunk), []).append(speed)
    wanting = [key for key, turns in speeds.items() if len(turns) != given.turns]
    if wanting or len(speeds) != 4 * len({key[2:] for key in speeds}):
        sys.exit(f"go_compare: rows are missing on one side or in a turn, e.g. {next(iter(wanting), 'all of one mode')}")
    return speeds


def turns_of(speeds, path, mode, rows):
    """Logarithm of ours to Go's in each turn: the mean over the chunks of a path."""
    ratios = [[math.log(ours / go) for ours, go in zip(speeds["ours", mode, path, chunk], speeds["Go", mode, path, chunk])]
              for one, chunk in rows if one == path]
    return [statistics.fmean(turn) for turn in zip(*ratios)]


def percent(logarithm):
    return f"{100 * math.expm1(logarithm):+.1f}"


def answer_throughput(speeds, rows):
    """How many pairs of path and mode are below Go's."""
    print("1. throughput, ours to Go's (geometric mean over the chunks)")
    below = 0
    for path, mode in itertools.product(sorted({path for path, _ in rows}), MODES):
        centre, low, high = centre_of(turns_of(speeds, path, mode, rows), 0.05)
        below += high < 0
        verdict = "BELOW" if high < 0 else "above" if low > 0 else "not told apart"
        print(f"   {path:<12} {mode:<8} {percent(centre)} % [{percent(low)}, {percent(high)}]: {verdict}")
    return below


def answer_signs(speeds, rows):
    """How many rows disagree."""
    told = 0
    against = []
    print("2. splice against generic, by row: Go's and ours (~: no sign can be told)")
    for path, chunk in rows:
        signs, texts = [], []
        for side in ("Go", "ours"):
            ratios = [math.log(splice / generic) for splice, generic in
                      zip(speeds[side, "splice", path, chunk], speeds[side, "generic", path, chunk])]
            signs.append(sign_of(ratios, 0.05))
            texts.append(f"{percent(statistics.median(ratios)) if signs[-1] else '~':>7}")
        told += all(signs)
        disagree = all(signs) and signs[0] != signs[1]
        against += [(path, chunk)] if disagree else []
        print(f"   {path:<12} {chunk:>8} {texts[0]} {texts[1]}{'  DISAGREE' if disagree else ''}")
    print(f"   both tell a sign in {told} of {len(rows)} rows, and disagree in {len(against)}")
    return len(against)


def report(speeds):
    rows = sorted({(path, chunk) for _, _, path, chunk in speeds})
    below = answer_throughput(speeds, rows)
    against = answer_signs(speeds, rows)
    print(f"answers: {'BELOW Go in ' + str(below) if below else 'not below Go'}; "
          f"{'signs DISAGREE in ' + str(against) if against else 'no signs disagree'}")
    return 1 if below or against else 0


def main():
    given = arguments()
    given.splicebench = given.splicebench.resolve()
    congestion = given.congestion
    if congestion == "system":
        congestion = pathlib.Path(SETTING).read_text(encoding="utf-8").strip()
    print(f"congestion control of both: {congestion}; placement: the scheduler's; {given.turns} turns")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
        return report(measure(given, pathlib.Path(directory)))


if __name__ == "__main__":
    sys.exit(main())
