#include "harness/ping/ping_block.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>

#include "harness/network/sockets.h"
#include "harness/ping/hosted_ping.h"
#include "harness/ping/ping_placement.h"
#include "harness/system/interrupt.h"
#include "harness/system/members.h"
#include "harness/system/process.h"
#include "harness/system/process_tree.h"
#include "harness/wire/control.h"
#include "harness/wire/ping_control.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

ProcessUse use_between(const TreeUsage& earlier, const TreeUsage& later) {
  ProcessUse use;
  use.cpu = std::max(0.0, later.seconds - earlier.seconds);
  if (const std::optional<Switches> switches = switches_between(earlier, later)) {
    use.voluntary = switches->voluntary;
    use.involuntary = switches->involuntary;
  }
  return use;
}

constexpr std::uint64_t kServerBuffer = 64 << 10;

/// The processes of a block and what is said to them.
class Block {
 public:
  Block(const PingPlan& plan, const Programs& programs, double deadline)
      : plan_(plan), programs_(programs), members_(deadline) {
    if (plan.hosts != nullptr) {
      start_over_hosts();
    } else {
      start_here();
    }
  }

  void get_ready(std::vector<Granted>& granted) {
    if (server_ >= 0) {
      PeerTask task;
      task.chunk = kServerBuffer;
      task.cpus = set_of_cpu(plan_.server_cpu);
      prepare_peer("server", server_, task);
    }
    if (relay_ >= 0) prepare_relay(granted);
    PingTask task;
    task.size = static_cast<std::uint64_t>(plan_.size);
    task.seed = plan_.seed;
    task.cpus = set_of_cpu(plan_.client_cpu);
    prepare_peer("client", client_, task);
  }

  /// Throws SampleFailed unless all of them came back whole.
  void ping(std::int64_t count, double rate, PingReport& report) {
    PingGo go;
    go.count = static_cast<std::uint64_t>(count);
    if (rate > 0) go.interval = static_cast<std::uint64_t>(std::llround(1e9 / rate));
    if (!send(client_, go)) fail("the client was gone before the round trips");
    members_.wait_for_message(client_, "before the round trips were over");
    if (!receive(client_, report)) fail(silent("client", errno, "its report"));
    const std::string fault = fault_of(report);
    if (!fault.empty()) fail(fault);
  }

  TreeUsage use(const char* name) const { return members_.usage(name); }
  TreeUsage relay_use() const {
    if (hosted_foreign() != nullptr) return hosted_foreign()->usage();
    return foreign_ ? usage_below(foreign_->relay().root()) : use("relay");
  }
  const std::string& relay_congestion() const { return relay_congestion_; }
  bool has_server() const { return server_ >= 0; }
  bool has_relay() const { return relay_ >= 0 || foreign_ || hosted_foreign() != nullptr; }
  void dismiss() { members_.dismiss(); }
  std::int64_t strangers() const { return hosted_ ? hosted_->strangers() : 0; }

 private:
  void start_here() {
    const PingEnds ends = plan_.open();
    foreign_ = ends.foreign;
    relay_congestion_ = ends.relay_congestion;
    // The server first: each is ready before those that send to it are.
    if (ends.server) {
      server_ = start("server", programs_.echo, {}, {{ends.server.get(), kDataFd}});
    }
    if (ends.relay_source) {
      relay_ = start("relay", programs_.relay, {"two-way"},
                     {{ends.relay_source.get(), kSourceFd}, {ends.relay_sink.get(), kSinkFd}});
    }
    client_ = start("client", programs_.pinger, {}, {{ends.client.get(), kDataFd}});
  }

  void start_over_hosts() {
    HostedPing::Plan over{plan_.sockets, !plan_.mode.empty(), std::nullopt, plan_.timeout};
    if (plan_.relay) {
      over.foreign = wish_of(plan_);
      over.relayed = false;
    }
    hosted_ = std::make_unique<HostedPing>(*plan_.hosts, over);
    const auto start = [&](Role role, const char* name) {
      SocketPair control = control_pair();
      hosted_->start(role, name, std::move(control.second), members_);
      return members_.keep(std::move(control.first));
    };
    try {
      client_ = start(Role::writer, "client");
      if (over.relayed) relay_ = start(Role::relay, "relay");
      server_ = start(Role::reader, "server");
    } catch (const SampleFailed& failure) {
      if (hosted_foreign() == nullptr) throw;
      fail(failure.what());
    }
    if (hosted_foreign() != nullptr) relay_congestion_ = hosted_foreign()->facts().congestion;
  }

  /// Somebody else's relay on its host; null: there is none.
  HostRelay* hosted_foreign() const { return hosted_ ? hosted_->relay() : nullptr; }

  int start(const char* name, const std::string& program, std::vector<std::string> arguments,
            std::vector<InheritedFd> fds) {
    SocketPair control = control_pair();
    fds.push_back({control.second.get(), kControlFd});
    members_.start(name, {program, std::move(arguments), std::move(fds), minimal_environment()});
    return members_.keep(std::move(control.first));
  }

