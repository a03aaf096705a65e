#pragma once

// For tests: a relay of many in a thread, and ends to hold against it.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bench/proxy/server.h"
#include "harness/network/sockets.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

inline constexpr int kPatience = 5000;  ///< milliseconds after which a test has failed

inline std::string content(std::size_t size, unsigned seed = 1) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>((seed = seed * 1103515245 + 12345) >> 16);
  return text;
}

inline bool wait_for_event(const Fd& fd, short events, int milliseconds = kPatience) {
  pollfd waiting{fd.get(), events, 0};
  return ::poll(&waiting, 1, milliseconds) > 0;
}

inline void send_all(const Fd& fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size() && wait_for_event(fd, POLLOUT)) {
    const ssize_t sent = ::send(fd.get(), text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (sent <= 0 && errno != EAGAIN) return;
    if (sent > 0) done += static_cast<std::size_t>(sent);
  }
}

/// Up to `size` bytes, or what came before the end; an error stands behind it as "!ECONNRESET".
inline std::string receive(const Fd& fd, std::size_t size) {
  std::string text;
  std::string part(65536, '\0');
  while (text.size() < size) {
    if (!wait_for_event(fd, POLLIN)) return text + "!timeout";
    const ssize_t got = ::recv(fd.get(), part.data(), std::min(part.size(), size - text.size()), 0);
    if (got == 0) break;
    if (got < 0) return text + "!" + error_name(errno);
    text.append(part, 0, static_cast<std::size_t>(got));
  }
  return text;
}

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
           int threads = 1, double drain = 2)
      : Relaying(parse_mode(mode), listen, target, threads, drain) {}
  Relaying(const Mode& mode, const std::string& listen, const Address& target, int threads = 1,
           double drain = 2)
      : listener_(parse_address(listen, "--listen"), "--listen"), signals_(unix_pair()) {
    ::signal(SIGPIPE, SIG_IGN);
    set_nonblocking(signals_.second.get());
    ServerSetting setting;
    setting.relay.target = target;
    setting.relay.mode = mode;
    setting.relay.complain = [this](const std::string& line) {
      const std::lock_guard<std::mutex> lock(mutex_);
      complaints_ += line + "\n";
    };
    setting.threads = threads;
    setting.drain = drain;
    setting.report = [this](const ProxyStatistics& statistics) {
      const std::lock_guard<std::mutex> lock(mutex_);
      reports_.push_back(statistics);
    };
    server_ = std::make_unique<ProxyServer>(std::move(setting), listener_);
    address_ = listener_.address();
    thread_ = std::thread([this] { server_->run(signals_.second.get()); });
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
  std::thread thread_;
};

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

inline std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

}  // namespace splicebench
