#pragma once

// For tests: a relay of many in a thread, and ends to hold against it.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bench/proxy/server.h"
#include "bench/testing/bytes.h"
#include "harness/network/sockets.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

/// Connected, blocking.
inline Fd connect_to(const Address& address) {
  Fd fd = stream_socket(address);
  ::fcntl(fd.get(), F_SETFL, 0);
  EXPECT_EQ(::connect(fd.get(), address.get(), address.size), 0) << errno_text(errno);
  return fd;
}

/// The next connection, blocking.
inline Fd accept_from(const Listener& listener) {
  pollfd waiting{listener.fd(), POLLIN, 0};
  if (::poll(&waiting, 1, kPatience) <= 0) return Fd();
  return Fd(::accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC));
}

/// A relay in a thread, between `listener` and a target that the test listens at.
class Relaying {
 public:
  Relaying(const std::string& mode, const std::string& listen, const Address& target,
           int threads = 1, double drain = 2, double keepalive = 300)
      : Relaying(parse_mode(mode), listen, target, threads, drain, keepalive) {}
  /// `first`: done in its thread before it relays.
  Relaying(const Mode& mode, const std::string& listen, const Address& target, int threads = 1,
           double drain = 2, double keepalive = 300, std::function<void()> first = {})
      : listener_(parse_address(listen, "--listen"), "--listen"), signals_(unix_pair()) {
    ::signal(SIGPIPE, SIG_IGN);
    set_nonblocking(signals_.second.get());
    ServerSetting setting;
    setting.relay.target = target;
    setting.relay.mode = mode;
    setting.relay.keepalive = keepalive;
    setting.relay.complain = [this](const std::string& line) {
      const std::lock_guard<std::mutex> lock(mutex_);
      complaints_ += line + "\n";
      if (std::this_thread::get_id() != first_thread_) ++complained_elsewhere_;
    };
    setting.threads = threads;
    setting.drain = drain;
    setting.report = [this](const ProxyStatistics& statistics) {
      const std::lock_guard<std::mutex> lock(mutex_);
      reports_.push_back(statistics);
    };
    server_ = std::make_unique<ProxyServer>(std::move(setting), listener_);
    address_ = listener_.address();
    thread_ = std::thread([this, first = std::move(first)] {
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        first_thread_ = std::this_thread::get_id();
      }
      if (first) first();
      server_->run(signals_.second.get());
    });
  }

  ~Relaying() {
    if (!thread_.joinable()) return;
    end();
  }

  void signal(int number) {
    signalfd_siginfo info{};
    info.ssi_signo = static_cast<std::uint32_t>(number);
    ASSERT_EQ(::write(signals_.first.get(), &info, sizeof info), static_cast<ssize_t>(sizeof info));
  }

  ProxyStatistics end() {
    signal(SIGTERM);
    return ended();
  }

  ProxyStatistics ended() {
    thread_.join();
    return reports_.back();
  }

  /// Asks until `enough` says yes or time is up.
  template <typename Enough>
  ProxyStatistics statistics_when(Enough enough) {
    const double until = monotonic_seconds() + kPatience / 1000.0;
    for (;;) {
      const std::size_t before = reports();
      signal(SIGUSR1);
      while (reports() == before && monotonic_seconds() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      const std::lock_guard<std::mutex> lock(mutex_);
      if (reports_.empty() || enough(reports_.back()) || monotonic_seconds() >= until)
        return reports_.empty() ? ProxyStatistics() : reports_.back();
    }
  }

  const Address& address() const { return address_; }
  const ProxyServer& server() const { return *server_; }
  std::string complaints() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return complaints_;
  }
  /// How many of them in other threads than the first.
  int complained_elsewhere() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return complained_elsewhere_;
  }

 private:
  std::size_t reports() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return reports_.size();
  }

  Listener listener_;
  Address address_;
  SocketPair signals_;
  std::unique_ptr<ProxyServer> server_;
  std::mutex mutex_;
  std::vector<ProxyStatistics> reports_;
  std::string complaints_;
  std::thread::id first_thread_;
  int complained_elsewhere_ = 0;
  std::thread thread_;
};

/// A connection through it.
struct Ends {
  Fd client;
  Fd server;
};

inline Ends open_through(Relaying& relay, const Listener& target) {
  Ends ends;
  ends.client = connect_to(relay.address());
  ends.server = accept_from(target);
  EXPECT_TRUE(ends.server);
  return ends;
}

inline void expect_open(const Ends& ends) {
  send_all(ends.client, "ping");
  EXPECT_EQ(receive(ends.server, 4), "ping");
  send_all(ends.server, "pong");
  EXPECT_EQ(receive(ends.client, 4), "pong");
}

class ProxyServerTest : public ::testing::TestWithParam<std::string> {
 protected:
  ProxyServerTest() : target_(loopback_address(0), "target") {}

  /// A relay, and one connection through it.
  void begin(int threads = 1, double drain = 2) {
    relay_.emplace(GetParam(), ":0", target_.address(), threads, drain);
    client_ = connect_to(relay_->address());
    server_ = accept_from(target_);
    ASSERT_TRUE(server_);
  }

  Listener target_;
  std::optional<Relaying> relay_;
  Fd client_;
  Fd server_;
};

}  // namespace splicebench
