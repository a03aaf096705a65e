#include "harness/hosts/host_set.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/hosts/reach/archive.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "results/files/error.h"
#include "results/model/flow_facts.h"

namespace splicebench {

namespace {

/// Before an agent is started again, seconds: its host may be on its way back.
constexpr double kPause = 0.5;
constexpr const char* kLoopback = "127.0.0.1";
/// That time the way to a host.
constexpr std::size_t kQuestions = 5;

HostPlace parsed(const std::string& text) {
  if (text.empty()) return {};
  const std::optional<HostPlace> place = parse_host_place(text);
  if (!place)
    throw UsageError(fmt::format("--hosts: '{}' is no place; use {}", text, kHostPlaceForms));
  return *place;
}

}  // namespace

HostSet::HostSet(const HostOptions& options, const Programs& programs, double timeout)
    : options_(options), programs_{programs.agent, options.remote_program, {}}, timeout_(timeout) {
  // An agent may end while it is written to.
  survive_failed_writes();
  if (options.copy) programs_.archive = archive_of(programs);
  try {
    for (const RoleInfo& info : kRoles) {
      places_[info.role] = host_place_text(parsed(options.places[info.role]));
      if (!hosts_.contains(places_[info.role]))
        start(places_[info.role], monotonic_seconds() + timeout);
      cpus_[info.role] = at(info.role).hello().cpus;
    }
    find_addresses();
  } catch (const SampleFailed& failure) {
    throw UsageError(fmt::format("--hosts: {}", failure.what()));
  }
}

void HostSet::start(const std::string& place, double deadline) {
  hosts_[place] = nullptr;
  const auto others = [this, place] {
    std::vector<const RemoteHost*> all;
    for (const auto& [other, host] : hosts_) {
      if (other != place && host != nullptr) all.push_back(host.get());
    }
    return all;
  };
  hosts_[place] = std::make_unique<RemoteHost>(place, start_agent(parsed(place), programs_),
                                               deadline, timeout_, others);
}

std::string HostSet::candidate(Role role) {
  if (!options_.addresses[role].empty()) return options_.addresses[role];
  const HostHello& hello = at(role).hello();
  if (!hello.ssh_address.empty()) return hello.ssh_address;
  return hello.first_address.empty() ? kLoopback : hello.first_address;
}

void HostSet::find_addresses() {
  // Nobody connects to the writer. Each of the others is asked for its address on the way to the
  // one that connects to it; where all is on one host, that is the host's own.
  const auto listening = [this](Role role, Role from) {
    const bool known = !options_.addresses[role].empty() || !at(role).hello().ssh_address.empty();
    if (known) return candidate(role);
    return at(role).route(address_of(candidate(from), 0, "--addr"));
  };
  addresses_[Role::relay] = listening(Role::relay, Role::writer);
  addresses_[Role::reader] = listening(Role::reader, Role::relay);
  addresses_[Role::writer] =
      options_.addresses[Role::writer].empty()
          ? at(Role::writer).route(address_of(addresses_[Role::relay], 0, "--addr"))
          : options_.addresses[Role::writer];
}

std::vector<HostFacts> HostSet::facts() {
  PerRole<std::string> peers;  // that each connects to
  peers[Role::writer] = addresses_[Role::relay];
  peers[Role::relay] = addresses_[Role::reader];
  std::vector<HostFacts> all;
  for (const RoleInfo& info : kRoles) {
    HostFacts facts = at(info.role).facts(addresses_[info.role], peers[info.role]);
    facts.role = info.role;
    facts.place = places_[info.role];
    facts.address = addresses_[info.role];
    all.push_back(std::move(facts));
  }
  return all;
}

Address HostSet::own_address(Role role) const { return address_of(addresses_[role], 0, "--addr"); }

std::unique_ptr<HostListener> HostSet::listen(Role role, const SocketSettings& sockets,
                                              std::size_t connections) {
  return at(role).listen({own_address(role), sockets, static_cast<std::uint32_t>(connections)});
}

std::unique_ptr<HostRelay> HostSet::start_relay(const RelayWish& wish, const Address& target) {
  return at(Role::relay).start_relay({wish, own_address(Role::relay), target});
}

void HostSet::try_start(const RelayWish& wish) {
  start_relay(wish, address_of(addresses_[Role::reader], 9, "--addr"));
}

void HostSet::try_half_close(const RelayWish& wish) {
  at(Role::relay).try_half_close({wish, own_address(Role::relay)});
}

double HostSet::control_round_trip() {
  std::vector<double> times;
  for (std::size_t i = 0; i < kQuestions; ++i) {
    const double asked = monotonic_seconds();
    at(Role::relay).route(own_address(Role::relay));
    at(Role::reader).route(own_address(Role::reader));
    times.push_back(monotonic_seconds() - asked);
  }
  std::sort(times.begin(), times.end());
  return middle_of(times);
}

std::map<std::string, double> HostSet::busy_shares(double seconds) {
  std::map<std::string, LoadReading> before;
  for (const auto& [place, host] : hosts_) before[place] = host->load();
  wait_interruptibly(nullptr, 0, seconds);
  if (interrupted()) throw Interrupted();
  std::map<std::string, double> shares;
  for (const auto& [place, host] : hosts_) {
    const std::optional<double> share = busy_between(before[place], host->load());
    if (share) shares[place] = *share;
  }
  return shares;
}

void HostSet::revive() {
  const double deadline = monotonic_seconds() + timeout_;
  for (auto& [place, host] : hosts_) {
    std::string trouble = host == nullptr ? "it was never there" : host->trouble();
    while (!trouble.empty()) {
      if (monotonic_seconds() >= deadline)
        throw std::runtime_error(
            fmt::format("{}; it did not come back in {:g} s (--timeout)", trouble, timeout_));
      try {
        start(place, std::min(deadline, monotonic_seconds() + timeout_));
        trouble.clear();
      } catch (const SampleFailed& failure) {
        trouble = failure.what();
        wait_interruptibly(nullptr, 0, kPause);
        if (interrupted()) throw Interrupted();
      }
    }
  }
}

}  // namespace splicebench
