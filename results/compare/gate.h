#pragma once

// --fail-on: which changes of a comparison are not to be let through, for CI jobs.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/compare/comparison.h"

namespace splicebench {

/// One --fail-on: "sec/op>+5%" (more than 5 % up), "B/s<-3%" (more than 3 % down), or "5%": more
/// than 5 % worse in any unit of which is known what worse is.
struct GateLimit {
  std::string text;            ///< as written
  std::string unit;            ///< base unit; empty: every unit
  std::optional<bool> upward;  ///< a change above the limit fails; absent: whichever way is worse
  double limit = 0;            ///< fraction: 0.05 for 5%
};

/// Throws UsageError when `text` is none of the three forms.
GateLimit parse_gate_limit(std::string_view text);

/// A row beyond a limit.
struct GateFailure {
  std::string limit;  ///< as written
  std::string table;  ///< "key: value" of the table, with commas; empty when there is none
  std::string unit;
  std::string row;
  std::string column;  ///< label of the column compared with the first one
  double change = 0;   ///< fraction of the baseline's magnitude; infinite for a baseline of 0
  std::optional<double> p;
  std::string p_text;  ///< "p=0.002 n=10"
};

struct GateReport {
  std::vector<std::string> limits;
  std::int64_t tests = 0;  ///< over which the gate corrects
  double alpha = 0;        ///< of two results alike, the share that fails is at most this
  std::vector<GateFailure> failures;
  /// Rows of which nothing can be said: missing on one side, too few samples, no known direction.
  std::vector<std::string> warnings;

  bool passed(bool strict) const { return failures.empty() && (!strict || warnings.empty()); }
};

/// Holds every significant change of `comparison` against `limits`; of runs apart what is beyond
/// that of all rows together, which is a warning where it is beyond a limit itself. A change is
/// significant by Holm's correction (see paired.h for the source) over all that is held against any
/// limit: two results of the same thing close the gate in at most `comparison.alpha` of all cases.
/// Of units that say the same, as sec/op and B/s of a row, a limit that names none takes the first.
/// Throws UsageError when a unit named in a limit is in no table: such a gate would never close.
GateReport evaluate_gate(const Comparison& comparison, const std::vector<GateLimit>& limits);

/// "132 tests, corrected over all of them (Holm): of two results alike at most 5% fail"
std::string gate_rate(const GateReport& report);

/// "sec/op Parse: +12.34% (p=0.002 n=10), new.txt: beyond sec/op>+5%"
std::string format_failure(const GateFailure& failure);

}  // namespace splicebench
