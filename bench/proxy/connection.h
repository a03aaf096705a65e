#pragma once

// One connection through a relay of many: two ends, a flow each way, no waiting.

#include <array>
#include <string>

#include "harness/engine/flow_events.h"
#include "harness/network/address.h"
#include "results/model/proxy_statistics.h"

namespace splicebench {

class ProxyConnection;

/// An end of a connection.
struct ProxyEnd : WatchedEnd {
  ProxyConnection* connection = nullptr;
  Fd socket;  ///< what `fd` is; none of an engine's descriptor, which is the engine's

  void hold(Fd taken) {
    socket = std::move(taken);
    fd = socket.get();
  }
};

class ProxyConnection {
 public:
  enum class State {
    connecting,   ///< the other side has not answered yet
    retrying,     ///< its queue is full (unix): ask again
    open,         ///
    finished,     ///< both directions ended in order
    unreachable,  ///< the other side did not take it
    broken,       ///< reset, or failed; error() says why
  };

  /// Counts into `statistics`; both must outlive it.
  ProxyConnection(Fd client, EnginePool& pool, ProxyStatistics& statistics);
  /// Ends it; resets on both sides unless it finished.
  ~ProxyConnection();
  ProxyConnection(const ProxyConnection&) = delete;
  ProxyConnection& operator=(const ProxyConnection&) = delete;

  /// Starts to connect to the other side, or asks again; `keepalive` as for set_keepalive(). Throws
  /// std::system_error when there is no descriptor for it.
  void connect(const Address& target, double keepalive);

  /// Moves what can be moved. True when there is more to do that no event will announce.
  bool serve();

  /// What engines with a host did since they were asked last counts.
  void take_account();

  /// Makes it end as unreachable or broken.
  void fail(State state, int error);

  State state() const { return state_; }
  bool is_over() const;
  int error() const { return error_; }
  ProxyEnd& client() { return client_; }
  ProxyEnd& server() { return server_; }
  /// Of the engines of both directions, where these wait for a descriptor of their own.
  std::array<ProxyEnd, 2>& engines() { return engines_; }
  /// The direction that begins at an end.
  const Flow& flow_from(const ProxyEnd& end) const { return &end == &client_ ? up_ : down_; }

  /// Who it is and how far: "127.0.0.1:5000: 10 bytes to connect, 0 back, 3 held".
  std::string describe() const;

  double since = 0;     ///< when the connect began; the loop's
  bool queued = false;  ///< the loop will serve it in this turn

 private:
  void find_out_whether_connected();
  Flow::Turn run(Flow& flow, DirectionStatistics& statistics);
  static void count(const Flow& flow, const Moved& before, DirectionStatistics& statistics);

  ProxyStatistics& statistics_;
  State state_ = State::connecting;
  int error_ = 0;
  ProxyEnd client_;
  ProxyEnd server_;
  Flow up_;    ///< from the client
  Flow down_;  ///< to it
  std::array<ProxyEnd, 2> engines_;
};

}  // namespace splicebench
