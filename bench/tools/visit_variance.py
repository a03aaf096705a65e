#!/usr/bin/env python3
"""Does sharing its processes among the samples of a visit make a figure look more certain than it is?

usage: visit_variance.py SPLICEBENCH [--rounds 60] [--paths tcp-to-tcp,unix-to-tcp] [--chunks 16KiB,256KiB]
       visit_variance.py RESULT.json

Measures one mode under four spellings, so that a visit takes four samples of the same thing, and compares by row
- the variance between visits with that within (their share of all: the intraclass correlation, with a bootstrap over
  visits), and
- the spread of the log-ratio of two samples of one visit with that of samples of neighbouring visits, whose processes
  differ.
A run pairs modes within a visit and takes each visit as one observation: what all samples of a visit have in common
cancels in their ratio, and visits are independent. So a share above 0 is no fault. A ratio of spreads that is clearly
below 1 says how much of the noise belongs to processes and machine and not to connections. The last line is the test:
with nothing to be found, 95 % intervals of the ratio of two spellings must hold 1 in about 95 % of the rows. Exit 1
where they hold it in fewer than that by more than chance (binomial, 1 %).

Of up to three modes a visit takes a block of rounds, each of which counts as an observation. So, of a SPLICEBENCH, it
also measures two pairs of generic and splice in each visit: their log-ratios must not go together. A rank correlation
of 0.1 would make the intervals of three modes a tenth too narrow (variance 1 + 2 x 0.1). Exit 1 where it is above that
by more than chance."""
import argparse
import collections
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile

SPELLINGS = ["generic", "generic:buffer=32KiB", "generic:buffer=32768", "generic:buffer=32K"]
PAIRS = ["generic", "splice", "generic:buffer=32KiB", "splice:pipe=1MiB"]
MOST_CORRELATION = 0.1
RESAMPLES = 1000


def measure(arguments, modes):
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "visits.json")
        subprocess.run([arguments.source, "run", "--quiet", "--paths", arguments.paths, "--chunks", arguments.chunks, "--modes",
                        ",".join(modes), "--allow-same", "--rounds", str(arguments.rounds), "--out", out],
                       stdout=subprocess.DEVNULL, check=True)
        return read(out, modes)


def read(path, modes):
    """Row -> visits, each the logarithms of its samples' throughput in the order of `modes`."""
    with open(path, encoding="utf-8") as file:
        entries = json.load(file)["benchmarks"]
    rows = collections.defaultdict(lambda: collections.defaultdict(dict))
    for entry in entries:
        if "bytes_per_second" in entry:
            row = f"{entry['path']} {entry['chunk']}"
            rows[row][entry["round"]][entry["mode"]] = math.log(entry["bytes_per_second"])
    return {row: [[visit[mode] for mode in modes] for _, visit in sorted(visits.items()) if len(visit) == len(modes)]
            for row, visits in rows.items()}


def share_between(visits):
    """Intraclass correlation of a one-way layout (Fisher 1925): variance between visits over all variance."""
    size = len(visits[0])
    between = size * statistics.variance(statistics.fmean(visit) for visit in visits)
    within = statistics.fmean(statistics.variance(visit) for visit in visits)
    component = (between - within) / size
    return component / (component + within)


def spread_ratio(visits):
    """Root mean square difference of two samples of one visit over that of neighbouring visits."""
    def mean_square(differences):
        return statistics.fmean(difference * difference for difference in differences)
    same = mean_square(visit[i] - visit[j] for visit in visits for i in range(len(visit)) for j in range(i))
    neighbours = mean_square(a - b for one, other in zip(visits, visits[1:]) for i, a in enumerate(one)
                             for j, b in enumerate(other) if i != j)
    return math.sqrt(same / neighbours)


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    places = [0] * len(values)
    for place, index in enumerate(order):
        places[index] = place
    return places


def correlation_of_pairs(rows):
    """Mean rank correlation (Spearman 1904) of two pairs' log-ratios in one visit, and its standard error without any."""
    found = [statistics.correlation(ranks([visit[1] - visit[0] for visit in visits]),
                                    ranks([visit[3] - visit[2] for visit in visits])) for visits in rows.values()]
    return statistics.fmean(found), 1 / math.sqrt(sum(len(visits) - 1 for visits in rows.values()))


def bootstrap(visits, figure, generator):
    """95 % interval over visits in pairs of neighbours, which the second figure needs."""
    pairs = list(zip(visits[::2], visits[1::2]))
    figures = sorted(figure([visit for _ in pairs for visit in generator.choice(pairs)]) for _ in range(RESAMPLES))
    return figures[int(0.025 * RESAMPLES)], figures[int(0.975 * RESAMPLES)]


def holds_nothing(visits, first, second):
    """The 95 % interval of the mean log-ratio over visits (normal; there are dozens) holds 0."""
    ratios = [visit[second] - visit[first] for visit in visits]
    return abs(statistics.fmean(ratios)) <= 1.96 * statistics.stdev(ratios) / math.sqrt(len(ratios))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--paths", default="tcp-to-tcp,unix-to-tcp")
    parser.add_argument("--chunks", default="16KiB,256KiB")
    arguments = parser.parse_args()
    rows = read(arguments.source, SPELLINGS) if arguments.source.endswith(".json") else measure(arguments, SPELLINGS)
    generator = random.Random(1)
    held = asked = 0
    print(f"{'row':<24}{'visits':>7}  {'share between visits':<26}spread within / across visits")
    for row, visits in rows.items():
        if len(visits) < 10:
            sys.exit(f"{row}: {len(visits)} visits are too few; take --rounds 10 or more")
        texts = []
        for figure in (share_between, spread_ratio):
            low, high = bootstrap(visits, figure, generator)
            texts.append(f"{figure(visits):.2f} [{low:.2f}, {high:.2f}]")
        print(f"{row:<24}{len(visits):>7}  {texts[0]:<26}{texts[1]}")
        # Two pairs that share no sample.
        for first, second in ((0, 1), (2, 3)):
            asked += 1
            held += holds_nothing(visits, first, second)
    # P(at most `held` of `asked`) where each holds with 95 %.
    chance = sum(math.comb(asked, k) * 0.95**k * 0.05**(asked - k) for k in range(held + 1))
    print(f"intervals of equal modes that hold 1: {held} of {asked} (so few or fewer by chance: {chance:.3f})")
    status = 1 if chance < 0.01 else 0
    if arguments.source.endswith(".json"):
        return status
    correlation, error = correlation_of_pairs(measure(arguments, PAIRS))
    print(f"rank correlation of log-ratios of splice to generic in one visit: {correlation:+.2f} +- {2 * error:.2f} (95 %)")
    return 1 if correlation - 2 * error > MOST_CORRELATION else status


if __name__ == "__main__":
    sys.exit(main())
