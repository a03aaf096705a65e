#include "results/stats/runs/runs_apart.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "results/stats/runs/spread.h"

namespace splicebench {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Of the median and of the median deviation, against mean and standard deviation, where figures
/// are normal.
constexpr double kMedianVariance = 1.5708;
constexpr double kDeviationEfficiency = 0.37;
constexpr double kThirdEfficiency = 0.25;
/// Rows from which a group has a shift of its own: the median of fewer follows the row judged.
constexpr std::size_t kOwnShift = 6;

struct Judged {
  CaseApart* one;
  Spread noise;
  double rest = 0;  ///< of its change, without that of its mode in its group
};
using Some = std::vector<Judged*>;

std::size_t rows_of(const Some& some) {
  std::set<std::string> rows;
  for (const Judged* judged : some) rows.insert(judged->one->row);
  return rows.size();
}

/// Groups by name; those of few rows under the empty one, which is the first.
std::map<std::string, Some> groups_of(std::vector<Judged>& all) {
  std::map<std::string, Some> groups;
  for (Judged& judged : all) groups[judged.one->group].push_back(&judged);
  std::map<std::string, Some> taken;
  for (auto& [name, some] : groups) {
    Some& into = taken[rows_of(some) >= kOwnShift ? name : std::string()];
    into.insert(into.end(), some.begin(), some.end());
  }
  if (taken.size() == 2 && taken.contains("") && rows_of(taken[""]) < 2) {
    // One row has none to be held against but these.
    Some& more = taken.rbegin()->second;
    more.insert(more.end(), taken[""].begin(), taken[""].end());
    taken.erase("");
  }
  return taken;
}

/// Judges what is left of a case's change. Returns what would have been told of it.
double judge_case(CaseApart& one, const Spread& spread, double level) {
  one.p = p_of(one.beyond, spread);
  one.low = one.high = one.beyond;
  if (spread.variance <= 0) return 0;
  const double error = std::sqrt(spread.variance);
  const double half = t_quantile(spread.degrees, 1 - kIntervalLevel / 2) * error;
  one.low -= half;
  one.high += half;
  return (t_quantile(spread.degrees, 1 - level / 2) + t_quantile(spread.degrees, 0.8)) * error;
}

/// By mode: an engine that makes the same calls in every run scatters little, others more.
using ByMode = std::map<std::string, double>;

/// What the cases of a group did together.
struct Group {
  Some cases;
  std::map<std::string, Some> modes;
  ByMode changes;     ///< of modes: medians
  double change = 0;  ///< median of these
  std::size_t rows = 0;
};

/// Leaves each case its rest.
Group group_of(const Some& some) {
  Group group{some, {}, {}, 0, rows_of(some)};
  for (Judged* judged : some) group.modes[judged->one->mode].push_back(judged);
  std::vector<double> medians;
  for (const auto& [mode, cases] : group.modes) {
    std::vector<double> changes;
    for (const Judged* judged : cases) changes.push_back(judged->one->change);
    const double median = median_figure(std::move(changes));
    for (Judged* judged : cases) judged->rest = judged->one->change - median;
    group.changes[mode] = median;
    medians.push_back(median);
  }
  group.change = median_figure(std::move(medians));
  return group;
}

/// By what cases differ between runs, within their mode and group.
double between_cases(const std::vector<Rest>& rests) {
  return rests.empty() ? 0 : between_of(rests, 0.5);
}

/// Of each mode of each group, in their order. The few rows of a group may agree by chance, and so
/// may the cases of a mode: none is taken to be quieter than all are together.
std::vector<ByMode> between_cases(const std::vector<Group>& groups) {
  std::vector<Rest> all;
  std::map<std::string, std::vector<Rest>> by_mode;
  std::vector<std::vector<Rest>> by_group;
  for (const Group& group : groups) {
    std::vector<Rest>& own = by_group.emplace_back();
    for (const auto& [mode, cases] : group.modes) {
      const auto n = static_cast<double>(cases.size());
      if (n < 2) continue;
      for (const Judged* judged : cases) {
        // The median went with them.
        const Rest rest{judged->rest * judged->rest * n / (n - 1), judged->noise.variance,
                        std::pow(t_quantile(judged->noise.degrees, 0.75), 2)};
        for (std::vector<Rest>* const rests : {&all, &own, &by_mode[mode]}) rests->push_back(rest);
      }
    }
  }
  const double common = between_cases(all);
  std::vector<ByMode> between;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const double own = between_cases(by_group[i]);
    ByMode& modes = between.emplace_back();
    for (const auto& [mode, cases] : groups[i].modes)
      modes[mode] = std::max({common, own, between_cases(by_mode[mode])});
  }
  return between;
}

double usual_variance(const Group& group, const ByMode& between) {
  std::vector<double> variances;
  for (const Judged* judged : group.cases)
    variances.push_back(judged->noise.variance + between.at(judged->one->mode));
  return kMedianVariance * median_figure(std::move(variances)) / static_cast<double>(group.rows);
}

