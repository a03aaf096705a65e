#include "results/verdict/history/history.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <set>
#include <utility>

#include "results/files/error.h"
#include "results/stats/changes/change_points.h"
#include "results/text/line.h"
#include "results/text/program_name.h"
#include "results/verdict/history/differences.h"

namespace splicebench {

namespace {

constexpr double kNormalQuantile = 1.96;  ///< of 97.5 %

/// "2026-11-22T00:24:31+01:00" as seconds since 1970.
double seconds_of(const std::string& date, const std::string& file) {
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0, hours = 0, minutes = 0;
  char sign = 0;
  int end = 0;
  const int read = std::sscanf(date.c_str(), "%4d-%2u-%2uT%2u:%2u:%2u%c%2u:%2u%n", &year, &month,
                               &day, &hour, &minute, &second, &sign, &hours, &minutes, &end);
  const std::chrono::year_month_day days{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  const bool valid = read == 9 && end == static_cast<int>(date.size()) && days.ok() && hour < 24 &&
                     minute < 60 && second <= 60 && (sign == '+' || sign == '-');
  if (!valid) {
    throw UsageError(
        fmt::format("{}: its date is '{}', not as 2026-11-22T00:24:31+00:00, so it has no place in "
                    "a history; leave it out",
                    file, name_text(date)));
  }
  const auto offset = static_cast<double>(hours * 3600 + minutes * 60) * (sign == '+' ? 1 : -1);
  return static_cast<double>(std::chrono::sys_days(days).time_since_epoch().count()) * 86400 +
         hour * 3600 + minute * 60 + second - offset;
}

void require_alike(const History& history) {
  std::vector<std::string> differ;
  std::set<std::string> names;
  for (std::size_t run = 1; run < history.runs.size(); ++run) {
    for (const Difference& one : differences(history.results.front(), history.results[run])) {
      if (!names.insert(one.name).second) continue;
      differ.push_back(fmt::format("{} ({} in {}, {} in {})", one.name, one.before,
                                   history.runs.front().file, one.after, history.runs[run].file));
    }
  }
  if (differ.empty()) return;
  constexpr std::size_t kMost = 6;
  const std::size_t more = differ.size() > kMost ? differ.size() - kMost : 0;
  if (more > 0) differ.resize(kMost);
  throw UsageError(fmt::format(
      "these results differ in {}{}; name results that are alike, or mix them with --across",
      fmt::join(differ, ", "), more > 0 ? fmt::format(" and {} more", more) : ""));
}

void require_one_kind(const std::vector<HistoryInput>& inputs) {
  if (inputs.size() < 2) {
    throw UsageError(fmt::format(
        "history: {}; a trend takes two results or more",
        inputs.empty() ? "no result" : "one result, " + inputs.front().file + ", shows no trend"));
  }
  for (const HistoryInput& one : inputs) {
    const bool trips = one.result.ping.has_value();
    if (trips == inputs.front().result.ping.has_value()) continue;
    const std::string& with = trips ? one.file : inputs.front().file;
    const std::string& without = trips ? inputs.front().file : one.file;
    throw UsageError(fmt::format("{} holds round trips and {} throughput; give results of one kind",
                                 with, without));
  }
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return median_of_sorted(values);
}

RunSeries logarithms(const HistorySeries& series) {
  RunSeries logs;
  double variance = 0;
  double known = 0;
  for (std::size_t run = 0; run < series.points.size(); ++run) {
    const std::optional<double> value = figure_of(series, run);
    logs.values.push_back(value ? std::log(*value) : std::numeric_limits<double>::quiet_NaN());
    if (!value) continue;
    const Summary& summary = series.points[run]->summary;
    if (!(summary.low > 0) || !std::isfinite(summary.high)) continue;
    variance += std::pow(std::log(summary.high / summary.low) / (2 * kNormalQuantile), 2);
    ++known;
  }
  if (known > 0) logs.variance = variance / known;
  return logs;
}

double level(const HistorySeries& series, std::size_t first, std::size_t end) {
  std::vector<double> values;
  for (std::size_t run = first; run < end; ++run) {
    if (const std::optional<double> value = figure_of(series, run)) values.push_back(*value);
  }
  return median(std::move(values));
}

void add_changes(HistorySeries& series, const std::vector<ChangePoint>& found) {
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t first = i == 0 ? 0 : found[i - 1].at;
    const std::size_t end = i + 1 < found.size() ? found[i + 1].at : series.points.size();
    HistoryChange change{found[i].at, level(series, first, found[i].at),
                         level(series, found[i].at, end)};
    change.ratio = change.after / change.before;
    change.p = found[i].p;
    change.better = (change.ratio > 1) == (series.metric->better == Better::kHigher);
    series.changes.push_back(change);
  }
}

/// The same case and metric in all of `inputs`.
void add_series(History& history, const std::vector<HistoryInput>& inputs) {
  std::map<std::pair<std::string, const Tracked*>, std::size_t> places;
  std::set<std::string> cases;
  for (std::size_t run = 0; run < inputs.size(); ++run) {
    for (const Point& point : inputs[run].points) {
      cases.insert(point.name);
      const auto [place, fresh] =
          places.emplace(std::pair(point.name, point.metric), history.series.size());
      if (fresh) {
        history.series.push_back({point.name, point.id, point.metric, {}, {}});
        history.series.back().points.resize(inputs.size());
      }
      std::optional<HistoryPoint>& here = history.series[place->second].points[run];
      if (here) {
        here->high = point.summary;
      } else {
        here = HistoryPoint{point.summary, std::nullopt};
      }
    }
  }
  history.cases = cases.size();
  std::stable_sort(
      history.series.begin(), history.series.end(),
      [](const HistorySeries& a, const HistorySeries& b) { return a.metric < b.metric; });
}

void add_runs(History& history, std::vector<HistoryInput>& inputs, bool across) {
  for (HistoryInput& one : inputs) {
    const std::string& date = one.result.environment.date;
    history.runs.push_back({one.file, date, seconds_of(date, one.file), one.result.complete, {}});
    for (const std::string& mode : one.result.options.modes) {
      if (std::find(history.modes.begin(), history.modes.end(), mode) == history.modes.end())
        history.modes.push_back(mode);
    }
    history.results.push_back(std::move(one.result));
  }
  for (std::size_t run = 1; run < history.runs.size(); ++run) {
    if (history.runs[run].time > history.runs[run - 1].time) continue;
    throw UsageError(fmt::format("{} and {} have the same date, {}: give each result once",
                                 history.runs[run - 1].file, history.runs[run].file,
                                 one_line(history.runs[run].date)));
  }
  if (!across) require_alike(history);
  for (std::size_t run = 1; run < history.runs.size(); ++run) {
    for (const Difference& one : differences(history.results[run - 1], history.results[run]))
      history.runs[run].news.push_back(
          fmt::format("{}: {} -> {}", one.name, one.before, one.after));
  }
}

}  // namespace

HistoryInput history_input(const std::string& file, Result result, const std::string& metric) {
  HistoryInput input;
  input.file = file;
  try {
    input.points = points_of(result, metric);
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}: {}", file, error.what()));
  }
  for (CaseResult& one : result.cases) one.samples = {};
  if (result.ping) {
    for (PingCase& one : result.ping->cases) one.blocks = {};
  }
  input.result = std::move(result);
  return input;
}

