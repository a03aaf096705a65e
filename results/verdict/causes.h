#pragma once

#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// Why a case is as slow as it is, as far as the facts of its samples carry it.
struct Cause {
  CaseId id;
  CaseId against;    ///< the faster one that it differs from
  std::string text;  ///< "sleeps 9000 times per GB (300)": in brackets what is so of `against`
  /// It is slow for its mode, or slower than the baseline, and not just less good than the best.
  bool surprising = false;
};

/// Of every case that is surprisingly slow: it reaches less than three quarters of the throughput
/// of the same mode at both neighbouring chunks, or of the best mode of its row. The cause is the
/// fact in which it differs most from that one; a case of which no fact differs by a factor of
/// about two has none. In the order of the cases.
std::vector<Cause> causes_of(const Result& result);

/// One sentence of the first surprising ones, as the warning `why`; none where there is none: that
/// one mode is faster than the others is what is measured, and nothing to be warned of.
std::vector<Warning> cause_warnings(const Result& result);

}  // namespace splicebench
