#!/usr/bin/env python3
"""Proof that the tests can fail: builds splicebench with deliberate defects and shows which tests catch each.

usage: bench/tools/mutants.py [NAME...]                      the defects made by hand, one build for each
       bench/tools/mutants.py --seeded COUNT [--seed N]      so many of the standard ones, all in one build
       bench/tools/mutants.py --check

The source tree is copied and built in --build; nothing in the tree itself changes. A standard defect is a condition negated,
a bound moved, a statement dropped, a constant changed, two arguments swapped, a call removed, or a sign changed, in one of the
rooms below. Each is tried with the tests that come by it, quickest first, until one fails that passes right after without
it; as root --jobs of them side by side. Those listed in mutation/equivalent.txt, which change nothing that could be seen,
are not tried. --check only looks whether every defect made by hand and every one listed there still fits its file.

Exit status 1 when one made by hand is missed, when fewer than nine in ten of the standard ones are caught, or when
something does not fit.
"""

import argparse
import collections
import pathlib
import random
import sys

sys.dont_write_bytecode = True  # a test runs this from the source tree
from mutation import hand_made, places, schemata, suites

# Room, its files.
ROOMS = {
    "statistics": ("results/stats/**/*.cc",),
    "accounting": ("harness/sample/**/*.cc", "harness/machine/*counters.cc", "harness/machine/allocations.cc"),
    "engines": ("bench/engines/**/*.cc", "bench/engines/**/*.h"),
    "driver": ("harness/engine/*.cc", "bench/relay/*.cc"),
    "proxy": ("bench/proxy/*.cc",),
}
# And the programs that test it, splicebench by the correctness suite. They are tried in the order below, each with what those
# before it have not caught.
QUICKEST_FIRST = ("results/results_test", "harness/harness_test", "bench/relay_test", "bench/flows_test", "bench/hosts_test",
                  "bench/ping_test", "bench/bench_test", suites.SUITE)
PROGRAMS = {
    "statistics": {"results/results_test"},
    "accounting": {"harness/harness_test", "bench/bench_test", "bench/flows_test", "bench/hosts_test", "bench/relay_test"},
    "engines": {"bench/bench_test", "bench/flows_test", "bench/relay_test", suites.SUITE},
    "driver": {"harness/harness_test", "bench/bench_test", "bench/flows_test", "bench/hosts_test", "bench/ping_test",
               "bench/relay_test", suites.SUITE},
    "proxy": {"bench/relay_test"},
}
# A model for who writes one; what is drawn while a run goes on.
LEFT_OUT = ("bench/engines/skeleton.cc", "harness/sample/progress.cc")
EQUIVALENT = pathlib.Path(__file__).parent / "mutation/equivalent.txt"
BAR = 0.9


def places_of(room):
    files = sorted({path for pattern in ROOMS[room] for path in pathlib.Path().glob(pattern)})
    return [place for file in map(str, files) if not file.endswith("_test.cc") and file not in LEFT_OUT
            for place in places.places_in(file, pathlib.Path(file).read_text())]


def equivalents():
    """Key -> why it changes nothing."""
    lines = [line for line in EQUIVALENT.read_text().splitlines() if line and not line.startswith("#")]
    return {key: reason.strip() for key, reason in zip(lines[::2], lines[1::2], strict=True)}


def choose(rooms, count, seed):
    """As many from each room as its share of the places is; no two within each other would fit into one build."""
    all_places = {room: places_of(room) for room in rooms}
    total = sum(map(len, all_places.values()))
    source = random.Random(seed)
    return [(room, place) for room, found in all_places.items()
            for place in source.sample(found, max(1, round(count * len(found) / total)))]


def try_seeded(arguments, say):
    known = equivalents()
    chosen = choose(arguments.rooms, arguments.seeded, arguments.seed)
    room_of = {place.key: room for room, place in chosen}
    programs = sorted(set().union(*(PROGRAMS[room] for room in arguments.rooms)), key=QUICKEST_FIRST.index)
    built = schemata.Schemata(arguments.build, [place for _, place in chosen], programs, arguments.jobs)
    say(f"seed {arguments.seed}: {len(built.numbers)} of {len(chosen)} defects compile beside each other")
    tests = suites.Suites(built, say)
    score = collections.defaultdict(collections.Counter)
    survivors = []
    listed = {number for number in built.numbers if built.numbered[number].key in known}
    for number in listed:
        score[room_of[built.numbered[number].key]]["equivalent"] += 1
    for number, test, how in tests.catch(sorted(built.numbers - listed), arguments.patience):
        place = built.numbered[number]
        score[room_of[place.key]]["caught" if test else "survived"] += 1
        say(f"{'caught  ' if test else 'SURVIVED'}  {place}: {f'{test} ({how})' if test else how}")
        if not test:
            survivors.append((place, how))
    print("\nroom         caught  equivalent  survived")
    for room in arguments.rooms:
        print(f"{room:<12} {score[room]['caught']:>6}  {score[room]['equivalent']:>10}  {score[room]['survived']:>8}")
    good = sum(one["caught"] + one["equivalent"] for one in score.values())
    print(f"{good} of {good + len(survivors)} caught or equivalent")
    if survivors:
        print("\nSurvivors:")
    for place, how in survivors:
        print(f"{place}: {how}")
    return 0 if good >= BAR * (good + len(survivors)) else 1


def check():
    lost = hand_made.lost()
    keys = {place.key for room in ROOMS for place in places_of(room)}
    lost += [f"mutation/equivalent.txt: there is no place '{key}' any more" for key in equivalents() if key not in keys]
    for line in lost:
        print(f"bench/tools/mutants.py: {line}", file=sys.stderr)
    return 1 if lost else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build-mutants", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--seeded", type=int, metavar="COUNT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rooms", type=lambda text: text.split(","), default=list(ROOMS), help=", ".join(ROOMS))
    parser.add_argument("--patience", type=float, default=120, help="seconds of tests for one defect")
    parser.add_argument("--jobs", default=2, type=int, help="compilers, and defects tried, at a time")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    unknown = [f"mutant '{name}'; see the list in mutation/hand_made.py"
               for name in sorted(set(arguments.names) - {mutant[0] for mutant in hand_made.MUTANTS})]
    unknown += [f"room '{room}'; there are {', '.join(ROOMS)}" for room in arguments.rooms if room not in ROOMS]
    if unknown:
        print(f"bench/tools/mutants.py: there is no {unknown[0]}", file=sys.stderr)
        return 2
    status = check()
    if status != 0 or arguments.check:
        return status
    if arguments.seeded:
        return try_seeded(arguments, lambda line: print(line, flush=True))
    return hand_made.try_all(arguments.build, arguments.names)


if __name__ == "__main__":
    sys.exit(main())