  template <typename Task>
  void prepare_peer(const char* name, int control, const Task& task) {
    PeerReady ready;
    if (!send(control, task)) fail(fmt::format("the {} was gone before it got its task", name));
    members_.wait_for_message(control, "before all were ready");
    if (!receive(control, ready)) fail(silent(name, errno, "it was ready"));
    if (ready.error != 0) {
      fail(fmt::format("the {} could not get ready: {}", name, std::strerror(ready.error)));
    }
  }

  void prepare_relay(std::vector<Granted>& granted) {
    TwoWayTask task;
    if (plan_.mode.size() >= task.mode.size())
      throw UsageError(fmt::format("--modes: '{}' is too long", plan_.mode));
    std::memcpy(task.mode.data(), plan_.mode.data(), plan_.mode.size());
    task.cpus = set_of_cpu(plan_.relay_cpu);
    RelayReady ready;
    if (!send(relay_, task)) fail("the relay was gone before it got its task");
    members_.wait_for_message(relay_, "before all were ready");
    if (!receive(relay_, ready)) fail(silent("relay", errno, "it was ready"));
    if (ready.error[0] != '\0') fail(text_of(ready.error));
    granted = granted_in(ready);
  }

  /// Why its message did not come.
  static std::string silent(const char* name, int error, const char* phase) {
    return fmt::format("the {} {} before {}", name, why_not_received(error), phase);
  }

  std::string fault_of(const PingReport& report) const {
    const std::string after = fmt::format("after {} round trips", report.round_trips);
    switch (report.fault) {
      case PingFault::none:
        return {};
      case PingFault::error:
        return fmt::format("client: {} {}", std::strerror(report.error), after);
      case PingFault::ended:
        return fmt::format("the connection ended before the reply was whole, {}", after);
      case PingFault::wrong_bytes:
        return fmt::format("a reply was not what had been sent, {}", after);
      case PingFault::surplus:
        return fmt::format("more came back than was sent, {}", after);
    }
    return "the client told an unknown fault";
  }

  [[noreturn]] void fail(const std::string& what) {
    std::string end = foreign_ ? foreign_->relay().how_it_ended(kGuardPatience) : "";
    if (hosted_foreign() != nullptr) end = hosted_foreign()->how_it_ended();
    throw SampleFailed(members_.who_died(what) + (end.empty() ? "" : "; " + end));
  }

  const PingPlan& plan_;
  const Programs& programs_;
  std::shared_ptr<ForeignLink> foreign_;
  std::unique_ptr<HostedPing> hosted_;  ///< null: all is on this machine
  std::string relay_congestion_;
  Members members_;
  // Control sockets; -1: not started.
  int client_ = -1;
  int relay_ = -1;
  int server_ = -1;
};

void perform(const PingPlan& plan, const Programs& programs, double deadline, BlockResult& result) {
  Block block(plan, programs, deadline);
  block.get_ready(result.granted);
  result.relay_congestion = block.relay_congestion();
  result.strangers = block.strangers();
  const std::unique_ptr<PingReport> report = std::make_unique<PingReport>();
  if (plan.warmup > 0) block.ping(plan.warmup, plan.rate, *report);

  const TreeUsage client = block.use("client");
  const TreeUsage relay = block.relay_use();
  const TreeUsage server = block.use("server");
  block.ping(plan.count, plan.rate, *report);
  PingBlock& figures = result.block;
  figures.client = use_between(client, block.use("client"));
  if (block.has_relay()) figures.relay = use_between(relay, block.relay_use());
  if (block.has_server()) figures.server = use_between(server, block.use("server"));

  figures.start = report->started;
  figures.seconds = report->seconds;
  figures.times = Histogram(report->counts, report->max);
  if (plan.rate > 0) figures.service = Histogram(report->service, report->service_max);
  block.dismiss();
}

BlockResult failed(double begin, const std::runtime_error& failure) {
  BlockResult result;
  result.block.start = begin;
  result.block.error = failure.what();
  return result;
}

}  // namespace

RelayWish wish_of(const PingPlan& plan) {
  return {*plan.relay, false, set_of_cpu(plan.relay_cpu), 1, 1, plan.timeout};
}

BlockResult take_block(const PingPlan& plan, const Programs& programs) {
  const double begin = monotonic_seconds();
  const double scheduled =
      plan.rate > 0 ? static_cast<double>(plan.warmup + plan.count) / plan.rate : 0;
  BlockResult result;
  if (plan.hosts != nullptr) plan.hosts->revive();
  try {
    perform(plan, programs, begin + plan.timeout + scheduled, result);
  } catch (const SampleFailed& failure) {
    // What ends a run may have ended the processes of a block first, as in take_sample().
    if (interrupted()) throw Interrupted();
    return failed(begin, failure);
  }
  result.block.overhead_seconds = monotonic_seconds() - begin - result.block.seconds;
  return result;
}

}  // namespace splicebench
