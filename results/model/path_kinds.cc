#include "results/model/path_kinds.h"

#include <array>

namespace splicebench {

namespace {

constexpr std::array<std::string_view, 4> kNames = {"tcp", "unix", "file", "null"};  // as EndKind
constexpr std::string_view kTo = "-to-";

std::optional<EndKind> kind_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<EndKind>(i);
  }
  return {};
}

}  // namespace

std::string_view name_of(EndKind kind) { return kNames.at(static_cast<std::size_t>(kind)); }

std::string PathKinds::name() const {
  return std::string(name_of(source)).append(kTo).append(name_of(sink));
}

std::optional<PathKinds> kinds_of(std::string_view path) {
  const std::size_t to = path.find(kTo);
  if (to == std::string_view::npos) return {};
  const std::optional<EndKind> source = kind_named(path.substr(0, to));
  const std::optional<EndKind> sink = kind_named(path.substr(to + kTo.size()));
  if (!source || !sink) return {};
  return PathKinds{*source, *sink};
}

}  // namespace splicebench
