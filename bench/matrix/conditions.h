#pragma once

// The conditions of a run: what their flags take, and what that comes to on this machine.

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "harness/network/socket_settings.h"
#include "results/model/model.h"
#include "results/model/path_kinds.h"

namespace splicebench {

inline constexpr const char* kLoopback = "loopback";
inline constexpr const char* kVeth = "veth";

/// Connections of a sample, and threads that serve them, at most.
inline constexpr std::int64_t kMostFlows = 4096;
inline constexpr std::int64_t kMostThreads = 64;

/// Adds a flag for each condition, which takes a list; `placements`: help for those of this
/// command. Of many flows only where the command has them.
void add_conditions(CLI::App& command, RunOptions& options, const std::string& placements,
                    bool flows);

/// What a value of --placement comes to on a path. Throws UsageError.
using Placer = std::function<AppliedCondition(const std::string& value, const PathKinds& path)>;

/// That of samples, for this process's CPUs.
AppliedCondition place_samples(const std::string& value, const PathKinds& path);

/// What this machine says of congestion controls (harness/network/socket_settings.h).
struct CongestionControls {
  std::function<std::string(const std::string& name)> why_not = why_not_congestion;
  std::function<std::string()> own = system_congestion;
};

/// What the conditions asked for come to here.
class MachineConditions {
 public:
  /// Congestion control that was not asked for is cubic, where that is not allowed reno, else the
  /// system's; filled in in `options`. Asks the kernel by means of sockets. Throws UsageError: a
  /// value is not possible here, or two are the same.
  MachineConditions(RunOptions& options, Placer placer, CongestionControls controls = {});

  /// Every combination that `path` can tell apart, each once: flows first, link last.
  std::vector<Conditions> on(const PathKinds& path) const;

  /// Of all paths, the machine's usual ones included.
  std::vector<AppliedCondition> applied() const;

  /// That the machine's own congestion control, which another program would get, is not among those
  /// measured, with the flag that measures both; empty where it is.
  std::string note() const;

  /// That what is measured without being asked for could not be had.
  std::vector<Warning> warnings() const;

 private:
  std::string value_on(const PathKinds& path, ConditionKind kind, const std::string& asked) const;
  std::string usual_on(const PathKinds& path, ConditionKind kind) const;

  void require_possible(ConditionKind kind, const std::string& value) const;
  void require_flows() const;
  std::string usual_congestion() const;

  const RunOptions& options_;
  Placer placer_;
  CongestionControls controls_;
  std::string usual_congestion_;
};

SocketSettings socket_settings(const Row& row);

/// The flags, to repeat the command: with a blank before them. Of the ends alone: those that hold
/// where the relay is on another machine.
enum class Whose { all, ends };
std::string conditions_flags(const RunOptions& options, Whose whose);

bool asks_for(const RunOptions& options, ConditionKind kind, const std::string& value);

std::string flag_of(ConditionKind kind);
/// Flows and threads.
bool is_count(ConditionKind kind);
/// Of a list of those.
std::int64_t most_of(const RunOptions& options, ConditionKind kind);

}  // namespace splicebench
