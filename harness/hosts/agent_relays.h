#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "harness/foreign/foreign_relay.h"
#include "harness/hosts/requests.h"

namespace splicebench {

/// Other people's relays that an agent runs, by the number of the request that asked for each.
class AgentRelays {
 public:
  /// `guard`: path of splicebench-guard.
  explicit AgentRelays(std::string guard) : guard_(std::move(guard)) {}

  /// Starts one and waits until it listens. Throws SampleFailed where it does not, or ends, and
  /// what ForeignRelay's constructor does.
  RelayReply start(std::uint32_t number, const RelayRequest& request);
  /// Ends it with all its processes; nothing where there is none of that number.
  void end(std::uint32_t number) { relays_.erase(number); }

  /// As ForeignRelay's; empty where there is none.
  std::string how_it_ended(std::uint32_t number);
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
  ForeignRelayPlan plan_of(const RelayRequest& request) const;

  std::string guard_;
  std::map<std::uint32_t, Running> relays_;
};

}  // namespace splicebench
