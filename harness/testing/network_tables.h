#pragma once

// For tests: what a network namespace says of its connections and devices.

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace splicebench::testing {

/// TCP connections over IPv4 that are established in the namespace of `process` (a number, or
/// "thread-self"), in order: "10.0.1.2 to 10.0.2.2" (proc_pid_net(5)).
inline std::vector<std::string> connections_of(const std::string& process) {
  const auto text = [](unsigned bytes) {
    std::array<char, INET_ADDRSTRLEN> room{};
    return std::string(::inet_ntop(AF_INET, &bytes, room.data(), room.size()));
  };
  constexpr unsigned kEstablished = 1;
  std::ifstream table("/proc/" + process + "/net/tcp");
  std::vector<std::string> all;
  for (std::string line; std::getline(table, line);) {
    unsigned own = 0;
    unsigned other = 0;
    unsigned state = 0;
    if (std::sscanf(line.c_str(), "%*d: %8X:%*X %8X:%*X %2X", &own, &other, &state) == 3 &&
        state == kEstablished)
      all.push_back(fmt::format("{} to {}", text(own), text(other)));
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// Bytes that `device` received and sent there; -1: there is none of that name.
inline std::int64_t bytes_over(const std::string& process, const std::string& device) {
  std::ifstream table("/proc/" + process + "/net/dev");
  for (std::string line; std::getline(table, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::istringstream name(line.substr(0, colon));
    std::string word;
    name >> word;
    if (word != device) continue;
    std::istringstream figures(line.substr(colon + 1));
    std::array<std::int64_t, 9> each{};
    for (std::int64_t& one : each) figures >> one;
    return each.front() + each.back();
  }
  return -1;
}

}  // namespace splicebench::testing
