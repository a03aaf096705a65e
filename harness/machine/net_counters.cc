#include "harness/machine/net_counters.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <string_view>

#include "results/model/usage.h"

namespace splicebench {

namespace {

/// Cuts the first word off `line`.
std::string_view next_word(std::string_view& line) {
  const std::size_t end = line.find(' ');
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  return word;
}

/// Cuts the first line off `text`.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

NetCounters::NetCounters() : netstat_(::open("/proc/self/net/netstat", O_RDONLY | O_CLOEXEC)) {}

NetFacts NetCounters::read() const {
  std::array<char, 16384> text{};
  if (!netstat_ || ::pread(netstat_.get(), text.data(), text.size() - 1, 0) <= 0) return {};
  return parse_netstat(text.data());
}

NetFacts parse_netstat(const char* text) {
  NetFacts facts;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view names = next_line(rest);
    std::string_view values = next_line(rest);
    if (!names.starts_with("TcpExt: ") || !values.starts_with("TcpExt: ")) continue;
    while (!names.empty() && !values.empty()) {
      const std::string_view name = next_word(names);
      const std::string_view value = next_word(values);
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      if (error != std::errc{} || end != value.data() + value.size()) continue;
      for (const NetCount& field : kNetCounts) {
        if (name == field.kernel) facts.*field.value = number;
      }
    }
  }
  return facts;
}

NetFacts operator-(const NetFacts& later, const NetFacts& earlier) {
  NetFacts between;
  for (const NetCount& field : kNetCounts)
    between.*field.value = difference(later.*field.value, earlier.*field.value);
  return between;
}

}  // namespace splicebench
