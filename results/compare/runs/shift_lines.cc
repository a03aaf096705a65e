#include "results/compare/runs/shift_lines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

namespace splicebench {

namespace {

std::string label_of(const ColumnShift& shift) {
  std::vector<std::string> values;
  for (const KeyValue& key : shift.column) {
    if (!key.value.empty()) values.push_back(key.value);
  }
  return fmt::format("{}", fmt::join(values, " "));
}

std::string shift_text(double change) { return fmt::format("{:+.1f}%", std::expm1(change) * 100); }

std::string shift_line(const ColumnShift& shift, bool named) {
  std::string line = shift.unit;
  if (named) line += " of " + label_of(shift);
  const RunsApart& apart = shift.apart;
  std::vector<std::string> groups;
  for (const GroupShift& group : apart.groups) {
    groups.push_back(fmt::format("{} {}{}", fmt::join(group.names, ", "), shift_text(group.change),
                                 group.names.size() > 1 ? " as one" : ""));
  }
  if (!groups.empty()) line += fmt::format(": {}", fmt::join(groups, "; "));
  if (!std::isfinite(apart.could_have_told)) return line + ": too little to tell anything";
  // Beyond that a number says no more.
  constexpr double kTenfold = 2.302585;
  if (apart.could_have_told > kTenfold)
    return line + "; less than tenfold of one case would not be told";
  return line + fmt::format("; {} of one case would be told", shift_text(apart.could_have_told));
}

}  // namespace

std::vector<std::string> shift_lines(const Comparison& comparison) {
  std::vector<std::string> lines;
  if (comparison.shifts.empty()) return lines;
  const ColumnShift& first = comparison.shifts.front();
  bool named = false;
  bool runs = false;
  for (const ColumnShift& shift : comparison.shifts) {
    named = named || label_of(shift) != label_of(first);
    runs = runs || shift.counted == RunUnits::kRuns;
  }
  lines.emplace_back(runs
                         ? "n counts runs. A change that would be told with 80% power:"
                         : "n counts visits; vs base is what is beyond the change of all rows of a "
                           "path together, which may be the machine's:");
  for (const ColumnShift& shift : comparison.shifts) lines.push_back(shift_line(shift, named));
  std::vector<std::string> steal;
  for (const auto& [label, share] : comparison.steal)
    steal.push_back(fmt::format("{:.1f}% in {}", share * 100, label));
  if (!steal.empty()) lines.push_back(fmt::format("steal: {}", fmt::join(steal, ", ")));
  return lines;
}

}  // namespace splicebench
