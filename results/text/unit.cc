#include "results/text/unit.h"

#include <array>
#include <cmath>
#include <functional>

#include "results/text/go_number.h"

namespace splicebench {

namespace {

/// Calls `visit(word, in_numerator)` for every word and `separator(char)` for what stands between.
void for_each_word(std::string_view unit, const std::function<void(std::string_view, bool)>& visit,
                   const std::function<void(char)>& separator) {
  bool numerator = true;
  while (true) {
    const std::size_t end = std::min(unit.find_first_of("*/- "), unit.size());
    visit(unit.substr(0, end), numerator);
    if (end == unit.size()) return;
    if (unit[end] == '/') numerator = false;
    if (unit[end] == '*') numerator = true;
    separator(unit[end]);
    unit.remove_prefix(end + 1);
  }
}

struct Prefix {
  long double factor;
  std::string_view name;
};
constexpr std::array<Prefix, 8> kDecimalPrefixes{{{1e12L, "T"},
                                                  {1e9L, "G"},
                                                  {1e6L, "M"},
                                                  {1e3L, "k"},
                                                  {1.0L, ""},
                                                  {1e-3L, "m"},
                                                  {1e-6L, "µ"},
                                                  {1e-9L, "n"}}};
constexpr std::array<Prefix, 5> kBinaryPrefixes{
    {{0x1p40L, "Ti"}, {0x1p30L, "Gi"}, {0x1p20L, "Mi"}, {0x1p10L, "Ki"}, {1.0L, ""}}};

/// The smallest values that four significant digits round to 100, 10 and 1. Multiplied in long
/// double, because double misses the limits by a bit.
constexpr std::array<long double, 3> kLeastAboveOne{99.995L, 9.9995L, 0.99995L};
/// And to 0.1, 0.01 ..., for what is below the smallest prefix. The original divides here, so that
/// a value on a limit comes out one digit longer.
constexpr std::array<double, 6> kLeastBelowOne{0.099995,    0.0099995,    0.00099995,
                                               0.000099995, 0.0000099995, 0.00000099995};

bool is_below(double magnitude, long double least, const Prefix& prefix) {
  return magnitude < static_cast<double>(least * prefix.factor);
}

Scale scale_for(double magnitude, std::span<const Prefix> prefixes) {
  const Prefix* chosen = &prefixes.back();
  for (const Prefix& prefix : prefixes) {
    if (is_below(magnitude, kLeastAboveOne.back(), prefix)) continue;
    chosen = &prefix;
    break;
  }
  Scale scale{static_cast<double>(chosen->factor), 1, chosen->name};
  for (const long double least : kLeastAboveOne) {
    scale.decimals += is_below(magnitude, least, *chosen) ? 1 : 0;
  }
  for (const double least : kLeastBelowOne) {
    scale.decimals += magnitude / scale.factor < least ? 1 : 0;
  }
  return scale;
}

}  // namespace

BaseUnit base_unit(std::string_view unit) {
  BaseUnit base;
  for_each_word(
      unit,
      [&](std::string_view word, bool numerator) {
        if (numerator && word == "ns") {
          base.unit += "sec";
          base.factor *= 1e-9;
        } else if (numerator && word == "MB") {
          base.unit += "B";
          base.factor *= 1e6;
        } else {
          base.unit += word;
        }
      },
      [&](char separator) { base.unit += separator; });
  return base;
}

UnitClass unit_class(std::string_view unit) {
  UnitClass result = UnitClass::kDecimal;
  for_each_word(
      unit,
      [&](std::string_view word, bool numerator) {
        if (numerator && (word == "B" || word == "MB" || word == "bytes")) {
          result = UnitClass::kBinary;
        }
      },
      [](char) {});
  return result;
}

std::string Scale::format(double value) const {
  return format_fixed(value / factor, decimals).append(prefix);
}

Scale common_scale(std::span<const double> values, UnitClass unit_class) {
  double smallest = 0;
  for (const double value : values) {
    const double magnitude = std::abs(value);
    if (magnitude != 0 && (smallest == 0 || magnitude < smallest)) smallest = magnitude;
  }
  if (smallest == 0) return {};
  if (unit_class == UnitClass::kBinary) return scale_for(smallest, kBinaryPrefixes);
  return scale_for(smallest, kDecimalPrefixes);
}

std::optional<Better> better_of(std::string_view unit) {
  if (unit.ends_with("/s") || unit.ends_with("/sec")) return Better::kHigher;
  if (unit.find('/') == std::string_view::npos) return std::nullopt;
  std::optional<Better> better;
  for_each_word(
      unit,
      [&](std::string_view word, bool numerator) {
        if (!numerator) return;
        for (const std::string_view cost :
             {"sec", "ns", "B", "bytes", "allocs", "calls", "switches", "cycles", "instructions"}) {
          if (word == cost) better = Better::kLower;
        }
      },
      [](char) {});
  // Bytes per call: larger calls move the same data with fewer of them.
  if (unit == "B/call") return Better::kHigher;
  return better;
}

bool UnitMetadata::set(std::string_view unit, std::string_view key, std::string_view value,
                       std::string* existing) {
  const auto [entry, added] =
      units_[base_unit(unit).unit].try_emplace(std::string(key), std::string(value));
  if (added || entry->second == value) return true;
  *existing = entry->second;
  return false;
}

std::optional<std::string_view> UnitMetadata::find(std::string_view unit,
                                                   std::string_view key) const {
  const auto keys = units_.find(unit);
  if (keys == units_.end()) return std::nullopt;
  const auto value = keys->second.find(std::string(key));
  if (value == keys->second.end()) return std::nullopt;
  return value->second;
}

bool UnitMetadata::is_exact(std::string_view base_unit) const {
  return find(base_unit, "assume") == "exact";
}

std::optional<Better> UnitMetadata::better(std::string_view base_unit) const {
  const std::optional<std::string_view> stated = find(base_unit, "better");
  if (stated == "higher") return Better::kHigher;
  if (stated == "lower") return Better::kLower;
  return better_of(base_unit);
}

}  // namespace splicebench