/// Between runs, a mode within its group: how far the others are from the middle one.
void rests_of_modes(const Group& group, double variance, std::vector<Rest>& rests) {
  constexpr double kThird = 0.4307;  // of the absolute values of a standard normal
  std::vector<double> squares;
  for (const auto& [mode, change] : group.changes)
    squares.push_back((change - group.change) * (change - group.change));
  std::sort(squares.begin(), squares.end());
  // Of an odd number the middle one is 0; of two each is half of their difference.
  const double scale = squares.size() == 2 ? 2 : 1;
  const std::size_t first = squares.size() == 2 || squares.size() % 2 == 1 ? 1 : 0;
  for (std::size_t i = first; i < squares.size(); ++i)
    rests.push_back({squares[i] * scale, variance, kThird * kThird});
}

GroupShift told_of(const Group& group, const ByMode& cases, double of_mode) {
  std::vector<double> between;
  for (const auto& [mode, variance] : cases) between.push_back(variance + of_mode);
  GroupShift shift;
  std::set<std::string> names;
  for (const Judged* judged : group.cases) names.insert(judged->one->group);
  shift.names.assign(names.begin(), names.end());
  shift.rows = group.rows;
  shift.change = group.change;
  shift.between = std::sqrt(median_figure(std::move(between)));
  return shift;
}

/// A row that is left alone by two groups or more has no rows to be held against but theirs: it is
/// by their mean. How far another group may be from that; none: no row is alone.
std::optional<Spread> hold_against_others(std::vector<Group>& groups) {
  Group& alone = groups.front();
  if (groups.size() < 3 || alone.rows > 1) return std::nullopt;
  std::vector<double> changes;
  for (std::size_t i = 1; i < groups.size(); ++i) changes.push_back(groups[i].change);
  alone.change = mean_figure(changes);
  const auto n = static_cast<double>(changes.size());
  return Spread{variance_of(changes) * (1 + 1 / n), n - 1};
}

/// Judges by visits: what is beyond the change of a group, against what differs between runs.
void judge_groups(std::vector<Judged>& all, double level, RunsApart& found,
                  std::vector<double>& told) {
  std::vector<Group> groups;
  for (const auto& [name, some] : groups_of(all)) groups.push_back(group_of(some));
  const std::vector<ByMode> cases = between_cases(groups);
  std::vector<Rest> of_modes;
  for (std::size_t i = 0; i < groups.size(); ++i)
    rests_of_modes(groups[i], usual_variance(groups[i], cases[i]), of_modes);
  const Spread mode{of_modes.empty() ? 0 : between_of(of_modes, 1.0 / 3),
                    kThirdEfficiency * static_cast<double>(of_modes.size())};
  const double degrees = kDeviationEfficiency * static_cast<double>(found.rows - groups.size());
  const std::optional<Spread> of_others = hold_against_others(groups);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const Group& group = groups[i];
    const Spread own{usual_variance(group, cases[i]), static_cast<double>(group.rows)};
    const Spread shift = i == 0 ? of_others.value_or(own) : own;
    for (Judged* judged : group.cases) {
      CaseApart& one = *judged->one;
      one.among = group.change;
      one.beyond = one.change - group.change;
      told.push_back(judge_case(
          one, sum_of({judged->noise, {cases[i].at(one.mode), degrees}, mode, shift}), level));
    }
    found.groups.push_back(told_of(group, cases[i], mode.variance));
  }
}

}  // namespace

RunsApart judge_apart(std::span<CaseApart> cases, double alpha) {
  RunsApart found;
  std::vector<Judged> all;
  for (CaseApart& one : cases) {
    one.change = one.beyond = mean_figure(one.newer) - mean_figure(one.older);
    one.low = -kInfinity;
    one.high = kInfinity;
    if (one.older.size() >= 2 && one.newer.size() >= 2)
      all.push_back({&one, difference_of(one.older, one.newer)});
  }
  Some everything;
  for (Judged& judged : all) everything.push_back(&judged);
  found.rows = rows_of(everything);
  const double level = alpha / static_cast<double>(std::max<std::size_t>(all.size(), 1));
  std::vector<double> told;
  if (!cases.empty() && cases.front().units == RunUnits::kRuns) {
    for (Judged& judged : all) told.push_back(judge_case(*judged.one, judged.noise, level));
  } else if (found.rows >= kLeastRows) {
    judge_groups(all, level, found, told);
  }
  if (!told.empty()) found.could_have_told = median_figure(std::move(told));
  return found;
}

std::vector<double> false_discovery_adjusted(const std::vector<double>& ps) {
  std::vector<std::size_t> order(ps.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return ps[a] > ps[b]; });
  std::vector<double> adjusted(ps.size());
  double least = 1;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double rank = static_cast<double>(order.size() - i);
    // In this order, that rounding makes none smaller than it was.
    least = std::min(least, ps[order[i]] * (static_cast<double>(ps.size()) / rank));
    adjusted[order[i]] = least;
  }
  return adjusted;
}

}  // namespace splicebench
