#include "results/json/history/history_json.h"

#include <nlohmann/json.hpp>

#include "results/json/paired_json.h"

namespace splicebench {

using nlohmann::ordered_json;

namespace {

ordered_json summary_of_run(const Summary& summary) {
  return {{"median", json_number(summary.centre)},
          {"low", json_number(summary.low)},
          {"high", json_number(summary.high)},
          {"n", summary.n}};
}

ordered_json point_json(const std::optional<HistoryPoint>& point) {
  if (!point) return nullptr;
  if (!point->high) return summary_of_run(point->summary);
  return {{"low_state", summary_of_run(point->summary)},
          {"high_state", summary_of_run(*point->high)}};
}

ordered_json series_json(const HistorySeries& series) {
  ordered_json points = ordered_json::array();
  for (const std::optional<HistoryPoint>& one : series.points) points.push_back(point_json(one));
  ordered_json changes = ordered_json::array();
  for (const HistoryChange& one : series.changes) {
    changes.push_back({{"result", one.run},
                       {"before", one.before},
                       {"after", one.after},
                       {"ratio", one.ratio},
                       {"p", one.p},
                       {"better", one.better}});
  }
  return {{"name", series.name},
          {"path", series.id.path},
          {"chunk", series.id.chunk},
          {"mode", series.id.mode},
          {"metric", series.metric->name},
          {"unit", series.metric->unit},
          {"better", series.metric->better == Better::kHigher ? "higher" : "lower"},
          {"points", points},
          {"changes", changes}};
}

}  // namespace

std::string history_json(const History& history) {
  ordered_json results = ordered_json::array();
  for (const HistoryRun& one : history.runs) {
    results.push_back({{"file", one.file},
                       {"date", one.date},
                       {"complete", one.complete},
                       {"differs", one.news}});
  }
  ordered_json series = ordered_json::array();
  for (const HistorySeries& one : history.series) series.push_back(series_json(one));
  const ordered_json file{{"schema_version", kHistorySchemaVersion},
                          {"alpha", history.alpha},
                          {"results", results},
                          {"series", series}};
  return file.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace splicebench
