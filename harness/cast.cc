#include "harness/cast.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>

#include "harness/interrupt.h"
#include "harness/process.h"
#include "harness/sockets.h"

namespace splicebench {

namespace {

/// How long a process may take to end once it should: seconds.
constexpr double kGrace = 1.0;

/// Waits until `fd` is readable or `until`; false then.
bool readable_before(int fd, double until) {
  for (;;) {
    const double left = until - monotonic_seconds();
    if (left <= 0) return false;
    pollfd ended{fd, POLLIN, 0};
    if (::poll(&ended, 1, static_cast<int>(left * 1000) + 1) > 0) return true;
  }
}

}  // namespace

Cast::Cast(PathEnds ends, const Programs& programs, double deadline) : deadline_(deadline) {
  SocketPair relay = control_pair();
  SocketPair writer = control_pair();
  SocketPair reader = control_pair();
  control_ = std::move(relay.first);
  members_.reserve(3);
  std::vector<InheritedFd> relay_fds{{relay.second.get(), kControlFd},
                                     {ends.source.get(), kSourceFd},
                                     {ends.sink.get(), kSinkFd},
                                     {writer.first.get(), kWriterControlFd}};
  start("writer", programs.writer,
        {{writer.second.get(), kControlFd}, {ends.writer.get(), kDataFd}});
  if (ends.reader) {
    start("reader", programs.reader,
          {{reader.second.get(), kControlFd}, {ends.reader.get(), kDataFd}});
    relay_fds.push_back({reader.first.get(), kReaderControlFd});
  }
  start("relay", programs.relay, relay_fds);
}

void Cast::start(const char* name, const std::string& program,
                 const std::vector<InheritedFd>& fds) {
  members_.push_back({name, spawn({program, {}, fds, minimal_environment()})});
}

void Cast::tell(const RelayTask& task) {
  if (!send(control_.get(), task))
    throw SampleFailed(who_died("the relay was gone before it got its task"));
}

RelayReady Cast::hear_ready() {
  RelayReady ready;
  wait_for_message("before all were ready");
  if (!receive(control_.get(), ready))
    throw SampleFailed(who_died("the relay was gone before it was ready"));
  return ready;
}

RelayReport Cast::hear_report() {
  RelayReport report;
  wait_for_message("before the report");
  if (!receive(control_.get(), report))
    throw SampleFailed(who_died("the relay was gone before its report"));
  return report;
}

void Cast::wait_for_message(const char* phase) {
  std::array<pollfd, 4> waiting{};
  waiting[0] = {control_.get(), POLLIN, 0};
  for (std::size_t i = 0; i < members_.size(); ++i)
    waiting[i + 1] = {members_[i].process.pidfd(), POLLIN, 0};
  for (;;) {
    if (interrupted()) throw Interrupted();
    const double left = deadline_ - monotonic_seconds();
    if (left <= 0) {
      throw SampleFailed(
          who_died(fmt::format("nothing came {} in the time allowed (--timeout)", phase)));
    }
    if (wait_interruptibly(waiting.data(), members_.size() + 1, left) <= 0) continue;
    if (waiting[0].revents != 0) return;
    // None ends before the relay has reported.
    throw SampleFailed(who_died(fmt::format("a process ended {}", phase)));
  }
}

std::string Cast::who_died(const std::string& otherwise) {
  control_.reset();  // those that live end by themselves, with status 0
  const double until = monotonic_seconds() + kGrace;
  std::string dead;
  for (Member& member : members_) {
    if (!readable_before(member.process.pidfd(), until)) continue;
    const int status = member.process.wait();
    if (status == 0) continue;
    dead += fmt::format("{}the {} (process {}) was {}", dead.empty() ? "" : ", ", member.name,
                        member.process.pid(), describe_wait_status(status));
  }
  return dead.empty() ? otherwise : dead;
}

void Cast::dismiss() {
  control_.reset();
  const double until = monotonic_seconds() + kGrace;
  for (Member& member : members_) {
    if (!readable_before(member.process.pidfd(), until)) {
      throw SampleFailed(fmt::format("the {} (process {}) did not end after its report",
                                     member.name, member.process.pid()));
    }
    const int status = member.process.wait();
    if (status != 0)
      throw SampleFailed(fmt::format("the {} was {}", member.name, describe_wait_status(status)));
  }
}

}  // namespace splicebench
