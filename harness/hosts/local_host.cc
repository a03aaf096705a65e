#include "harness/hosts/local_host.h"

#include <fmt/format.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "harness/network/network.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

const std::string& program_of(const Programs& programs, Part part) {
  switch (part) {
    case Part::writer:
      return programs.writer;
    case Part::reader:
      return programs.reader;
    case Part::echo:
      return programs.echo;
    case Part::pinger:
      return programs.pinger;
    case Part::relay:
    case Part::two_way_relay:
      break;
  }
  return programs.relay;
}

void inherit(const std::vector<DataEnd>& ends, std::vector<Fd> fds, bool nonblocking,
             std::vector<Fd>& kept, SpawnRequest& request) {
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (nonblocking) set_nonblocking(fds[i].get());
    request.fds.push_back({fds[i].get(), ends[i].to});
    kept.push_back(std::move(fds[i]));
  }
}

}  // namespace

const char* name_of(Part part) {
  switch (part) {
    case Part::writer:
      return "writer";
    case Part::reader:
      return "reader";
    case Part::relay:
    case Part::two_way_relay:
      return "relay";
    case Part::echo:
      return "server";
    case Part::pinger:
      break;
  }
  return "client";
}

std::uint32_t LocalHost::listen(Address& address, const SocketSettings& settings,
                                std::size_t connections) {
  const std::uint32_t number = next_listener_++;
  in_network(network_, [&] {
    address = listeners_
                  .emplace(std::piecewise_construct, std::forward_as_tuple(number),
                           std::forward_as_tuple(address, settings, connections))
                  .first->second.address();
  });
  return number;
}

void LocalHost::connect(const StartPlan& plan, std::vector<Fd>& kept, SpawnRequest& request,
                        std::int64_t& strangers) {
  const Patience patience{monotonic_seconds() + plan.seconds, plan.watched};
  for (const GoingEnds& going : plan.going) {
    std::vector<DataTarget> targets;
    for (const DataEnd& end : going.ends) targets.push_back({going.target, end.connection});
    inherit(going.ends, connect_to(targets, plan.token, plan.sockets, patience), plan.nonblocking,
            kept, request);
  }
  for (const ComingEnds& coming : plan.coming) {
    std::vector<std::uint32_t> numbers;
    for (const DataEnd& end : coming.ends) numbers.push_back(end.connection);
    const auto found = listeners_.find(coming.listener);
    if (found == listeners_.end()) throw std::runtime_error("there is no such listener");
    inherit(coming.ends, found->second.take(plan.token, numbers, patience, strangers),
            plan.nonblocking, kept, request);
    // Nobody else is expected: who comes later finds it closed, and is not left to wait there.
    listeners_.erase(found);
  }
}

std::unique_ptr<Actor> LocalHost::start(const StartPlan& plan, std::vector<ControlEnd> controls,
                                        std::int64_t& strangers) {
  SpawnRequest request;
  request.program = program_of(programs_, plan.part);
  if (plan.part == Part::two_way_relay) request.arguments = {"two-way"};
  request.environment = minimal_environment();
  request.network = network_;
  request.shielded = true;
  request.fds = plan.held;
  for (const ControlEnd& control : controls)
    request.fds.push_back({control.socket.get(), control.to});
  std::vector<Fd> kept;
  if (!plan.going.empty() || !plan.coming.empty()) {
    try {
      in_network(network_, [&] { connect(plan, kept, request, strangers); });
    } catch (const std::system_error& error) {
      // Nobody came; all else is this process's own trouble.
      const int code = error.code().value();
      if (code != ETIMEDOUT && code != ECONNRESET) throw;
      throw SampleFailed(
          fmt::format("the {} did not get its connections: {}", name_of(plan.part), error.what()));
    }
  }
  return std::make_unique<LocalActor>(spawn(request));
}

}  // namespace splicebench
