#include "bench/proxy/loop.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <new>
#include <span>
#include <system_error>

#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr int kWakeTag = 0;
/// Tags of watched descriptors; no connection's end has such an address.
constexpr std::uint64_t kTags = 4096;
/// Between looks at connects that are not answered: seconds.
constexpr double kLook = 0.02;
/// When no byte has come for so long, pipes and buffers are given back: seconds.
constexpr double kIdle = 0.5;
constexpr std::size_t kMostNames = 10;

}  // namespace

ProxyLoop::ProxyLoop(RelaySetting setting)
    : setting_(std::move(setting)),
      wake_(check(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "make", "an eventfd")),
      pool_(setting_.mode) {
  watch(wake_.get(), kWakeTag);
}

void ProxyLoop::watch(int fd, int tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = static_cast<std::uint64_t>(tag);
  check(::epoll_ctl(events_.fd(), EPOLL_CTL_ADD, fd, &event), "watch", "a descriptor");
}

void ProxyLoop::mute(int fd, int tag, bool muted) {
  epoll_event event{};
  event.events = muted ? 0U : static_cast<std::uint32_t>(EPOLLIN);
  event.data.u64 = static_cast<std::uint64_t>(tag);
  check(::epoll_ctl(events_.fd(), EPOLL_CTL_MOD, fd, &event), "watch", "a descriptor");
}

const std::vector<int>& ProxyLoop::turn(double seconds) {
  const int most = milliseconds(seconds);
  const std::span<const epoll_event> events = events_.wait(pool_.host(), most);
  const bool is_quiet = connections_.empty() || most >= kIdle * 1000;
  if (events.empty() && is_quiet) pool_.clear();
  ++counted_.wakeups;
  tags_.clear();
  for (const epoll_event& event : events) {
    if (event.data.u64 == kWakeTag) {
      take_inbox();
    } else if (event.data.u64 < kTags) {
      tags_.push_back(static_cast<int>(event.data.u64));
    } else {
      enqueue(*static_cast<ProxyEnd&>(FlowEvents::take(event)).connection);
    }
  }
  serving_.swap(queue_);
  for (ProxyConnection* const connection : serving_) serve(*connection);
  serving_.clear();
  look_after_connects();
  publish();
  return tags_;
}

int ProxyLoop::milliseconds(double seconds) const {
  if (!queue_.empty()) return 0;
  if (!connects_.empty() && (seconds < 0 || seconds > kLook)) seconds = kLook;
  if (pool_.has_idle() && (seconds < 0 || seconds > kIdle)) seconds = kIdle;
  return seconds < 0 ? -1 : static_cast<int>(std::ceil(seconds * 1000));
}

void ProxyLoop::enqueue(ProxyConnection& connection) {
  if (connection.queued) return;
  connection.queued = true;
  queue_.push_back(&connection);
}

void ProxyLoop::serve(ProxyConnection& connection) {
  connection.queued = false;
  attempt(connection, [&] {
    const bool more = connection.serve();
    if (connection.is_over()) return;
    for (ProxyEnd* const end : {&connection.client(), &connection.server()})
      events_.mute_while_blocked(*end, connection.flow_from(*end));
    for (ProxyEnd& end : connection.engines()) events_.observe_engine(end);
    if (more) enqueue(connection);
  });
}

/// Does what may throw: then, or when it is over, that is the end of the connection.
template <typename Step>
void ProxyLoop::attempt(ProxyConnection& connection, Step step) {
  try {
    step();
  } catch (const std::bad_alloc&) {
    connection.fail(ProxyConnection::State::broken, ENOMEM);
  } catch (const std::system_error& error) {
    connection.fail(ProxyConnection::State::broken, error.code().value());
  }
  if (connection.is_over()) bury(connection);
}

