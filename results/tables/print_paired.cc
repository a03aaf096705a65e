#include "results/tables/print_paired.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/stats/paired_method.h"
#include "results/text/go_number.h"
#include "results/text/plain_table.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

constexpr std::size_t kNumbersFrom = 4;

PlainTable plain_table(const PairedTable& table) {
  PlainTable plain{{"path", "chunk", "mode", "against", "change", "95% interval", "could have told",
                    "p (Holm)", "n"},
                   {}};
  for (const PairedComparison& row : table.rows) {
    plain.rows.push_back({row.id.heading(), format_size(row.id.chunk), row.id.mode, row.baseline,
                          !row.significant ? "~"
                          : row.two_states ? "two states"
                                           : format_change(row.ratio),
                          fmt::format("{} .. {}", format_change(row.low), format_change(row.high)),
                          std::isfinite(row.could_have_told)
                              ? fmt::format("{:.1f}%", (row.could_have_told - 1) * 100)
                              : "-",
                          fmt::format("{:.3f}", table.comparisons == 0 ? row.p : row.p_holm),
                          fmt::format("{}", row.n)});
  }
  return plain;
}

/// What a reader must know of the table; empty when the run has the rounds that a claim takes.
std::string note_of(const PairedTable& table) {
  if (table.comparisons == 0) return "exploratory: nothing is claimed of it, and p is its own";
  std::int64_t most = 0;
  for (const PairedComparison& row : table.rows) most = std::max(most, row.n);
  if (most >= table.rounds_needed) return "";
  return fmt::format(
      "need >= {} rounds to claim any difference among {} comparisons at alpha level {}; "
      "this run has {}, run again with --rounds {}",
      table.rounds_needed, table.comparisons, format_go_float(table.alpha), most,
      table.rounds_needed);
}

}  // namespace

std::string format_change(double ratio) {
  if (std::isinf(ratio)) return "∞";
  return fmt::format("{:+.2f}%", (ratio - 1) * 100);
}

std::string paired_text(const std::string& name, const std::vector<PairedTable>& tables) {
  std::string text = fmt::format("{}: {}\n", name, kPairedMethod);
  for (const PairedTable& table : tables) {
    text += fmt::format("\n{}\n", table.unit) + plain_table(table).text(kNumbersFrom);
    const std::string note = note_of(table);
    if (!note.empty()) text += note + "\n";
  }
  return text;
}

std::string paired_markdown(const std::string& name, const std::vector<PairedTable>& tables) {
  std::string text = markdown_cell(fmt::format("{}: {}", name, kPairedMethod)) + "\n";
  for (const PairedTable& table : tables) {
    text += fmt::format("\n{}\n\n", markdown_cell(table.unit)) +
            plain_table(table).markdown(kNumbersFrom);
    const std::string note = note_of(table);
    if (!note.empty()) text += "\n" + markdown_cell(note) + "\n";
  }
  return text;
}

std::string paired_csv(const std::vector<PairedTable>& tables) {
  PlainTable plain{{"comparison", "unit", "path", "chunk", "mode", "against", "ratio", "low",
                    "high", "could_have_told", "p", "p_holm", "significant", "n", "rounds_needed"},
                   {}};
  for (const PairedTable& table : tables) {
    for (const PairedComparison& row : table.rows) {
      plain.rows.push_back({"within run, paired rounds", table.unit, row.id.heading(),
                            fmt::format("{}", row.id.chunk), row.id.mode, row.baseline,
                            format_go_float(row.ratio), format_go_float(row.low),
                            format_go_float(row.high), format_go_float(row.could_have_told),
                            format_go_float(row.p), format_go_float(row.p_holm),
                            row.significant ? "1" : "0", fmt::format("{}", row.n),
                            fmt::format("{}", table.rounds_needed)});
    }
  }
  return plain.csv();
}

}  // namespace splicebench
