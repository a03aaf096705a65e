#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "harness/foreign/foreign_relay.h"
#include "harness/hosts/requests.h"

namespace splicebench {

/// Other people's relays in one network namespace of this machine, by the number that whoever asked
/// for each gave it.
class LocalRelays {
 public:
  /// `guard`: path of splicebench-guard. In the namespace of descriptor `network`; -1: this
  /// process's.
  explicit LocalRelays(std::string guard, int network = -1)
      : guard_(std::move(guard)), network_(network) {}

  /// Starts one and waits until it listens. Throws SampleFailed where it does not, or ends, and
  /// what ForeignRelay's constructor does.
  RelayReply start(std::uint32_t number, const RelayRequest& request);
  /// A connection through it, and it ends. Throws as start().
  void try_start(const RelayRequest& request) const;
  /// Ends it with all its processes; nothing where there is none of that number.
  void end(std::uint32_t number) { relays_.erase(number); }

  /// As ForeignRelay's; empty where there is none.
  std::string how_it_ended(std::uint32_t number);
  /// ForeignRelay::pidfd(). Throws std::runtime_error where there is none.
  int ended(std::uint32_t number) const { return running(number).relay.pidfd(); }
  /// Throws std::runtime_error where there is none.
  RelayFacts facts(std::uint32_t number) const;
  /// None: there is no such relay.
  std::optional<TreeUsage> usage(std::uint32_t number) const;

  /// As require_half_close(), with both ends on this host.
  void try_half_close(const RelayRequest& request) const;

 private:
  struct Running {
    explicit Running(const ForeignRelayPlan& plan) : relay(plan) {}
    ForeignRelay relay;
    std::optional<std::int64_t> memory_before{};  ///< bytes, when it listened
  };
  const Running& running(std::uint32_t number) const;
  ForeignRelayPlan plan_of(const RelayRequest& request) const;

  std::string guard_;
  int network_;
  std::map<std::uint32_t, Running> relays_;
};

}  // namespace splicebench
