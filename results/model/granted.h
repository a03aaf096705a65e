#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace splicebench {

/// A resource an engine got: its name ("pipe", "buffer"; a parameter's or one of its own), bytes or
/// pieces, and how much was asked for, where that is known.
struct Granted {
  std::string name;
  std::int64_t got = 0;
  std::optional<std::int64_t> asked;
};

/// What was got, by name, as results keep it.
inline std::map<std::string, std::int64_t> got_by_name(const std::vector<Granted>& all) {
  std::map<std::string, std::int64_t> got;
  for (const Granted& one : all) got[one.name] = one.got;
  return got;
}

}  // namespace splicebench
