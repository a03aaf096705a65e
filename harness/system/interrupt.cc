#include "harness/system/interrupt.h"

#include <signal.h>

#include <ctime>

namespace splicebench {

namespace {

volatile sig_atomic_t flag = 0;

void note(int) { flag = 1; }

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

/// The signal mask without ours.
sigset_t open_mask() {
  sigset_t mask;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  for (const int signal : kSignals) ::sigdelset(&mask, signal);
  return mask;
}

}  // namespace

void catch_interrupts() {
  sigset_t blocked;
  ::sigemptyset(&blocked);
  struct sigaction action {};
  action.sa_handler = note;
  for (const int signal : kSignals) {
    struct sigaction before {};
    ::sigaction(signal, nullptr, &before);
    if (signal == SIGHUP && before.sa_handler == SIG_IGN) continue;
    ::sigaddset(&blocked, signal);
    ::sigaction(signal, &action, nullptr);
  }
  ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
}

bool interrupted() {
  if (flag != 0) return true;
  sigset_t pending;
  ::sigpending(&pending);
  for (const int signal : kSignals) {
    if (::sigismember(&pending, signal) == 1) return true;
  }
  return false;
}

int wait_interruptibly(pollfd* fds, nfds_t count, double seconds) {
  const sigset_t mask = open_mask();
  timespec timeout{};
  timeout.tv_sec = static_cast<time_t>(seconds);
  timeout.tv_nsec = static_cast<long>((seconds - static_cast<double>(timeout.tv_sec)) * 1e9);
  return ::ppoll(fds, count, &timeout, &mask);
}

void set_interrupted(bool value) { flag = value ? 1 : 0; }

}  // namespace splicebench
