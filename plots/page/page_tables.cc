// The tables of the report.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/data/axis.h"
#include "plots/data/text.h"
#include "plots/page/html_table.h"
#include "plots/page/page_parts.h"
#include "results/text/line.h"

namespace splicebench {

namespace {

/// Centre and interval of a summary times `factor`.
HtmlCell summary_cell(const std::optional<CaseSummary>& summary, double factor) {
  if (!summary) return empty_cell();
  if (summary->states) {
    return states_cell(*summary->states, factor);
  }
  std::string html = digits_text(summary->centre * factor);
  if (std::isfinite(summary->low) && std::isfinite(summary->high)) {
    html += range_html(digits_text(summary->low * factor), digits_text(summary->high * factor));
  }
  return number_cell(summary->centre, html);
}

HtmlCell paired_cell(const std::vector<PairedComparison>& rows, const std::string& mode) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const PairedComparison& row) { return row.id.mode == mode; });
  if (found == rows.end()) return empty_cell();
  if (!found->two_states || !std::isfinite(found->high))
    return change_cell(found->ratio, found->low, found->high, found->significant);
  return states_change_cell(found->low, found->high, found->significant);
}

HtmlCell bottleneck_cell(const std::optional<Bottleneck>& bottleneck) {
  if (!bottleneck) return empty_cell();
  HtmlCell cell = text_cell(bottleneck->processes);
  cell.html += fmt::format(" <span class=\"range\">{:.0f} %</span>", bottleneck->share * 100);
  return cell;
}

std::vector<HtmlCell> mode_cells(const VerdictRow& row, const CaseFigures& mode, double factor) {
  const std::int64_t n = mode.throughput ? mode.throughput->n : 0;
  const std::string failed = mode.failed > 0 ? fmt::format(", {} failed", mode.failed) : "";
  return {text_cell(row.id.heading()),
          chunk_cell(row.id.chunk),
          mode_cell(mode.id.mode),
          summary_cell(mode.throughput, factor),
          paired_cell(row.throughput, mode.id.mode),
          summary_cell(mode.relay_cpu, 1),
          paired_cell(row.relay_cpu, mode.id.mode),
          summary_cell(mode.peers_cpu, 1),
          summary_cell(mode.system_cpu, 1),
          paired_cell(row.system_cpu, mode.id.mode),
          summary_cell(mode.bytes_per_call, 1.0 / 1024),
          bottleneck_cell(mode.bottleneck),
          number_cell(static_cast<double>(n), fmt::format("{}{}", n, failed))};
}

}  // namespace

std::string run_table_part(const Verdict& verdict) {
  double high = 0;
  for (const VerdictRow& row : verdict.rows) {
    for (const CaseFigures& mode : row.modes) {
      if (mode.throughput) high = std::max(high, mode.throughput->centre);
    }
  }
  const Prefixed unit = speed_unit(high);
  HtmlTable table("Figures of every case", {{"path", true},
                                            {"chunk"},
                                            {"mode", true},
                                            {fmt::format("throughput ({})", unit.unit)},
                                            {"change"},
                                            {"relay CPU (s/GB)"},
                                            {"change"},
                                            {"writer and reader CPU (s/GB)"},
                                            {"system CPU (s/GB)"},
                                            {"change"},
                                            {"KiB per call"},
                                            {"busiest, of one CPU", true},
                                            {"n"}});
  for (const VerdictRow& row : verdict.rows) {
    for (const CaseFigures& mode : row.modes) table.add(mode_cells(row, mode, unit.factor));
  }
  const bool bounded =
      std::any_of(verdict.rows.begin(), verdict.rows.end(), [](const VerdictRow& row) {
        return std::any_of(row.modes.begin(), row.modes.end(), [](const CaseFigures& mode) {
          return mode.throughput && std::isfinite(mode.throughput->high);
        });
      });
  const std::string claims =
      fmt::format("To claim any difference among the {} comparisons takes {} rounds.",
                  verdict.comparisons, verdict.rounds_needed);
  return fmt::format(
      "<section id=\"table\"><h2>Table</h2>\n<p class=\"note\">Medians{}, of two states both "
      "with their shares; "
      "changes against {} are paired ratios with their intervals, where there are rounds enough, "
      "bold where significant over all comparisons of the run. {} A heading "
      "sorts.</p>\n{}</section>\n",
      bounded ? " with 95 % intervals" : ", too few rounds for an interval",
      html_escape(verdict.baseline), claims, table.html());
}

}  // namespace splicebench
