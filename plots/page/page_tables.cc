// The tables of the report.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/data/axis.h"
#include "plots/data/text.h"
#include "plots/page/html_table.h"
#include "plots/page/page_parts.h"
#include "results/stats/case_change.h"
#include "results/text/line.h"

namespace splicebench {

namespace {

std::string range(const std::string& low, const std::string& high) {
  return fmt::format(" <span class=\"range\">[{}, {}]</span>", low, high);
}

/// Centre and interval of a summary times `factor`.
HtmlCell summary_cell(const std::optional<CaseSummary>& summary, double factor) {
  if (!summary) return empty_cell();
  if (summary->states) {
    return number_cell(summary->states->low, html_escape(states_text(*summary->states, factor)));
  }
  std::string html = digits_text(summary->centre * factor);
  if (std::isfinite(summary->low) && std::isfinite(summary->high)) {
    html += range(digits_text(summary->low * factor), digits_text(summary->high * factor));
  }
  return number_cell(summary->centre, html);
}

HtmlCell change_cell(double ratio, double low, double high, bool sure) {
  std::string html = percent_text(ratio);
  if (std::isfinite(high)) html += range(percent_text(low), percent_text(high));
  HtmlCell cell = number_cell(ratio, html);
  cell.sure = sure;
  return cell;
}

HtmlCell paired_cell(const std::vector<PairedComparison>& rows, const std::string& mode) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const PairedComparison& row) { return row.id.mode == mode; });
  if (found == rows.end()) return empty_cell();
  if (!found->two_states || !std::isfinite(found->high))
    return change_cell(found->ratio, found->low, found->high, found->significant);
  HtmlCell cell = number_cell(
      found->ratio, "two states" + range(percent_text(found->low), percent_text(found->high)));
  cell.sure = found->significant;
  return cell;
}

HtmlCell chunk_cell(std::int64_t chunk) {
  return number_cell(static_cast<double>(chunk), size_label(chunk));
}

HtmlCell bottleneck_cell(const std::optional<Bottleneck>& bottleneck) {
  if (!bottleneck) return empty_cell();
  HtmlCell cell =
      text_cell(fmt::format("{}, {:.0f} %", bottleneck->processes, bottleneck->share * 100));
  return cell;
}

std::vector<HtmlCell> mode_cells(const VerdictRow& row, const CaseFigures& mode, double factor) {
  const std::int64_t n = mode.throughput ? mode.throughput->n : 0;
  const std::string failed = mode.failed > 0 ? fmt::format(", {} failed", mode.failed) : "";
  return {text_cell(row.id.heading()),
          chunk_cell(row.id.chunk),
          text_cell(mode.id.mode),
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
      "<section id=\"table\"><h2>Table</h2>\n<p class=\"note\">Medians{}; "
      "changes against {} are paired ratios with their intervals, where there are rounds enough, "
      "bold where significant over all comparisons of the run. {} A heading "
      "sorts.</p>\n{}</section>\n",
      bounded ? " with 95 % intervals" : ", too few rounds for an interval",
      html_escape(verdict.baseline), claims, table.html());
}

std::string compare_table_part(const ReportInput& input) {
  if (!input.older) return "";
  std::string tables;
  for (const auto& [unit, title, better] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"B/s", "Throughput", "more is better"},
           {"relay-cpu-sec/GB", "Relay CPU per GB", "less is better"},
           {"system-cpu-sec/GB", "System CPU per GB", "less is better"}}) {
    const std::vector<CaseChange> changes = case_changes(*input.older, input.result, unit);
    if (changes.empty()) continue;
    double high = 0;
    for (const CaseChange& one : changes) high = std::max({high, one.centre_old, one.centre_new});
    const Prefixed prefixed = unit == "B/s" ? speed_unit(high) : Prefixed{1, "s/GB"};
    HtmlTable table(title + ", old and new", {{"path", true},
                                              {"chunk"},
                                              {"mode", true},
                                              {fmt::format("old ({})", prefixed.unit)},
                                              {fmt::format("new ({})", prefixed.unit)},
                                              {"change"},
                                              {"p"},
                                              {"n"}});
    for (const CaseChange& one : changes) {
      table.add({text_cell(one.id.heading()), chunk_cell(one.id.chunk), text_cell(one.id.mode),
                 number_cell(one.centre_old, digits_text(one.centre_old * prefixed.factor)),
                 number_cell(one.centre_new, digits_text(one.centre_new * prefixed.factor)),
                 change_cell(one.ratio, one.low, one.high, one.significant),
                 number_cell(one.p, fmt::format("{:.3f}", one.p)),
                 number_cell(static_cast<double>(one.n_new),
                             fmt::format("{}+{}", one.n_old, one.n_new))});
    }
    tables += fmt::format("<h3>{}, {}</h3>\n{}", title, better, table.html());
  }
  if (tables.empty()) tables = "<p>The two results share no case with good samples.</p>\n";
  return fmt::format(
      "<section id=\"compare\"><h2>Old and new</h2>\n<p class=\"note\">Old is {}, new is {}. "
      "Medians "
      "and their ratio; p by Mann-Whitney, each case by itself, bold at 0.05.</p>\n{}</section>\n",
      html_escape(input.older_file), html_escape(input.file), tables);
}

}  // namespace splicebench
