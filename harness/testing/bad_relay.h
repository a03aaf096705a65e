#pragma once

// A relay of somebody else that misbehaves as it is told: bench/testing/bad_relay.py.

#include <fmt/format.h>
#include <signal.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "harness/foreign/foreign_relay.h"
#include "harness/system/process.h"
#include "results/testing/temporary_directory.h"

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

/// As long as it is there, relays get their private directories in one of the test's own: others
/// may run on this machine.
class PrivateDirectories {
 public:
  PrivateDirectories() { ::setenv("TMPDIR", own_.path().c_str(), 1); }
  ~PrivateDirectories() {
    if (before_.empty()) {
      ::unsetenv("TMPDIR");
    } else {
      ::setenv("TMPDIR", before_.c_str(), 1);
    }
  }
  PrivateDirectories(const PrivateDirectories&) = delete;
  PrivateDirectories& operator=(const PrivateDirectories&) = delete;

  std::size_t count() const {
    std::size_t count = 0;
    for (const std::filesystem::directory_entry& entry :
         std::filesystem::directory_iterator(own_.path())) {
      count += entry.path().filename().string().starts_with("splicebench-relay-") ? 1 : 0;
    }
    return count;
  }

 private:
  const std::string before_ = std::getenv("TMPDIR") == nullptr ? "" : std::getenv("TMPDIR");
  const TemporaryDirectory own_;
};

}  // namespace splicebench::testing
