#pragma once

// The processes that a test's subject has started.

#include <sys/types.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace splicebench::testing {

/// Children of this process, by name of their program.
inline std::vector<std::pair<pid_t, std::string>> children() {
  std::vector<std::pair<pid_t, std::string>> found;
  std::ifstream list("/proc/self/task/" + std::to_string(::getpid()) + "/children");
  for (pid_t pid = 0; list >> pid;) {
    std::ifstream comm("/proc/" + std::to_string(pid) + "/comm");
    std::string name;
    std::getline(comm, name);
    found.emplace_back(pid, name);
  }
  return found;
}

/// The splicebench processes among them, agents and members of casts, in the order of their start.
inline std::vector<pid_t> own_children() {
  std::vector<pid_t> pids;
  for (const auto& [pid, name] : children()) {
    if (name.starts_with("splicebench")) pids.push_back(pid);
  }
  return pids;
}

/// Waits up to a second for splicebench-`name` to be started; 0 when it is not.
inline pid_t wait_for_child(const std::string& name) {
  // comm holds 15 characters: splicebench-wri, splicebench-rea, splicebench-rel.
  const std::string comm = ("splicebench-" + name).substr(0, 15);
  for (int attempt = 0; attempt < 20000; ++attempt) {
    for (const auto& [pid, running] : children()) {
      if (running == comm) return pid;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  return 0;
}

}  // namespace splicebench::testing
