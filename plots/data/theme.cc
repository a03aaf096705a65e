#include "plots/data/theme.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "results/verdict/ping_figures.h"

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

/// "splice" of "splice:pipe=64KiB"; of somebody else's relay the program, "relay:haproxy" of
/// "relay:haproxy-copy-1m".
std::string family_of(const std::string& name) {
  const std::size_t colon = name.find(':');
  if (name.substr(0, colon) != "relay") return name.substr(0, colon);
  return name.substr(0, name.find('-', colon));
}

/// "splice 64KiB" of "splice:pipe=64KiB", "haproxy-copy" of "relay:haproxy-copy".
std::string short_label(const std::string& name) {
  const std::string relay = "relay:";
  if (name.starts_with(relay)) return name.substr(relay.size());
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos) return name;
  std::string label = name.substr(0, colon);
  for (std::size_t at = colon; at != std::string::npos;) {
    const std::size_t next = name.find(',', at + 1);
    const std::string word = name.substr(at + 1, next == std::string::npos ? next : next - at - 1);
    const std::size_t equals = word.find('=');
    label += ' ' + (equals == std::string::npos ? word : word.substr(equals + 1));
    at = next;
  }
  return label;
}

/// Gives each its short label, or its whole name where that is another's too.
void give_labels(std::vector<ChartMode>& modes) {
  std::map<std::string, int> times;
  for (const ChartMode& mode : modes) ++times[short_label(mode.name)];
  for (ChartMode& mode : modes) {
    const std::string label = short_label(mode.name);
    mode.label = times[label] > 1 ? mode.name : label;
  }
}

int channel(const std::string& colour, std::size_t at) {
  return std::stoi(colour.substr(at, 2), nullptr, 16);
}

}  // namespace

const Theme& theme(bool dark) { return dark ? kDark : kLight; }

bool is_floor_mode(const std::string& name) { return is_floor(name) || name == kDirect; }

ModeLook look_of(const ChartMode& mode, bool dark) {
  const Theme& colours = theme(dark);
  if (mode.slot == kPublishedSlot) return {colours.ink, "(2,3)", 13, 12, 0.76};
  if (mode.is_floor()) {
    const std::size_t place = static_cast<std::size_t>(kFloorSlot - mode.slot);
    return {colours.zero, kDashes[place % kDashes.size()], 0, 0, 0};
  }
  const std::size_t index = static_cast<std::size_t>(mode.slot);
  const Mark& mark = kMarkSigns[index % kMarkSigns.size()];
  const std::string& hue =
      colours.modes[static_cast<std::size_t>(mode.family) % colours.modes.size()];
  const std::string tones[] = {hue, mix(hue, colours.ink, 0.4), mix(hue, colours.background, 0.35),
                               mix(hue, colours.ink, 0.7)};
  return {tones[static_cast<std::size_t>(mode.member) % std::size(tones)],
          kDashes[index % kDashes.size()], mark.filled, mark.hollow, mark.size};
}

std::vector<ChartMode> modes_of(const std::vector<Result>& results) {
  std::vector<ChartMode> modes;
  int next = kSpliceSlot + 1;
  int next_floor = kFloorSlot;
  std::map<std::string, int> families{{"generic", kGenericSlot}, {"splice", kSpliceSlot}};
  std::map<std::string, int> members{{"generic", 1}, {"splice", 1}};  // 0: the engine as it is
  const auto add = [&](const std::string& name) {
    const auto same = [&](const ChartMode& mode) { return mode.name == name; };
    if (std::any_of(modes.begin(), modes.end(), same)) return;
    ChartMode& mode = modes.emplace_back(ChartMode{name});
    if (is_floor_mode(name)) {
      mode.slot = next_floor--;
      return;
    }
    mode.slot = name == "generic" ? kGenericSlot : name == "splice" ? kSpliceSlot : next++;
    const std::string family = family_of(name);
    mode.family = families.try_emplace(family, static_cast<int>(families.size())).first->second;
    mode.member = name == "generic" || name == "splice" ? 0 : members[family]++;
  };
  for (const Result& result : results) {
    for (const std::string& mode : result.options.modes) add(mode);
    for (const CaseResult& one : result.cases) add(one.id.mode);
  }
  give_labels(modes);
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
