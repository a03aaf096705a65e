// What a history says, in words.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "results/stats/changes/change_points.h"
#include "results/tables/history/history_tables.h"
#include "results/text/line.h"
#include "results/verdict/recommendation.h"

namespace splicebench {

namespace {

std::vector<std::int64_t> chunks_of(const History& history, const std::string& heading) {
  std::set<std::int64_t> chunks;
  for (const HistorySeries& one : history.series) {
    if (one.id.heading() == heading) chunks.insert(one.id.chunk);
  }
  return {chunks.begin(), chunks.end()};
}

std::string percent(double ratio) {
  const double change = (ratio - 1) * 100;
  return fmt::format("{:+.{}f}", change, std::abs(change) < 9.95 ? 1 : 0);
}

}  // namespace

std::string short_date(const HistoryRun& run) {
  std::string date = run.date.substr(0, 16);
  if (date.size() > 10) date[10] = ' ';
  return date;
}

std::string history_measured(const History& history) {
  std::vector<std::string> metrics;
  for (const HistorySeries& one : history.series) {
    if (metrics.empty() || metrics.back() != one.metric->name)
      metrics.emplace_back(one.metric->name);
  }
  return fmt::format("{}, {} to {}; {}; {}", counted(std::ssize(history.runs), "result"),
                     short_date(history.runs.front()), short_date(history.runs.back()),
                     counted(static_cast<std::int64_t>(history.cases), "case"),
                     fmt::join(metrics, ", "));
}

std::string history_verdict(const History& history) {
  if (history.runs.size() < kLeastStretch) {
    return fmt::format("{} cannot show a change that holds, {} can; compare tests two of them",
                       counted(std::ssize(history.runs), "result"), kLeastStretch);
  }
  const auto changed = std::count_if(history.series.begin(), history.series.end(),
                                     [](const HistorySeries& one) { return !one.changes.empty(); });
  return fmt::format(
      "{} of {} (cases x metrics) changed; a false one anywhere in at most {:g}% of histories "
      "without drift",
      changed == 0 ? "none" : std::to_string(changed), history.series.size(), history.alpha * 100);
}

std::vector<ChangeGroup> change_groups(const History& history) {
  // Run from the last on, what became worse first, then in the order of the history.
  using Key = std::tuple<std::size_t, bool, const Tracked*, std::size_t>;
  std::map<Key, std::pair<ChangeGroup, std::vector<std::int64_t>>> groups;
  std::map<std::pair<std::string, std::string>, std::size_t> places;  // of path and mode
  for (const HistorySeries& series : history.series) {
    const std::string heading = series.id.heading();
    const std::size_t place =
        places.emplace(std::pair(heading, series.id.mode), places.size()).first->second;
    for (const HistoryChange& change : series.changes) {
      auto& [group, chunks] =
          groups[{history.runs.size() - change.run, change.better, series.metric, place}];
      if (chunks.empty()) {
        group = {change.run, series.metric, change.better, heading, series.id.mode, "",
                 0,          change.ratio,  change.ratio};
      }
      ++group.series;
      group.low = std::min(group.low, change.ratio);
      group.high = std::max(group.high, change.ratio);
      chunks.push_back(series.id.chunk);
    }
  }
  std::vector<ChangeGroup> all;
  for (auto& [key, one] : groups) {
    auto& [group, chunks] = one;
    std::sort(chunks.begin(), chunks.end());
    group.where = chunk_ranges(chunks, chunks_of(history, group.heading));
    all.push_back(std::move(group));
  }
  return all;
}

std::string change_text(const ChangeGroup& group) {
  const std::string low = percent(group.low);
  const std::string high = percent(group.high);
  return low == high ? low + "%" : fmt::format("{}..{}%", low, high);
}

}  // namespace splicebench
