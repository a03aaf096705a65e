#include "harness/engine/driver.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace splicebench {

namespace {

/// An engine needs up to three answers of EAGAIN before it reads past urgent data, the first of
/// them with bytes.
constexpr int kUrgentTries = 4;

}  // namespace

void FlowEnd::note(std::uint32_t events) {
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) readable = true;
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) writable = true;
  if ((events & EPOLLPRI) != 0) urgent = true;
  if ((events & EPOLLERR) != 0) take_error();
}

int FlowEnd::take_error() {
  if (error != 0) return error;
  // Once asked for, it is gone from the socket: the next read would see an orderly end.
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  return error;
}

Flow::Turn Flow::run(std::uint64_t most) {
  if (ended_) return Turn::ended;
  if (pool_ != nullptr && pool_->lends_early()) borrow();
  if (to_.error != 0) {
    take_account();  // before it is let go
    return fail(Side::sink, to_.error);
  }
  if (can_go_on()) return transfer(most);
  const bool dead = from_.error != 0 && !awaits_engine();
  return dead ? fail(Side::source, from_.error) : Turn::waiting;
}

bool Flow::can_go_on() const {
  if (awaits_engine()) return engine_ready_;
  if (has_host()) return true;
  return awaited().fd == to_.fd ? to_.writable : from_.readable;
}

Awaited Flow::awaited() const {
  if (outcome_.awaited.fd >= 0) return outcome_.awaited;
  return outcome_.left > 0 ? Awaited{to_.fd, POLLOUT} : Awaited{from_.fd, POLLIN};
}

bool Flow::awaits_engine() const {
  const int fd = outcome_.awaited.fd;
  return fd >= 0 && fd != from_.fd && fd != to_.fd;
}

/// The engine's transfer, counted.
Outcome Flow::ask(std::uint64_t most) {
  const Calls before = engine_->calls();
  const Outcome part = engine_->transfer(most);
  moved_.calls += engine_->calls() - before;
  moved_.in += part.in;
  moved_.out += part.out;
  return part;
}

void Flow::take_account() {
  if (engine_ == nullptr) return;
  const Outcome part = ask(0);
  outcome_.in = moved_.in;
  outcome_.out = moved_.out;
  outcome_.left = part.left;
}

void Flow::wake() {
  if (awaits_engine()) {
    engine_ready_ = true;
  } else if (awaited().fd == to_.fd) {
    to_.writable = true;
  } else {
    from_.readable = true;
  }
}

void Flow::wait() {
  engine_->count_wait();
  if (awaits_engine() && engine_->await()) return wake();
  pollfd waiting{awaited().fd, awaited().events, 0};
  while (::poll(&waiting, 1, -1) < 0 && errno == EINTR) {
  }
  wake();
}

Flow::Turn Flow::transfer(std::uint64_t most) {
  borrow();
  const Outcome part = ask(most);
  outcome_ = part;
  outcome_.in = moved_.in;
  outcome_.out = moved_.out;
  engine_ready_ = false;
  switch (part.ended) {
    case Ended::limit:
      // Who is next goes on with the same memory, warm in the cache; not on the trail of urgent
      // data.
      if (!from_.urgent) rest();
      return Turn::more;
    case Ended::would_block:
      return blocked();
    case Ended::eof:
      if (from_.error != 0) return fail(Side::source, from_.error);
      give_back();
      // Fails when the other side is gone, which that side's own events tell.
      if (passes_end_) ::shutdown(to_.fd, SHUT_WR);
      ended_ = true;
      return Turn::ended;
    case Ended::error:
      break;
  }
  return fail(part.side, part.error);
}

Flow::Turn Flow::blocked() {
  if (awaits_engine()) return Turn::waiting;
  // What a dead source gave is delivered as far as it goes without waiting for a peer.
  if (from_.error != 0) return fail(Side::source, from_.error);
  if (outcome_.awaited.fd == to_.fd) {
    to_.writable = false;
    return Turn::waiting;
  }
  // On the trail of urgent data the engine needs its memory.
  if (from_.urgent && ++urgent_tries_ <= kUrgentTries) return Turn::more;
  from_.urgent = false;
  urgent_tries_ = 0;
  from_.readable = false;
  rest();
  return Turn::waiting;
}

/// Gives an engine of a pool back, if it holds nothing and can be lent to another.
void Flow::rest() {
  if (pool_ == nullptr || engine_ == nullptr || pool_->lends_early()) return;
  if (outcome_.left == 0 && !engine_->stays()) give_back();
}

Flow::Turn Flow::fail(Side side, int error) {
  outcome_.ended = Ended::error;
  outcome_.side = side;
  outcome_.error = error;
  // With all it holds: nobody else may get that.
  if (pool_ != nullptr) engine_ = nullptr;
  if (borrowed_) pool_->forget();
  borrowed_.reset();
  return Turn::failed;
}

void Flow::borrow() {
  if (engine_ != nullptr) return;
  borrowed_ = pool_->lend(from_.fd, to_.fd);
  engine_ = borrowed_.get();
}

void Flow::give_back() {
  if (pool_ == nullptr || engine_ == nullptr) return;
  engine_ = nullptr;
  pool_->give_back(std::move(borrowed_));
}

Outcome drive(Engine& engine, int source, int sink, std::uint64_t limit, std::uint64_t turn) {
  FlowEnd from{.fd = source, .readable = true};
  FlowEnd to{.fd = sink, .writable = true};
  Flow flow(from, to, engine);
  for (;;) {
    const std::uint64_t wanted = limit - std::min(limit, flow.moved().in);
    switch (flow.run(std::min(wanted, turn))) {
      case Flow::Turn::waiting:
        flow.wait();
        break;
      case Flow::Turn::more:
        if (flow.moved().in < limit) break;
        return flow.outcome();
      case Flow::Turn::ended:
      case Flow::Turn::failed:
        return flow.outcome();
    }
  }
}

bool drive_both_ways(Flow& up, Flow& down) {
  const std::array<Flow*, 2> flows{&up, &down};
  for (;;) {
    std::array<pollfd, 2> waiting{};
    bool more = false;
    for (std::size_t i = 0; i < flows.size(); ++i) {
      const Flow::Turn turn = flows[i]->run(kTurnBytes);
      if (turn == Flow::Turn::failed) return false;
      more = more || turn == Flow::Turn::more;
      const Awaited awaited = turn == Flow::Turn::waiting ? flows[i]->awaited() : Awaited();
      waiting[i] = {awaited.fd, awaited.events, 0};
    }
    if (up.has_ended() && down.has_ended()) return true;
    if (::poll(waiting.data(), waiting.size(), more ? 0 : -1) < 0) continue;  // EINTR alone
    for (std::size_t i = 0; i < flows.size(); ++i) {
      if (waiting[i].revents != 0) flows[i]->wake();
    }
  }
}

}  // namespace splicebench
