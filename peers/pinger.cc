// The client of a ping: sends a message, waits until as many bytes are back, compares them, and
// counts the time in a histogram.

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <new>
#include <system_error>
#include <vector>

#include "harness/system/process.h"
#include "harness/wire/content.h"
#include "harness/wire/ping_control.h"
#include "peers/peer.h"

namespace {

using namespace splicebench;

constexpr std::uint64_t kBillion = 1000000000;
/// Messages are pieces of one pseudo-random stretch that starts at another place each time, so that
/// an old reply is told from the one that is waited for.
constexpr std::size_t kPlaces = 4096;
constexpr std::size_t kPlaceStep = 7;  // coprime to kPlaces: all are used before one comes again

std::uint64_t now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * kBillion +
         static_cast<std::uint64_t>(time.tv_nsec);
}

void sleep_until(std::uint64_t time) {
  const timespec when{static_cast<time_t>(time / kBillion), static_cast<long>(time % kBillion)};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, nullptr) == EINTR) {
  }
}

class Pinger {
 public:
  /// Throws std::bad_alloc.
  explicit Pinger(const PingTask& task)
      : size_(task.size), content_(size_ + kPlaces), reply_(size_) {
    fill_content(content_.data(), content_.size(), task.seed, 0);
  }

  /// By a schedule the first message is due a period after the beginning, as the others are after
  /// the one before: blocks of a schedule keep its rate together, however short they are.
  void run(const PingGo& go, PingReport& report) {
    const std::uint64_t begin = now();
    report.started = static_cast<double>(begin) * 1e-9;
    std::uint64_t intended = begin;
    std::uint64_t back = begin;
    while (report.round_trips < go.count) {
      if (go.interval > 0) {
        intended += go.interval;
        if (intended > back) sleep_until(intended);
      } else {
        intended = now();
      }
      const std::uint64_t sent = go.interval > 0 ? now() : intended;
      report.fault = round_trip();
      back = now();
      if (report.fault == PingFault::none && !is_reply()) report.fault = PingFault::wrong_bytes;
      if (report.fault != PingFault::none) break;
      ++report.round_trips;
      count(back - intended, report.counts, report.max);
      if (go.interval > 0) count(back - sent, report.service, report.service_max);
    }
    if (report.fault == PingFault::none && surplus()) report.fault = PingFault::surplus;
    report.error = error_;
    report.seconds = static_cast<double>(taken(go, back - begin, report.round_trips)) * 1e-9;
  }

 private:
  const unsigned char* message() const { return content_.data() + place_; }

  /// Sends the message and waits for as many bytes. Reads in between when the message does not go
  /// out at once: the server sends back before it has all of it, and waits for us to read.
  PingFault round_trip() {
    place_ = (place_ + kPlaceStep) % kPlaces;
    std::size_t sent = 0;
    std::size_t got = 0;
    while (got < size_) {
      if (sent < size_) {
        const ssize_t out = ::send(kDataFd, message() + sent, size_ - sent, MSG_DONTWAIT);
        if (out >= 0) {
          sent += static_cast<std::size_t>(out);
        } else if (errno == EAGAIN) {
          pollfd ready{kDataFd, POLLIN | POLLOUT, 0};
          ::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
          return failed();
        }
      }
      const int wait = sent < size_ ? MSG_DONTWAIT : 0;
      const ssize_t in = ::recv(kDataFd, reply_.data() + got, size_ - got, wait);
      if (in == 0) return PingFault::ended;
      if (in > 0) got += static_cast<std::size_t>(in);
      if (in < 0 && errno != EINTR && errno != EAGAIN) return failed();
    }
    return PingFault::none;
  }

  PingFault failed() {
    error_ = errno;
    return PingFault::error;
  }

  bool is_reply() const { return std::memcmp(reply_.data(), message(), size_) == 0; }

  bool surplus() const {
    unsigned char byte = 0;
    return ::recv(kDataFd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  }

  /// Nanoseconds of a block that ended `elapsed` after its beginning. A schedule that is kept takes
  /// a period for each round trip: the last reply is in the period of the last message.
  static std::uint64_t taken(const PingGo& go, std::uint64_t elapsed, std::uint64_t round_trips) {
    if (go.interval == 0) return elapsed;
    return std::max(elapsed - std::min(elapsed, go.interval), round_trips * go.interval);
  }

  static void count(std::uint64_t nanoseconds, HistogramCounts& counts, std::uint64_t& max) {
    ++counts[histogram_bucket(nanoseconds)];
    max = std::max(max, nanoseconds);
  }

  std::size_t size_;
  std::vector<unsigned char> content_;
  std::vector<unsigned char> reply_;
  std::size_t place_ = 0;
  std::int32_t error_ = 0;
};

std::unique_ptr<Pinger> get_ready(const PingTask& task, std::int32_t& error) {
  try {
    run_on(task.cpus);
    return std::make_unique<Pinger>(task);
  } catch (const std::system_error& failure) {
    error = failure.code().value();
  } catch (const std::bad_alloc&) {
    error = ENOMEM;
  }
  return nullptr;
}

}  // namespace

int main() {
  become_child();
  // A timer is late by up to its slack, 50 us unless told otherwise (PR_SET_TIMERSLACK(2const)).
  ::prctl(PR_SET_TIMERSLACK, 1UL);
  PingTask task;
  if (!receive(kControlFd, task)) return 0;
  PeerReady ready;
  const std::unique_ptr<Pinger> pinger = get_ready(task, ready.error);
  if (!send(kControlFd, ready) || !pinger) return 0;
  PingGo go;
  const std::unique_ptr<PingReport> report = std::make_unique<PingReport>();
  while (receive(kControlFd, go)) {
    *report = {};
    pinger->run(go, *report);
    if (!send(kControlFd, *report)) return 0;
  }
  return 0;
}
