#pragma once

// A relay of many connections as a process runs it: listener, threads, signals, end.

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "bench/proxy/loop.h"
#include "harness/network/listener.h"

namespace splicebench {

struct ServerSetting {
  RelaySetting relay;
  int threads = 1;    ///< event loops; the first runs in the caller's thread and accepts for all
  double drain = 10;  ///< seconds that connections get to finish once the end is asked for
  /// Takes the statistics when they are asked for (SIGUSR1) and at the end.
  std::function<void(const ProxyStatistics&)> report;
};

class ProxyServer {
 public:
  /// `listener` is the server's to close. Throws std::system_error, and UsageError when
  /// RLIMIT_NOFILE leaves room for no connection.
  ProxyServer(ServerSetting setting, Listener& listener);
  ~ProxyServer();
  ProxyServer(const ProxyServer&) = delete;
  ProxyServer& operator=(const ProxyServer&) = delete;

  /// Relays until a signal other than SIGUSR1 can be read from `signals`, a signalfd(2): then
  /// accepts no more and returns when all connections are finished, setting.drain is over, or a
  /// second such signal came. Throws std::system_error.
  void run(int signals);

  /// Connections there is room for: each may need two sockets and two engines' descriptors.
  int most_connections() const { return most_; }

 private:
  void start_threads();
  void stop_threads();
  void read_signals(int signals);
  void accept_some();
  /// What accept4(2) failed with.
  void could_not_accept(int error);
  void refuse(Fd client, const char* why);
  void pause();
  ProxyLoop& least_loaded();
  int load() const;
  bool is_over() const;
  double patience() const;
  ProxyStatistics statistics() const;

  ServerSetting setting_;
  Listener& listener_;
  int most_ = 0;
  Fd spare_;  ///< given up for a moment to accept and refuse when there are no descriptors
  std::vector<std::unique_ptr<ProxyLoop>> loops_;
  std::vector<std::thread> threads_;
  double started_ = 0;
  double resume_at_ = 0;  ///< not 0: accepting is paused until then
  double end_at_ = 0;     ///< not 0: draining
  std::int64_t refused_ = 0;
};

}  // namespace splicebench
