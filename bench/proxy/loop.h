#pragma once

// The event loop of a relay: one thread's connections.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/proxy/complaints.h"
#include "bench/proxy/connection.h"

namespace splicebench {

/// What all loops of a relay share.
struct RelaySetting {
  Address target;               ///< where connections go on to
  Mode mode;                    ///< of the engines
  double connect_timeout = 10;  ///< seconds
  double keepalive = 300;       ///< seconds of silence, see set_keepalive(); 0: off
  /// Takes a line for people, without its end; called from any thread.
  std::function<void(const std::string&)> complain;
};

class ProxyLoop {
 public:
  /// Throws std::system_error.
  explicit ProxyLoop(RelaySetting setting);
  ProxyLoop(const ProxyLoop&) = delete;
  ProxyLoop& operator=(const ProxyLoop&) = delete;

  /// Waits for events at most `seconds` (< 0: without end) and serves each connection that can go
  /// on once. Returns the tags of watched descriptors that are readable. Throws std::system_error.
  const std::vector<int>& turn(double seconds);

  /// turn() will report `tag` while `fd` is readable. For a descriptor that outlives the loop, or
  /// is closed before it.
  void watch(int fd, int tag);
  /// Whether it does, for now.
  void mute(int fd, int tag, bool muted);

  /// Takes the connection over; from the loop's own thread.
  void adopt(Fd client);
  /// The same from any other thread.
  void hand_over(Fd client);

  /// Takes turns until stop(). For a thread of its own.
  void run();
  /// Ends run(), from any thread.
  void stop();

  /// Ends all connections, as unfinished ones. No turn comes after it.
  void abandon();

  /// Connections here or on their way; from any thread.
  int load() const { return load_.load(std::memory_order_relaxed); }
  /// As of the end of the last turn; from any thread.
  ProxyStatistics statistics() const;

 private:
  void wake();
  void take_inbox();
  void enqueue(ProxyConnection& connection);
  void serve(ProxyConnection& connection);
  template <typename Step>
  void attempt(ProxyConnection& connection, Step step);
  void bury(ProxyConnection& connection);
  void look_after_connects();
  void begin_connect(ProxyConnection& connection);
  void complain(const std::string& what);
  void publish();
  int milliseconds(double seconds) const;

  RelaySetting setting_;
  FlowEvents events_;
  Fd wake_;  ///< eventfd(2)
  EnginePool pool_;
  std::unordered_map<ProxyConnection*, std::unique_ptr<ProxyConnection>> connections_;
  std::vector<ProxyConnection*> queue_;     ///< to be served in the next turn
  std::vector<ProxyConnection*> serving_;   ///< in this turn
  std::vector<ProxyConnection*> connects_;  ///< not answered yet, the oldest first
  std::vector<int> tags_;
  ProxyStatistics counted_;
  Complaints complaints_;

  std::atomic<int> load_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;  ///< of what follows
  std::vector<Fd> inbox_;
  ProxyStatistics published_;
};

}  // namespace splicebench
