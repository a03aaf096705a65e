#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "results/tables/history/history_tables.h"
#include "results/text/line.h"
#include "results/text/plain_table.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

std::string finite(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

void add_record(PlainTable& table, const History& history, const HistorySeries& series,
                std::size_t run, const Summary& summary, const char* state) {
  std::string ratio;
  std::string p;
  for (const HistoryChange& change : series.changes) {
    if (change.run == run) ratio = finite(change.ratio), p = finite(change.p);
  }
  table.rows.push_back({history.runs[run].file, history.runs[run].date, series.name, series.id.path,
                        std::to_string(series.id.chunk), series.id.mode, series.metric->name,
                        series.metric->unit, state, finite(summary.centre), finite(summary.low),
                        finite(summary.high), std::to_string(summary.n), ratio, p});
}

std::string in_shown_unit(const std::optional<double>& value, const Tracked& metric) {
  return value ? three_digits(*value * metric.scale) : "-";
}

std::string changes_table(const History& history) {
  PlainTable table{{"since", "result", "path", "mode", "where", "metric", "change", ""}, {}};
  for (const ChangeGroup& one : change_groups(history)) {
    const HistoryRun& run = history.runs[one.run];
    table.rows.push_back({short_date(run), run.file, one.heading, one.mode, one.where,
                          one.metric->name, change_text(one), one.better ? "better" : "worse"});
  }
  return table.rows.empty() ? "" : table.markdown(8) + "\n";
}

}  // namespace

std::string history_csv(const History& history) {
  PlainTable table{{"file", "date", "case", "path", "chunk", "mode", "metric", "unit", "state",
                    "median", "low", "high", "n", "change_ratio", "change_p"},
                   {}};
  for (const HistorySeries& series : history.series) {
    for (std::size_t run = 0; run < series.points.size(); ++run) {
      if (!series.points[run]) continue;
      const HistoryPoint& point = *series.points[run];
      add_record(table, history, series, run, point.summary, point.high ? "low" : "");
      if (point.high) add_record(table, history, series, run, *point.high, "high");
    }
  }
  return table.csv();
}

std::string history_markdown(const History& history) {
  PlainTable table{{"path", "chunk", "mode", "metric", "first", "last"}, {}};
  for (const HistorySeries& one : history.series) {
    table.rows.push_back({one.id.heading(), format_size(one.id.chunk), one.id.mode,
                          fmt::format("{} ({})", one.metric->name, one.metric->shown),
                          in_shown_unit(figure_of(one, 0), *one.metric),
                          in_shown_unit(figure_of(one, history.runs.size() - 1), *one.metric)});
  }
  return fmt::format(
      "### splicebench: what changed?\n\n{}.\n\n{}: {}.\n\n{}"
      "<details><summary>All cases</summary>\n\n{}\n</details>\n",
      markdown_cell(history_measured(history)), "Changes", markdown_cell(history_verdict(history)),
      changes_table(history), table.markdown(4));
}

}  // namespace splicebench