std::optional<double> figure_of(const HistorySeries& series, std::size_t run) {
  const std::optional<HistoryPoint>& point = series.points[run];
  if (!point || point->high || !(point->summary.centre > 0)) return std::nullopt;
  return point->summary.centre;
}

History history_of(std::vector<HistoryInput> inputs, bool across) {
  require_one_kind(inputs);
  const auto time = [](const HistoryInput& one) {
    return seconds_of(one.result.environment.date, one.file);
  };
  std::stable_sort(inputs.begin(), inputs.end(),
                   [&](const HistoryInput& a, const HistoryInput& b) { return time(a) < time(b); });
  History history;
  add_series(history, inputs);
  if (history.series.empty()) {
    throw UsageError(
        fmt::format("{}: no good sample in any of these results; measure with '{} "
                    "run' first",
                    inputs.front().file, program_name()));
  }
  add_runs(history, inputs, across);
  std::vector<RunSeries> logs;
  for (const HistorySeries& one : history.series) logs.push_back(logarithms(one));
  const auto found = change_points_of(logs, history.alpha);
  for (std::size_t i = 0; i < found.size(); ++i) add_changes(history.series[i], found[i]);
  return history;
}

std::vector<CommonTrend> common_trends(const History& history) {
  std::vector<CommonTrend> trends;
  for (const HistorySeries& series : history.series) {
    const std::string heading = series.id.heading();
    auto trend = std::find_if(trends.begin(), trends.end(), [&](const CommonTrend& one) {
      return one.metric == series.metric && one.mode == series.id.mode && one.heading == heading;
    });
    if (trend == trends.end())
      trend = trends.insert(trend, {heading, series.id.mode, series.metric, 0, 0, {}});
    ++trend->all;
    std::vector<double> figures;
    for (std::size_t run = 0; run < series.points.size(); ++run) {
      if (const std::optional<double> value = figure_of(series, run)) figures.push_back(*value);
    }
    if (figures.size() < series.points.size()) continue;
    ++trend->series;
    trend->figures.resize(figures.size(), 0);
    for (std::size_t run = 0; run < figures.size(); ++run)
      trend->figures[run] += std::log(figures[run]);  // a mean once all are there
  }
  for (CommonTrend& one : trends) {
    for (double& figure : one.figures) figure = std::exp(figure / static_cast<double>(one.series));
  }
  return trends;
}

}  // namespace splicebench
