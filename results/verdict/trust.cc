// The words of a recommendation, and how far it can be trusted.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "results/stats/hosts/host_figures.h"
#include "results/stats/summary.h"
#include "results/text/size.h"
#include "results/verdict/recommendation.h"

namespace splicebench {

std::optional<Trust> trust_of(const Result& result, const Verdict& verdict) {
  Trust trust;
  std::vector<double> widths;
  for (const VerdictRow& row : verdict.rows) {
    for (const PairedComparison& one : row.throughput) {
      const double width = one.low > 0 ? std::sqrt(one.high / one.low) - 1 : INFINITY;
      widths.push_back(width);
      if (widths.size() > 1 && width <= trust.worst_half_width) continue;
      trust.worst_half_width = width;
      trust.worst = one.id;
    }
  }
  if (widths.empty()) return std::nullopt;
  std::sort(widths.begin(), widths.end());
  trust.median_half_width = median_of_sorted(widths);
  double steal = 0;
  double busy = 0;
  for (const CaseResult& one : result.cases) {
    for (const Sample& sample : one.samples) {
      ++trust.samples;
      if (!sample.error.empty()) ++trust.failed;
      if (!sample.error.empty() || !sample.system.known) continue;
      steal += sample.system.steal;
      busy += sample.system.busy;
    }
  }
  trust.steal = busy > 0 ? std::max(0.0, steal / busy) : 0;
  for (const HostFigures& one : host_figures(result)) {
    if (one.off) trust.off = std::max(trust.off.value_or(0), one.worst_off);
  }
  return trust;
}

const char* name_of(Answer answer) {
  if (answer == Answer::kMaybe) return "maybe";
  return answer == Answer::kYes ? "yes" : "no";
}

std::string doubt_text(const Advice& advice) {
  switch (advice.doubt) {
    case Doubt::kRounds:
      return "too few rounds to tell anything";
    case Doubt::kSizes:
      return "sizes of buffer and pipe differ too much";
    case Doubt::kMixed:
      return "faster but dearer in CPU, or the reverse";
    case Doubt::kFlips:
      return "it depends on the conditions";
    case Doubt::kNotTold:
      if (advice.could_have_told > 1 && advice.could_have_told <= 2) {
        return fmt::format("no difference told; one of {:.0f}% would have been",
                           std::ceil((advice.could_have_told - 1) * 100));
      }
      return "no difference told";
    case Doubt::kNone:
      break;
  }
  return "";
}

std::string chunk_ranges(const std::vector<std::int64_t>& chunks,
                         const std::vector<std::int64_t>& all) {
  if (chunks == all && all.size() > 1) return "at every chunk";
  std::vector<std::string> parts;
  for (std::size_t first = 0; first < chunks.size();) {
    std::size_t at = static_cast<std::size_t>(
        std::lower_bound(all.begin(), all.end(), chunks[first]) - all.begin());
    const bool from_first = at == 0;
    std::size_t last = first;
    while (last + 1 < chunks.size() && at + 1 < all.size() && chunks[last + 1] == all[at + 1])
      ++last, ++at;
    const std::string from = format_size(chunks[first]);
    const std::string to = format_size(chunks[last]);
    if (first == last) {
      parts.push_back("at " + from);
    } else if (from_first) {
      parts.push_back("to " + to);
    } else if (at + 1 == all.size()) {
      parts.push_back(fmt::format("from {} on", from));
    } else {
      parts.push_back(fmt::format("from {} to {}", from, to));
    }
    first = last + 1;
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace splicebench
