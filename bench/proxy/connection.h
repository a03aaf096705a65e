#pragma once

// One connection through a relay of many: two ends, a flow each way, no waiting.

#include <cstdint>
#include <memory>
#include <string>

#include "bench/proxy/engine_pool.h"
#include "harness/network/address.h"
#include "results/model/proxy_statistics.h"

namespace splicebench {

class ProxyConnection;

/// A socket of a connection and what epoll(7), edge-triggered, has said of it and no call has
/// contradicted since.
struct ProxyEnd {
  ProxyConnection* connection = nullptr;
  Fd fd;
  bool readable = false;
  bool writable = false;
  bool urgent = false;  ///< MSG_OOB is pending: EAGAIN does not mean empty
  bool muted = false;   ///< epoll does not tell when bytes arrive
  int error = 0;        ///< errno that came with EPOLLERR

  /// Takes over the events of epoll_wait(2).
  void note(std::uint32_t events);
};

/// The bytes of one connection that go one way.
class ProxyFlow {
 public:
  enum class Turn {
    waiting,  ///< for an event
    more,     ///< the turn's share is used up; there is more to do
    done,     ///< the source ended, all is delivered and the end passed on
    failed,   ///< error() says why
  };

  /// Moves between `from` and `to` and counts into `statistics`; all must outlive it.
  ProxyFlow(ProxyEnd& from, ProxyEnd& to, DirectionStatistics& statistics)
      : from_(from), to_(to), statistics_(statistics) {}

  /// Moves what can be moved without waiting. Throws as EnginePool::lend.
  Turn run(EnginePool& pool);

  bool is_done() const { return done_; }
  /// It holds bytes that the sink does not take now.
  bool is_blocked() const { return held_ > 0 && !to_.writable; }
  /// Whether arriving bytes need not be told for now: while the sink blocks nothing could be done
  /// about them, and each segment would wake the relay for nothing. Once muted, until the source is
  /// found empty.
  bool mutes_source() const { return is_blocked() || (from_.muted && from_.readable); }
  int error() const { return error_; }
  std::uint64_t in() const { return in_; }
  std::uint64_t out() const { return out_; }

 private:
  Turn transfer(EnginePool& pool);
  Turn blocked(const Outcome& outcome, EnginePool& pool);
  Turn fail(int error);
  void release(EnginePool& pool);

  ProxyEnd& from_;
  ProxyEnd& to_;
  DirectionStatistics& statistics_;
  std::unique_ptr<Engine> engine_;  ///< while it holds bytes, or is on a trail
  std::uint64_t held_ = 0;          ///< bytes in the engine
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
  int urgent_tries_ = 0;
  int error_ = 0;
  bool done_ = false;
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

  ProxyConnection(Fd client, ProxyStatistics& statistics);
  ~ProxyConnection() { close(); }
  ProxyConnection(const ProxyConnection&) = delete;
  ProxyConnection& operator=(const ProxyConnection&) = delete;

  /// Starts to connect to the other side, or asks again. Throws std::system_error when there is no
  /// descriptor for it.
  void connect(const Address& target);

  /// Moves what can be moved. True when there is more to do that no event will announce.
  bool serve(EnginePool& pool);

  /// Ends it; resets on both sides unless it finished.
  void close();

  /// Makes it end as unreachable or broken.
  void fail(State state, int error);

  State state() const { return state_; }
  bool is_over() const;
  int error() const { return error_; }
  ProxyEnd& client() { return client_; }
  ProxyEnd& server() { return server_; }
  const ProxyFlow& up() const { return up_; }      ///< from the client
  const ProxyFlow& down() const { return down_; }  ///< to it

  /// Who it is and how far: "127.0.0.1:5000: 10 bytes to connect, 0 back, 3 held".
  std::string describe() const;

  double since = 0;     ///< when the connect began; the loop's
  bool queued = false;  ///< the loop will serve it in this turn

 private:
  void find_out_whether_connected();

  State state_ = State::connecting;
  int error_ = 0;
  ProxyEnd client_;
  ProxyEnd server_;
  ProxyFlow up_;
  ProxyFlow down_;
};

}  // namespace splicebench
