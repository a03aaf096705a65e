#include "harness/engine/flow_events.h"

#include <algorithm>
#include <cerrno>

#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// What epoll tells of an end at any time.
constexpr std::uint32_t kAlways = EPOLLOUT | EPOLLRDHUP | EPOLLET;
/// And when bytes arrive. The kernel wakes those who wait for urgent data for all others, too
/// (sock_def_readable(), Linux 6.18).
constexpr std::uint32_t kArrival = EPOLLIN | EPOLLPRI;

}  // namespace

FlowEvents::FlowEvents()
    : epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "make", "an epoll descriptor")) {}

std::span<const epoll_event> FlowEvents::wait(EngineHost* host, int milliseconds) {
  std::size_t count = 0;
  if (host != nullptr) {
    const bool is_readable = host->wait(fd(), milliseconds);
    while (count < kEvents) {
      void* const whom = host->next();
      if (whom == nullptr) break;
      events_[count].events = 0;
      events_[count++].data.ptr = whom;
    }
    if (!is_readable || count == kEvents) return {events_.data(), count};
    milliseconds = 0;
  }
  const int more =
      ::epoll_wait(fd(), events_.data() + count, static_cast<int>(kEvents - count), milliseconds);
  if (more < 0 && errno != EINTR) throw_errno("wait for", "events");
  return {events_.data(), count + static_cast<std::size_t>(std::max(more, 0))};
}

void FlowEvents::observe(WatchedEnd& end) {
  if (!observe_if_possible(end)) throw_errno("watch", "a connection", EPERM);
}

bool FlowEvents::observe_if_possible(WatchedEnd& end) {
  epoll_event event{};
  // Edge-triggered: said once, remembered in the end until a call says EAGAIN.
  event.events = kAlways | kArrival;
  event.data.ptr = &end;
  const int done = ::epoll_ctl(fd(), EPOLL_CTL_ADD, end.fd, &event);
  if (done != 0 && errno == EPERM) return false;
  check(done, "watch", "a connection");
  return true;
}

void FlowEvents::mute_while_blocked(WatchedEnd& from, const Flow& flow) {
  const bool muted = flow.has_host() || flow.is_blocked() || (from.muted && from.readable);
  if (from.muted == muted) return;
  from.muted = muted;
  epoll_event event{};
  // What has arrived meanwhile is told at once (EPOLL_CTL_MOD looks).
  event.events = muted ? kAlways : kAlways | kArrival;
  event.data.ptr = &from;
  check(::epoll_ctl(fd(), EPOLL_CTL_MOD, from.fd, &event), "watch", "a connection");
}

void FlowEvents::observe_engine(WatchedEnd& engine) {
  if (!engine.flow->awaits_engine() || engine.armed || engine.flow->tell(&engine)) return;
  const Awaited awaited = engine.flow->awaited();
  epoll_event event{};
  // Once, and then not before it is asked for again: meanwhile the engine may be another's.
  event.events = static_cast<std::uint32_t>(awaited.events) | EPOLLONESHOT;
  event.data.ptr = &engine;
  const bool known = ::epoll_ctl(fd(), EPOLL_CTL_MOD, awaited.fd, &event) == 0;
  if (!known) check(::epoll_ctl(fd(), EPOLL_CTL_ADD, awaited.fd, &event), "watch", "an engine");
  engine.armed = true;
}

WatchedEnd& FlowEvents::take(const epoll_event& event) {
  WatchedEnd& end = *static_cast<WatchedEnd*>(event.data.ptr);
  if (end.flow == nullptr) {
    end.note(event.events);
  } else {
    end.armed = false;
    end.flow->wake();
  }
  return end;
}

}  // namespace splicebench
