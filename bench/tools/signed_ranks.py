"""Wilcoxon's signed ranks, exactly (F. Wilcoxon, "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1, 1945):
all ways to give n ranks a sign are counted. As results/stats/rank/signed_rank.cc has it, for scripts that judge it."""

import itertools
import math
import statistics


def ways(n):
    """By the sum of the positive ranks: how many of the 2^n ways to give 1..n a sign have it."""
    counts = [1]
    for rank in range(1, n + 1):
        longer = counts + [0] * rank
        for total, count in enumerate(counts):
            longer[total + rank] += count
        counts = longer
    return counts


def critical_order(n, level):
    """How many of the least averages of two differences the test at `level` leaves out on one side."""
    below, order = 0, 0
    for count in ways(n):
        below += count
        if 2 * below > level * 2 ** n:
            return order
        order += 1
    return order


def centre_of(differences, level):
    """The median of all averages of two differences (Hodges and Lehmann, 1963), and those that the test would not refuse."""
    averages = sorted((a + b) / 2 for a, b in itertools.combinations_with_replacement(differences, 2))
    order = critical_order(len(differences), level)
    ends = (averages[order - 1], averages[-order]) if order > 0 else (-math.inf, math.inf)
    return statistics.median(averages), *ends


def sign_of(differences, level):
    """+1 or -1 where the test at `level` tells one, else 0."""
    ranked = sorted(differences, key=abs)
    positive = sum(rank for rank, difference in enumerate(ranked, 1) if difference > 0)
    n = len(ranked)
    all_ranks = n * (n + 1) // 2
    if 2 * sum(ways(n)[:min(positive, all_ranks - positive) + 1]) > level * 2 ** n:
        return 0
    return 1 if 2 * positive > all_ranks else -1
