#include "harness/foreign/foreign_link.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/foreign/relay_sockets.h"
#include "harness/foreign/token.h"
#include "harness/network/network.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/process_tree.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// The reader's answer comes this much after the writer's end: seconds. A relay that takes the end
/// of one direction for the end of both has closed by then.
constexpr double kLate = 0.2;

constexpr const char* kRequest = "request";
constexpr const char* kReply = "late reply";

void wait(const Fd& fd, double deadline) {
  pollfd ready{fd.get(), POLLIN, 0};
  wait_interruptibly(&ready, 1, std::max(0.0, deadline - monotonic_seconds()));
  if (interrupted()) throw Interrupted();
}

/// All up to the end of stream: why it was not just `expected`; empty when it was.
std::string difference(const Fd& fd, const std::string& expected, double deadline) {
  std::string text;
  for (;;) {
    std::array<char, 256> part{};
    const ssize_t got = ::recv(fd.get(), part.data(), part.size(), MSG_DONTWAIT);
    if (got > 0) text.append(part.data(), static_cast<std::size_t>(got));
    if (text.size() > expected.size() || !expected.starts_with(text))
      return fmt::format("'{}' arrived", text);
    if (got == 0) {
      return text == expected
                 ? ""
                 : fmt::format("the end came after {} of {} bytes", text.size(), expected.size());
    }
    if (got > 0 || errno == EINTR) continue;
    if (errno != EAGAIN)
      return fmt::format("{} after {} of {} bytes", errno_text(errno), text.size(),
                         expected.size());
    if (monotonic_seconds() >= deadline) {
      return text == expected ? "no end came in the time allowed (--timeout)"
                              : fmt::format("{} of {} bytes came in the time allowed (--timeout)",
                                            text.size(), expected.size());
    }
    wait(fd, deadline);
  }
}

bool send_text(const Fd& fd, const std::string& text) {
  return ::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(text.size());
}

std::unique_ptr<Listener> listen_for_the_reader(const ForeignRelayPlan& plan) {
  Address address = plan.listen.value_or(loopback_address(0));
  set_port(address, 0);
  std::unique_ptr<Listener> made;
  in_network(plan.network, [&] { made = std::make_unique<Listener>(address, "the reader's end"); });
  set_settings(made->fd(), plan.sockets);
  return made;
}

}  // namespace

ForeignLink::ForeignLink(ForeignRelayPlan plan, double deadline)
    : target_(listen_for_the_reader(plan)) {
  plan.connect = target_->address();
  relay_.emplace(plan);
  if (plan.flows == 1) {
    PathEnds& ends = flows_.emplace_back();
    ends.writer = relay_->connect(deadline);
    ends.reader = relay_->accept(*target_, deadline);
    return;
  }
  for (std::int64_t flow = 0; flow < plan.flows; ++flow) {
    flows_.push_back(connect_by_token(*relay_, *target_, deadline));
    if (flow == 0) memory_before_ = memory_below(relay_->root(), Memory::now);
  }
}

std::optional<std::int64_t> ForeignLink::memory_growth() const {
  const std::optional<std::int64_t> most = memory_below(relay_->root(), Memory::peak);
  if (!memory_before_ || !most) return std::nullopt;
  return std::max<std::int64_t>(0, *most - *memory_before_);
}

std::string ForeignLink::congestion() const {
  return congestion_below(relay_->root(), relay_->listens_on());
}

void require_half_close(ForeignRelayPlan plan, double deadline) {
  plan.flows = 1;
  ForeignLink link(plan, deadline);
  PathEnds ends = link.take_ends();
  const auto require = [&](bool good, const std::string& what) {
    if (!good) throw SampleFailed(fmt::format("relay {}: {}", plan.relay.name, what));
  };
  require(send_text(ends.writer, kRequest), "the connection was closed at once");
  ::shutdown(ends.writer.get(), SHUT_WR);
  const std::string there = difference(ends.reader, kRequest, deadline);
  require(there.empty(), "it does not pass on the end of the writer's stream: " + there);
  wait_interruptibly(nullptr, 0, kLate);
  if (interrupted()) throw Interrupted();
  require(send_text(ends.reader, kReply),
          "it drops a half-close: the reader cannot answer after the writer's end of stream");
  ends.reader.reset();
  const std::string back = difference(ends.writer, kReply, deadline);
  require(back.empty(),
          "it drops a half-close: of the reader's answer after the writer's end of "
          "stream, " +
              back);
}

}  // namespace splicebench
