#include "results/tables/screen/since_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "results/stats/case_change.h"
#include "results/text/line.h"
#include "results/verdict/history/differences.h"

namespace splicebench {

namespace {

/// How a change of a unit of kComparedUnits is told.
struct Told {
  const char* lower;
  const char* higher;
  bool higher_is_better;
};
constexpr std::array<Told, kComparedUnits.size()> kTold{
    {{"slower", "faster", true},
     {"with less relay CPU", "with more relay CPU", false},
     {"with less machine CPU", "with more machine CPU", false}}};

/// Claims in one direction.
struct Claims {
  std::size_t count = 0;
  double largest = 1;  ///< ratio; 1: of none a single one was seen
};

Claims claims_of(const std::vector<CaseChange>& all, bool higher) {
  Claims claims;
  for (const CaseChange& one : all) {
    if (!one.significant || (one.ratio > 1) != higher) continue;
    ++claims.count;
    if (!one.two_states() && std::abs(std::log(one.ratio)) > std::abs(std::log(claims.largest)))
      claims.largest = one.ratio;
  }
  return claims;
}

void add_claims(std::vector<std::string>& parts, const Claims& claims, const char* what,
                bool worse) {
  if (claims.count == 0) return;
  std::string largest;
  if (claims.largest != 1)
    largest = fmt::format(" ({} {:+.1f}%)", worse ? "worst" : "best", (claims.largest - 1) * 100);
  parts.push_back(fmt::format("{} {}{}", claims.count, what, largest));
}

/// What the cases of each path did together, which is told and never claimed; from the least to the
/// most. Empty: too few rows or visits to tell.
std::string together_text(const std::vector<CaseChange>& all) {
  const std::optional<std::pair<double, double>> together = together_in(all);
  if (!together) return {};
  const auto percent = [](double ratio) { return fmt::format("{:+.1f}%", (ratio - 1) * 100); };
  const std::string from = percent(together->first);
  const std::string to = percent(together->second);
  return "; speed of whole paths, maybe the machine's: " + (from == to ? from : from + " to " + to);
}

/// "2026-11-28 12:00" of "2026-11-28T12:00:31+00:00".
std::string minute_of(const std::string& date) {
  std::string minute = one_line(date).substr(0, 16);
  if (minute.size() > 10) minute[10] = ' ';
  return minute;
}

}  // namespace

std::string since_text(const Result& older, const Result& newer) {
  const CaseChanges changes = case_changes(older, newer);
  const std::string since = "since " + minute_of(older.environment.date);
  if (changes.front().empty()) return since + ": no case is in both results";
  std::vector<std::string> worse;
  std::vector<std::string> better;
  for (std::size_t unit = 0; unit < changes.size(); ++unit) {
    const Told& told = kTold[unit];
    add_claims(told.higher_is_better ? better : worse, claims_of(changes[unit], true), told.higher,
               !told.higher_is_better);
    add_claims(told.higher_is_better ? worse : better, claims_of(changes[unit], false), told.lower,
               told.higher_is_better);
  }
  worse.insert(worse.end(), std::make_move_iterator(better.begin()),
               std::make_move_iterator(better.end()));
  const std::string together = together_text(changes.front());
  const char* const none =
      together.empty() ? "too few rows or rounds to tell a change" : "none is told to have changed";
  std::vector<std::string> others;
  for (const Difference& one : differences(older, newer)) others.push_back(one.name);
  return fmt::format(
      "{}: of {} {}{}{}", since, counted(std::ssize(changes.front()), "case"),
      worse.empty() ? none : fmt::format("{}", fmt::join(worse, ", ")), together,
      others.empty() ? "" : fmt::format("; not the same: {}", fmt::join(others, ", ")));
}

}  // namespace splicebench
