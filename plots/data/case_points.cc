#include "plots/data/case_points.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "plots/data/text.h"

namespace splicebench {

namespace {

std::string between(const std::string& low, const std::string& high) {
  return fmt::format("[{}, {}]", low, high);
}

std::string state_words(double percent) {
  return fmt::format("one of two states, {:.0f} %", percent);
}

/// A mark for each of two states, and none between them.
std::vector<ChartPoint> state_points(const CaseId& id, const CaseSummary& summary, double factor,
                                     Wording words, const std::string& unit) {
  std::vector<ChartPoint> points;
  const double low_percent = std::round(summary.states->low_share * 100);
  for (const auto& [centre, percent] : {std::pair(summary.states->low, low_percent),
                                        std::pair(summary.states->high, 100 - low_percent)}) {
    ChartPoint& point = points.emplace_back();
    point.x = static_cast<double>(id.chunk);
    point.y = centre * factor;
    point.mark = PointMark::state;
    point.share = percent / 100;
    point.value = words(point.y) + unit;
    point.range = state_words(percent);
    point.count = count_text(summary.n);
  }
  return points;
}

}  // namespace

ChartPoint summary_point(const CaseId& id, const Summary& summary, double factor, Wording words,
                         const std::string& unit) {
  ChartPoint point{static_cast<double>(id.chunk), summary.centre * factor, summary.low * factor,
                   summary.high * factor};
  point.value = words(point.y) + unit;
  if (point.has_interval()) point.range = between(words(point.low), words(point.high));
  point.count = count_text(summary.n);
  return point;
}

ChartPoint change_point(std::int64_t chunk, double ratio, double low, double high, bool significant,
                        const std::string& count) {
  const auto percent = [](double one) { return (one - 1) * 100; };
  ChartPoint point{static_cast<double>(chunk), percent(ratio)};
  point.value = percent_text(ratio);
  // An interval without an upper end has no lower one either: the ratio's is 0 by convention.
  if (std::isfinite(high)) {
    point.low = percent(low);
    point.high = percent(high);
    point.range = between(percent_text(low), percent_text(high));
  }
  if (!significant) point.mark = PointMark::hollow;
  point.count = count + (significant     ? ""
                         : count.empty() ? "not significant"
                                         : ", not significant");
  return point;
}

std::vector<ChartPoint> state_changes(std::int64_t chunk, std::span<const double> ratios,
                                      double low, double high, bool significant,
                                      const std::string& count) {
  ChartPoint between = change_point(chunk, std::sqrt(low * high), low, high, significant, count);
  between.mark = PointMark::none;
  between.value = "two states";
  std::vector<ChartPoint> points{between};
  const std::optional<TwoStates> states = two_states_of(ratios);
  if (!states) return points;
  const double low_percent = std::round(states->low_share * 100);
  for (const auto& [ratio, percent] :
       {std::pair(states->low, low_percent), std::pair(states->high, 100 - low_percent)}) {
    ChartPoint& point = points.emplace_back();
    point = change_point(chunk, ratio, 0, INFINITY, true, "");
    point.mark = PointMark::state;
    point.share = percent / 100;
    point.range = state_words(percent);
  }
  return points;
}

std::vector<CasePoint> figure_points(const Result& result, Figure figure, double factor,
                                     Wording words, const std::string& unit) {
  std::vector<CasePoint> points;
  for (const CaseFigures& one : figures_of(result)) {
    const std::optional<CaseSummary>& value = one.*figure;
    if (value && value->states) {
      for (const ChartPoint& state : state_points(one.id, *value, factor, words, unit))
        points.push_back({one.id, state});
    } else if (value) {
      points.push_back({one.id, summary_point(one.id, *value, factor, words, unit)});
    }
  }
  return points;
}

}  // namespace splicebench