void ProxyLoop::bury(ProxyConnection& connection) {
  connection.take_account();
  switch (connection.state()) {
    case ProxyConnection::State::finished:
      ++counted_.finished;
      break;
    case ProxyConnection::State::unreachable:
      ++counted_.unreachable;
      complain(fmt::format("cannot connect to {}: {}", format_address(setting_.target),
                           errno_text(connection.error())));
      break;
    default:
      ++counted_.broken;
      complain(fmt::format("{}: {}", connection.describe(), errno_text(connection.error())));
  }
  std::erase(connects_, &connection);
  connections_.erase(&connection);
  load_.fetch_sub(1, std::memory_order_relaxed);
}

void ProxyLoop::adopt(Fd client) {
  load_.fetch_add(1, std::memory_order_relaxed);
  ++counted_.accepted;
  std::unique_ptr<ProxyConnection> made =
      std::make_unique<ProxyConnection>(std::move(client), pool_, counted_);
  ProxyConnection& connection = *made;
  connections_.emplace(&connection, std::move(made));
  attempt(connection, [&] {
    events_.observe(connection.client());
    begin_connect(connection);
  });
}

void ProxyLoop::begin_connect(ProxyConnection& connection) {
  connection.since = monotonic_seconds();
  connection.connect(setting_.target, setting_.keepalive);
  // A socket whose connect has not begun would seem hung up.
  if (connection.state() != ProxyConnection::State::retrying && !connection.is_over())
    events_.observe(connection.server());
  if (connection.state() != ProxyConnection::State::open) connects_.push_back(&connection);
}

void ProxyLoop::look_after_connects() {
  const double now = monotonic_seconds();
  const std::vector<ProxyConnection*> waiting = connects_;
  for (ProxyConnection* const connection : waiting) {
    if (connection->state() == ProxyConnection::State::open) continue;  // since a moment ago
    attempt(*connection, [&] {
      if (now - connection->since > setting_.connect_timeout) {
        connection->fail(ProxyConnection::State::unreachable, ETIMEDOUT);
      } else if (connection->state() == ProxyConnection::State::retrying) {
        connection->connect(setting_.target, setting_.keepalive);
        if (connection->state() == ProxyConnection::State::open)
          events_.observe(connection->server());
      }
    });
  }
  std::erase_if(connects_, [](const ProxyConnection* connection) {
    return connection->state() == ProxyConnection::State::open;
  });
}

void ProxyLoop::hand_over(Fd client) {
  load_.fetch_add(1, std::memory_order_relaxed);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    inbox_.push_back(std::move(client));
  }
  wake();
}

void ProxyLoop::wake() {
  const std::uint64_t one = 1;
  // Fails only when the counter is full: then it is awake already.
  [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
}

void ProxyLoop::take_inbox() {
  std::uint64_t count = 0;
  // Fails only when nothing was written: then there is nothing to take.
  [[maybe_unused]] const ssize_t got = ::read(wake_.get(), &count, sizeof count);
  std::vector<Fd> arrived;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    arrived.swap(inbox_);
  }
  for (Fd& client : arrived) {
    adopt(std::move(client));
    // Now counted by adopt(): never uncounted in between, or a relay that ends would miss it.
    load_.fetch_sub(1, std::memory_order_relaxed);
  }
}

void ProxyLoop::run() {
  while (!stopping_.load()) turn(-1);
  if (pool_.host() != nullptr) pool_.host()->hush();
}

void ProxyLoop::stop() {
  stopping_.store(true);
  wake();
}

void ProxyLoop::abandon() {
  take_inbox();
  for (const auto& [connection, owner] : connections_) {
    connection->take_account();
    ++counted_.unfinished;
    if (counted_.unfinished_names.size() < kMostNames)
      counted_.unfinished_names.push_back(connection->describe());
  }
  connections_.clear();
  load_.store(0);
  publish();
}

void ProxyLoop::complain(const std::string& what) {
  const std::string line = complaints_.about(what, monotonic_seconds());
  if (!line.empty()) setting_.complain(line);
}

void ProxyLoop::publish() {
  counted_.active = static_cast<std::int64_t>(connections_.size());
  const std::lock_guard<std::mutex> lock(mutex_);
  published_ = counted_;
}

ProxyStatistics ProxyLoop::statistics() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return published_;
}

}  // namespace splicebench
