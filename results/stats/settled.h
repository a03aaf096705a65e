#pragma once

// Whether samples change their speed while they are timed, so that a longer one would show another
// figure: by their marks at each eighth of their bytes.
//
// Not all that differs between eighths is such a drift. In the first two sockets and pipes fill and
// the relay shares its CPU with a writer that runs ahead; in the last two the writer has ended and
// they empty: at the ends of every transfer, and the one makes up for the other. Between them a
// sample may go to and fro as buffers fill and empty, with the phase of its begin: [0.4 1.7 0.4 1.6
// 0.4 ...] is steady. So the 2nd to 4th eighth are each held against the one three later: no saw of
// 2 to 4 eighths and nothing at the ends moves all three pairs one way. A case drifts where all
// three do: the 95 % interval of each (Hodges-Lehmann over the samples, rank/signed_rank.h) is
// beyond 10 %, on one side. (An intersection-union test: R. L. Berger, "Multiparameter hypothesis
// testing and acceptance sampling", Technometrics 24, 1982: its level is that of one of them.)
//
// By simulation of 2000 cases of 15 | of 60 samples, eighths by 10 %: none was told to drift where
// eighths differ by 5 % or 50 %, where a sample fills and empties as above, or in a saw of 2, 3, 4
// or 6 eighths, with the phase of its begin or any. Of ramps of 20 % from half to half 1 % | 21 %
// were told, of 30 % 36 % | 100 %, of 50 % all.
//
//   results_test --gtest_also_run_disabled_tests --gtest_filter='DriftWithin.DISABLED_*'

#include <optional>

#include "results/model/model.h"

namespace splicebench {

/// Speed after the middle of the samples of a case to that before it, where they clearly drift.
/// Absent where they do not, and with fewer than six samples that have marks.
std::optional<double> drift_within(const CaseResult& result);

}  // namespace splicebench
