#include "harness/hosts/local_relays.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "harness/foreign/foreign_link.h"
#include "harness/foreign/relay_sockets.h"
#include "harness/hosts/own_addresses.h"
#include "harness/network/network.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"

namespace splicebench {

namespace {

/// Between two looks at whether it listens, seconds.
constexpr double kLookPause = 0.002;

/// Whoever connects between the making of a unix socket and its listening asks again.
bool listens(const ForeignRelay& relay) {
  const std::string file = relay.listens_on().file();
  return file.empty() ? somebody_listens(relay.root(), relay.listens_on())
                      : ::access(file.c_str(), F_OK) == 0;
}

void wait_until_it_listens(ForeignRelay& relay, double seconds) {
  const double deadline = monotonic_seconds() + seconds;
  while (!listens(relay)) {
    relay.require_alive();
    if (monotonic_seconds() >= deadline) {
      relay.fail(fmt::format("nobody listens on {} after {:.1f} s (--timeout)",
                             format_address(relay.listens_on()), seconds));
    }
    wait_interruptibly(nullptr, 0, kLookPause);
    if (interrupted()) throw Interrupted();
  }
}

}  // namespace

ForeignRelayPlan LocalRelays::plan_of(const RelayRequest& request) const {
  ForeignRelayPlan plan;
  const RelayWish& wish = request.wish;
  plan.relay = wish.relay;
  plan.listen_unix = wish.listen_unix;
  plan.listen = request.listen;
  plan.connect = request.connect;
  plan.guard = guard_;
  plan.network = network_;
  plan.cpus = wish.cpus;
  plan.flows = wish.flows;
  plan.threads = wish.threads;
  return plan;
}

RelayReply LocalRelays::start(std::uint32_t number, const RelayRequest& request) {
  Running& made = relays_.try_emplace(number, plan_of(request)).first->second;
  try {
    wait_until_it_listens(made.relay, request.wish.seconds);
  } catch (...) {
    end(number);
    throw;
  }
  made.memory_before = memory_below(made.relay.root(), Memory::now);
  return {made.relay.root(), made.relay.listens_on()};
}

void LocalRelays::try_start(const RelayRequest& request) const {
  ForeignLink(plan_of(request), monotonic_seconds() + request.wish.seconds);
}

std::string LocalRelays::how_it_ended(std::uint32_t number) {
  const auto found = relays_.find(number);
  return found == relays_.end() ? "" : found->second.relay.how_it_ended(kGuardPatience);
}

const LocalRelays::Running& LocalRelays::running(std::uint32_t number) const {
  const auto found = relays_.find(number);
  if (found == relays_.end()) throw std::runtime_error("the relay has ended");
  return found->second;
}

RelayFacts LocalRelays::facts(std::uint32_t number) const {
  const Running& one = running(number);
  RelayFacts facts;
  facts.congestion = congestion_below(one.relay.root(), one.relay.listens_on());
  const std::optional<std::int64_t> most = memory_below(one.relay.root(), Memory::peak);
  if (one.memory_before && most)
    facts.memory_growth = std::max<std::int64_t>(0, *most - *one.memory_before);
  return facts;
}

std::optional<TreeUsage> LocalRelays::usage(std::uint32_t number) const {
  const auto found = relays_.find(number);
  if (found == relays_.end()) return std::nullopt;
  return usage_below(found->second.relay.root());
}

void LocalRelays::try_half_close(const RelayRequest& request) const {
  bool up = false;
  in_network(network_, [&up] { up = loopback_is_up(); });
  if (!up) {
    throw SampleFailed(fmt::format(
        "relay {}: whether it keeps a half-closed connection is tried over the loopback device, "
        "which is down there; bring it up with: ip link set lo up",
        request.wish.relay.name));
  }
  require_half_close(plan_of(request), monotonic_seconds() + request.wish.seconds);
}

}  // namespace splicebench
