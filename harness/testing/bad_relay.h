#pragma once

// A relay of somebody else that misbehaves as it is told: bench/testing/bad_relay.py.

#include <fmt/format.h>
#include <signal.h>

#include <cstddef>
#include <filesystem>
#include <string>

#include "harness/foreign/foreign_relay.h"
#include "harness/system/process.h"

namespace splicebench::testing {

inline constexpr double kPatience = 20;  ///< seconds

inline RelayCommand bad_relay(const std::string& fault) {
  RelayCommand relay;
  relay.name = fault;
  relay.command =
      fmt::format("python3 '{}' {} {{listen}} {{connect}}", SPLICEBENCH_BAD_RELAY, fault);
  return relay;
}

inline ForeignRelayPlan plan_of(const std::string& fault, bool listen_unix = false) {
  ForeignRelayPlan plan;
  plan.relay = bad_relay(fault);
  plan.listen_unix = listen_unix;
  plan.guard = SPLICEBENCH_GUARD;
  return plan;
}

inline double soon() { return monotonic_seconds() + kPatience; }

inline bool is_running(pid_t pid) { return ::kill(pid, 0) == 0; }

inline std::size_t private_directories() {
  std::size_t count = 0;
  for (const std::filesystem::directory_entry& entry :
       std::filesystem::directory_iterator(std::filesystem::temp_directory_path())) {
    count += entry.path().filename().string().starts_with("splicebench-relay-") ? 1 : 0;
  }
  return count;
}

}  // namespace splicebench::testing
