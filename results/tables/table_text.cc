#include "results/tables/table_text.h"

#include <cmath>

#include "results/text/line.h"

namespace splicebench {

std::string difference_text(const PairedComparison& one, std::int64_t rounds_needed, Better better,
                            const Paint& paint) {
  if (!std::isfinite(one.high))
    return paint.dim(fmt::format("~ (need >= {} rounds)", rounds_needed));
  const std::string interval =
      fmt::format("[{:+.1f}, {:+.1f}]", (one.low - 1) * 100, (one.high - 1) * 100);
  if (!one.significant) return "~ " + interval;
  const std::string change =
      one.two_states ? (one.ratio > 1 ? "+" : "-") : fmt::format("{:+.1f}%", (one.ratio - 1) * 100);
  const bool is_better = (one.ratio > 1) == (better == Better::kHigher);
  return (is_better ? paint.good(change) : paint.bad(change)) + " " + interval;
}

std::string floor_text(const VerdictRow& row, const CaseFigures& mode) {
  const std::optional<double> share = floor_share(row, mode);
  return share ? fmt::format(" ({:.0f}% of floor)", *share * 100) : "";
}

std::string warnings_text(const std::vector<Warning>& warnings, const Paint& paint) {
  std::string text = warnings.empty() ? "" : "\n";
  for (const Warning& warning : warnings) {
    text += fmt::format("{} {}: {}; {}\n", paint.alert("warning:"), sentence_line(warning.code),
                        sentence_line(warning.text), sentence_line(warning.advice));
  }
  return text;
}

}  // namespace splicebench
