#!/usr/bin/env python3
"""Runs `splicebench compare` on every recorded command of benchstat and compares standard output.

usage: benchstat_cases_test.py SPLICEBENCH FOLDER

Twice: as it is all must be equal; with --exact-ties only the p of tied samples of unequal size may
differ, which benchstat gets wrong. Geometric means in csv may differ by 1e-12 relative:
they are Go's own log and exp."""

import json
import pathlib
import re
import subprocess
import sys

UNEQUAL_P = re.compile(r"p=\d+\.\d{3} n=\d+\+\d+")
NOTE = "is benchstat's, which is wrong for tied samples of unequal size"


def close(want, got):
    try:
        a, b = float(want), float(got)
    except ValueError:
        return want == got
    return want == got or (not want.startswith("+") and abs(a - b) <= 1e-12 * max(abs(a), abs(b)))


def same_line(want, got):
    if want == got:
        return True
    wanted, cells = want.split(","), got.split(",")
    return (want.startswith("geomean,") and len(wanted) == len(cells)
            and all(map(close, wanted, cells)))


def same(want, got):
    wanted, lines = want.split("\n"), got.split("\n")
    return len(wanted) == len(lines) and all(map(same_line, wanted, lines))


def without_unequal_p(text):
    return UNEQUAL_P.sub("p=? n=?", text)


def run(program, folder, directory, argv, stdin, flags):
    source = (folder / directory / stdin).open("rb") if stdin != "-" else subprocess.DEVNULL
    done = subprocess.run([program, "compare", *flags, *json.loads(argv)], stdin=source,
                          cwd=folder / directory, capture_output=True, check=False)
    return (done.stdout.decode("utf-8", "surrogateescape"),
            done.stderr.decode("utf-8", "surrogateescape"))


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    folder = pathlib.Path(sys.argv[2]).resolve()
    cases = [line.split("\t") for line in
             (folder / "cases.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    counts = {"equal": 0, "different": 0, "noted": 0, "equal with --exact-ties": 0,
              "p done right": 0, "different with --exact-ties": 0}
    for case, directory, argv, stdin, expected in cases:
        want = (folder / expected).read_bytes().decode("utf-8", "surrogateescape")
        repeated, note = run(program, folder, directory, argv, stdin, [])
        right, no_note = run(program, folder, directory, argv, stdin, ["--exact-ties"])
        counts["equal" if same(want, repeated) else "different"] += 1
        counts["noted"] += NOTE in note
        if same(want, right):
            counts["equal with --exact-ties"] += 1
        elif same(without_unequal_p(want), without_unequal_p(right)) and NOTE not in no_note:
            counts["p done right"] += 1
        else:
            counts["different with --exact-ties"] += 1
        if not same(want, repeated):
            print("different:", case)
    print(f"{len(cases)} cases: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
    # A test that compared nothing would pass as well.
    expected_counts = {"equal": 349, "different": 0, "noted": 10, "equal with --exact-ties": 339,
                       "p done right": 10, "different with --exact-ties": 0}
    return 0 if counts == expected_counts else 1


if __name__ == "__main__":
    sys.exit(main())
