#include "results/verdict/verdict.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "results/model/metrics.h"
#include "results/text/line.h"
#include "results/text/size.h"
#include "results/verdict/warnings.h"

namespace splicebench {

namespace {

void add_comparisons(const PairedTable& table, std::vector<VerdictRow>& rows,
                     std::vector<PairedComparison> VerdictRow::*where) {
  for (const PairedComparison& comparison : table.rows) {
    for (VerdictRow& row : rows) {
      if (row.id == comparison.id.row()) (row.*where).push_back(comparison);
    }
  }
}

/// Comparisons of one path and mode, in the order of chunks.
using Column = std::vector<const PairedComparison*>;

int sign_of(const PairedComparison& comparison) {
  if (!comparison.significant) return 0;
  return comparison.ratio > 1 ? 1 : -1;
}

std::string percent(double ratio) { return fmt::format("{:+.0f}%", (ratio - 1) * 100); }

/// "at every chunk", "from 8KiB on", "at 2KiB", "from 2KiB to 8KiB" for column[first..last].
std::string stretch(const Column& column, std::size_t first, std::size_t last) {
  const std::string from = format_size(column[first]->id.chunk);
  if (first == last) return "at " + from;
  if (first == 0 && last + 1 == column.size()) return "at every chunk";
  if (last + 1 == column.size()) return fmt::format("from {} on", from);
  return fmt::format("from {} to {}", from, format_size(column[last]->id.chunk));
}

/// " (+3% to +12%)" over a stretch.
std::string amounts(const Column& column, std::size_t first, std::size_t last) {
  std::vector<double> ratios;  // of one state: that between two was never seen
  for (std::size_t i = first; i <= last; ++i) {
    if (!column[i]->two_states) ratios.push_back(column[i]->ratio);
  }
  if (ratios.empty()) return "";
  const auto [low, high] = std::minmax_element(ratios.begin(), ratios.end());
  const std::string least = percent(*low);
  const std::string most = percent(*high);
  return least == most ? fmt::format(" ({})", least) : fmt::format(" ({} to {})", least, most);
}

/// "higher from 8KiB on (+3% to +12%), lower at 1KiB (-5%), not distinguishable at 2KiB"; nothing
/// when no row is claimed.
std::string claims(const Column& column, const char* higher, const char* lower) {
  std::vector<std::string> parts;
  std::vector<std::string> open;
  for (std::size_t first = 0; first < column.size();) {
    const int sign = sign_of(*column[first]);
    std::size_t last = first;
    while (last + 1 < column.size() && sign_of(*column[last + 1]) == sign) ++last;
    const std::string where = stretch(column, first, last);
    if (sign == 0) {
      open.push_back(where);
    } else {
      parts.push_back(
          fmt::format("{} {}{}", sign > 0 ? higher : lower, where, amounts(column, first, last)));
    }
    first = last + 1;
  }
  if (parts.empty()) return "";
  if (!open.empty()) parts.push_back(fmt::format("not distinguishable {}", fmt::join(open, ", ")));
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// What would have been found in every row, where nothing was.
std::string could_have_told(const Column& column) {
  constexpr double kMostTold = 10;  // more is no help
  double factor = 1;
  for (const PairedComparison* one : column) factor = std::max(factor, one->could_have_told);
  if (factor <= 2) {
    return fmt::format("one of {:.0f}% would have been, with 80% power",
                       std::max(1.0, std::ceil((factor - 1) * 100)));
  }
  if (factor <= kMostTold)
    return fmt::format("one by a factor of {:.1f} would have been, with 80% power", factor);
  return "one by a factor of 10 might not have been";
}

std::string throughput_clause(const Column& column, const std::string& mode,
                              const std::string& baseline) {
  const std::string claimed = claims(column, "faster", "slower");
  if (!claimed.empty()) return fmt::format("{} against {}: {}", mode, baseline, claimed);
  return fmt::format("{} against {}: no difference in throughput could be seen at any chunk; {}",
                     mode, baseline, could_have_told(column));
}

std::string cpu_clause(const Column& column, const char* whose) {
  if (column.empty()) return "";
  const std::string claimed = claims(column, "higher", "lower");
  if (!claimed.empty()) return fmt::format("; {} CPU per GB {}", whose, claimed);
  return fmt::format("; {} CPU per GB not distinguishable", whose);
}

Column column_of(const Verdict& verdict, const std::string& path, const std::string& mode,
                 std::vector<PairedComparison> VerdictRow::*where) {
  Column column;
  for (const VerdictRow& row : verdict.rows) {
    if (row.id.heading() != path) continue;
    for (const PairedComparison& one : row.*where) {
      if (one.id.mode == mode) column.push_back(&one);
    }
  }
  return column;
}

/// "; two states of splice, GB/s: 1.65 | 3.10 (40% | 60%) at 64KiB"; or nothing.
std::string states_clause(const Verdict& verdict, const std::string& path,
                          const std::string& mode) {
  constexpr std::size_t kMostTold = 3;
  std::vector<std::string> parts;
  for (const VerdictRow& row : verdict.rows) {
    for (const CaseFigures& one : row.modes) {
      if (row.id.heading() != path || one.id.mode != mode || !one.throughput ||
          !one.throughput->states)
        continue;
      parts.push_back(fmt::format("{} at {}", states_text(*one.throughput->states, 1e-9),
                                  format_size(row.id.chunk)));
    }
  }
  if (parts.empty()) return "";
  const std::size_t more = parts.size() - std::min(parts.size(), kMostTold);
  parts.resize(parts.size() - more);
  return fmt::format("; two states of {}, GB/s: {}{}", mode, fmt::join(parts, ", "),
                     more == 0 ? "" : fmt::format(" and {} more", more));
}

std::string sentence(const Verdict& verdict, const std::string& path, const std::string& mode) {
  const Column throughput = column_of(verdict, path, mode, &VerdictRow::throughput);
  if (throughput.empty()) {
    return fmt::format("{} against {}: no round has both; nothing can be said.", mode,
                       verdict.baseline);
  }
  std::int64_t rounds = 0;
  for (const PairedComparison* one : throughput) rounds = std::max(rounds, one->n);
  if (rounds < verdict.rounds_needed) {
    return fmt::format(
        "{} against {}: {} cannot show a difference among {}; take at least {} "
        "(--rounds).",
        mode, verdict.baseline, counted(rounds, "round"),
        counted(verdict.comparisons, "comparison"), verdict.rounds_needed);
  }
  return throughput_clause(throughput, mode, verdict.baseline) +
         cpu_clause(column_of(verdict, path, mode, &VerdictRow::relay_cpu), "relay") +
         cpu_clause(column_of(verdict, path, mode, &VerdictRow::system_cpu), "system") +
         states_clause(verdict, path, verdict.baseline) + states_clause(verdict, path, mode) + ".";
}

/// Somebody else's relay has none where the sink is a file, and a filter may leave none.
bool has_case(const Result& result, const std::string& path, const std::string& mode) {
  return std::any_of(result.cases.begin(), result.cases.end(), [&](const CaseResult& one) {
    return one.id.heading() == path && one.id.mode == mode;
  });
}

}  // namespace

std::optional<double> floor_share(const VerdictRow& row, const CaseFigures& mode) {
  const auto told = [](const CaseFigures& one) {
    return one.throughput && !one.throughput->states && one.throughput->centre > 0;
  };
  for (const CaseFigures& floor : row.modes) {
    if (is_direct(floor.id.mode) && !is_direct(mode.id.mode) && told(floor) && told(mode))
      return mode.throughput->centre / floor.throughput->centre;
  }
  return std::nullopt;
}

Verdict verdict_of(const Result& result, double alpha) {
  Verdict verdict;
  verdict.baseline = baseline_mode(result);
  verdict.alpha = alpha;
  for (const CaseResult& one : result.cases) {
    if (verdict.rows.empty() || verdict.rows.back().id != one.id.row())
      verdict.rows.emplace_back().id = one.id;
    verdict.rows.back().modes.push_back(figures_of(one, sharing_of(result, one.id)));
  }
  const std::vector<PairedTable> tables = compare_modes(result, alpha);
  verdict.rounds_needed = tables.front().rounds_needed;
  verdict.comparisons = tables.front().comparisons;
  add_comparisons(tables.at(0), verdict.rows, &VerdictRow::throughput);
  add_comparisons(tables.at(1), verdict.rows, &VerdictRow::relay_cpu);
  add_comparisons(tables.at(2), verdict.rows, &VerdictRow::system_cpu);

  for (const VerdictRow& row : verdict.rows) {
    const std::string heading = row.id.heading();
    if (std::any_of(verdict.paths.begin(), verdict.paths.end(),
                    [&](const PathVerdict& known) { return known.path == heading; }))
      continue;
    PathVerdict one;
    one.path = heading;
    for (const std::string& mode : result.options.modes) {
      if (mode != verdict.baseline && !is_direct(mode) && has_case(result, heading, mode))
        one.sentences.push_back(sentence(verdict, heading, mode));
    }
    verdict.paths.push_back(std::move(one));
  }
  verdict.warnings = all_warnings(result);
  return verdict;
}

}  // namespace splicebench
