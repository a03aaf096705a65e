#pragma once

#include <sys/epoll.h>

#include <array>
#include <span>

#include "harness/engine/driver.h"
#include "results/files/fd.h"

namespace splicebench {

/// What epoll(7), edge-triggered, tells of flows: of one of their sockets, or of a descriptor of an
/// engine's own.
struct WatchedEnd : FlowEnd {
  Flow* flow = nullptr;  ///< whose engine's descriptor this is
  bool muted = false;    ///< epoll does not tell when bytes arrive
  bool armed = false;    ///< epoll will tell, once, when an engine's descriptor is ready
};

/// The epoll set of an event loop of many flows. What it watches must outlive it, or be closed.
class FlowEvents {
 public:
  /// Throws std::system_error.
  FlowEvents();

  int fd() const { return epoll_.get(); }

  /// Waits for `milliseconds` at most (< 0: without end); by `host`, too, where the engines of the
  /// flows have one. What has happened, until the next call; on a signal nothing. Throws
  /// std::system_error.
  std::span<const epoll_event> wait(EngineHost* host, int milliseconds);

  /// Begins to watch a socket. Throws std::system_error.
  void observe(WatchedEnd& end);
  /// The same. False: what it is is always ready, as a file, and cannot be watched (EPERM).
  bool observe_if_possible(WatchedEnd& end);
  /// Bytes that arrive at an end need not be told while the other side blocks, or where a host
  /// hears of them: nothing could be done about them, and each segment would wake the loop for
  /// nothing. Once muted, until the end is found empty. `from`: where `flow` begins. Throws
  /// likewise.
  void mute_while_blocked(WatchedEnd& from, const Flow& flow);
  /// Tells once, if `engine.flow` waits for a descriptor of its engine's own. Throws likewise.
  void observe_engine(WatchedEnd& engine);

  /// Takes over an event of one of these ends; whose it was.
  static WatchedEnd& take(const epoll_event& event);

 private:
  static constexpr std::size_t kEvents = 256;

  Fd epoll_;
  std::array<epoll_event, kEvents> events_{};
};

}  // namespace splicebench
