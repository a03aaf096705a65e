#include "bench/verify/disturbances/storm.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cinttypes>
#include <csignal>
#include <cstdio>

#include "bench/verify/cell.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr std::chrono::microseconds kInterval(300);

void ignore(int) {}

bool is_poll(std::int64_t number) {
#ifdef SYS_poll
  if (number == SYS_poll) return true;
#endif
  return number == SYS_ppoll;
}

/// Of a loop of several flows.
bool is_wait_for_events(std::int64_t number) {
#ifdef SYS_epoll_wait
  if (number == SYS_epoll_wait) return true;
#endif
  return number == SYS_epoll_pwait;
}

}  // namespace

Storm::Storm(int source, int sink)
    : source_(source),
      sink_(sink),
      victim_(::pthread_self()),
      call_(::open(fmt::format("/proc/self/task/{}/syscall", ::gettid()).c_str(),
                   O_RDONLY | O_CLOEXEC)),
      memory_(::open("/proc/self/mem", O_RDONLY | O_CLOEXEC)) {
  if (!call_ || !memory_) {
    throw NotApplicable("this kernel does not tell in which call a thread waits: " +
                        error_name(errno));
  }
  struct sigaction action {};
  action.sa_handler = ignore;
  check(::sigaction(SIGALRM, &action, nullptr), "catch", "SIGALRM");
  thread_ = std::thread([this] { blow(); });
}

Storm::~Storm() { end(); }

Interruptions Storm::end() {
  over_ = true;
  if (thread_.joinable()) thread_.join();
  return seen_;
}

void Storm::blow() {
  while (!over_) {
    std::this_thread::sleep_for(kInterval);
    count_waiting();
    ::pthread_kill(victim_, SIGALRM);
  }
}

void Storm::count_waiting() {
  // The call's number and its arguments; "running" while it does not sleep.
  char text[256];
  const ssize_t size = ::pread(call_.get(), text, sizeof text - 1, 0);
  if (size <= 0) return;
  text[size] = '\0';
  std::int64_t number = 0;
  std::uint64_t first = 0;
  std::uint64_t third = 0;
  if (std::sscanf(text, "%" SCNd64 " %" SCNx64 " %*x %" SCNx64, &number, &first, &third) != 3)
    return;
  int fd = static_cast<int>(first);
  if (is_poll(number)) fd = polled(first);
  if (is_wait_for_events(number)) {
    ++seen_.on_engine;
    return;
  }
  if (number == SYS_splice && fd != source_) fd = static_cast<int>(third);
  if (fd == source_) {
    ++seen_.on_source;
  } else if (fd == sink_) {
    ++seen_.on_sink;
  } else if ((is_poll(number) || number == SYS_io_uring_enter) && fd >= 0) {
    ++seen_.on_engine;
  }
}

int Storm::polled(std::uint64_t address) const {
  pollfd one{-1, 0, 0};
  const ssize_t got = ::pread(memory_.get(), &one, sizeof one, static_cast<off_t>(address));
  return got == static_cast<ssize_t>(sizeof one) ? one.fd : -1;
}

}  // namespace splicebench
