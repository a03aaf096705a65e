#include "plots/data/theme.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace splicebench {

namespace {

const Theme kLight{
    "#ffffff", "#1b1f24",
    "#5b636e", "#e4e7eb",
    "#8a929c", {"#0067a8", "#d1500a", "#00866b", "#a8528a", "#b07d00", "#2c8fc9", "#4d4d4d"}};
const Theme kDark{
    "#14171a", "#eceff2",
    "#9aa4af", "#2b3138",
    "#76808b", {"#4fa8e8", "#ff8a4c", "#2fc49c", "#dd8fc0", "#e3b341", "#8fd0f5", "#c0c0c0"}};

struct Mark {
  int filled;
  int hollow;
  double size;
};
// gnuplot's circle, square, triangle, diamond, inverted triangle, pentagon.
constexpr std::array<Mark, 6> kMarkSigns{
    {{7, 6, 0.62}, {5, 4, 0.58}, {9, 8, 0.72}, {13, 12, 0.76}, {11, 10, 0.72}, {15, 14, 0.70}}};
const std::array<std::string, 5> kDashes{"solid", "(9,4)", "(3,3)", "(10,3,2,3)", "(14,5)"};

int channel(const std::string& colour, std::size_t at) {
  return std::stoi(colour.substr(at, 2), nullptr, 16);
}

}  // namespace

const Theme& theme(bool dark) { return dark ? kDark : kLight; }

ModeLook look_of_slot(int slot, bool dark) {
  if (slot == kPublishedSlot) return {theme(dark).ink, "(2,3)", 13, 12, 0.76};
  const std::vector<std::string>& colours = theme(dark).modes;
  const std::size_t index = static_cast<std::size_t>(slot);
  const Mark& mark = kMarkSigns[index % kMarkSigns.size()];
  // Slots that share a colour must not share the dash: 7 colours and 5 dashes have no common
  // factor, so the pair repeats only after 35 modes, and with the marker after 210.
  return {colours[index % colours.size()], kDashes[index % kDashes.size()], mark.filled,
          mark.hollow, mark.size};
}

std::vector<ChartMode> modes_of(const std::vector<Result>& results) {
  std::vector<ChartMode> modes;
  int next = kSpliceSlot + 1;
  const auto add = [&](const std::string& name) {
    const auto same = [&](const ChartMode& mode) { return mode.name == name; };
    if (std::any_of(modes.begin(), modes.end(), same)) return;
    modes.push_back({name, name == "generic"  ? kGenericSlot
                           : name == "splice" ? kSpliceSlot
                                              : next++});
  };
  for (const Result& result : results) {
    for (const std::string& mode : result.options.modes) add(mode);
    for (const CaseResult& one : result.cases) add(one.id.mode);
  }
  return modes;
}

std::string mix(const std::string& colour, const std::string& other, double share) {
  const auto blend = [&](std::size_t at) {
    return static_cast<int>(
        std::lround(channel(colour, at) * (1 - share) + channel(other, at) * share));
  };
  return fmt::format("#{:02x}{:02x}{:02x}", blend(1), blend(3), blend(5));
}

}  // namespace splicebench
