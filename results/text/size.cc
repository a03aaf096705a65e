#include "results/text/size.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

#include "results/files/error.h"

namespace splicebench {

namespace {

struct Suffix {
  std::string_view text;
  int shift;
};

constexpr std::array<Suffix, 9> kSuffixes{{{"", 0},
                                           {"B", 0},
                                           {"K", 10},
                                           {"KiB", 10},
                                           {"M", 20},
                                           {"MiB", 20},
                                           {"G", 30},
                                           {"GiB", 30},
                                           {"k", 10}}};

}  // namespace

std::int64_t parse_size(std::string_view text, std::string_view what) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (error == std::errc{} && number > 0) {
    for (const Suffix& suffix : kSuffixes) {
      if (unit != suffix.text) continue;
      if (number > (std::numeric_limits<std::int64_t>::max() >> suffix.shift)) break;
      return number << suffix.shift;
    }
  }
  throw UsageError(
      fmt::format("{}: '{}' is not a size; write a positive number with an optional B, KiB, MiB or "
                  "GiB, e.g. 64KiB",
                  what, text));
}

std::string format_size(std::int64_t bytes) {
  static constexpr std::array<std::string_view, 4> kNames{"B", "KiB", "MiB", "GiB"};
  std::size_t prefix = 0;
  while (prefix + 1 < kNames.size() && bytes != 0 && bytes % 1024 == 0) {
    bytes /= 1024;
    ++prefix;
  }
  return fmt::format("{}{}", bytes, kNames[prefix]);
}

}  // namespace splicebench
