#pragma once

// Errors at the system call boundary: a seccomp filter (SECCOMP_RET_USER_NOTIF, Linux 5.5) hands
// the engine thread's calls on its two descriptors to a supervisor thread, which lets them pass or
// answers with an errno. Taken instead of a wrapper around the C library's functions: it needs no
// other build of the engine under test, it sees what really is called, and it can tell the first
// call from the third, which a filter alone cannot. strace -e inject= can, too, but needs ptrace.

#include <atomic>
#include <cstdint>
#include <future>
#include <thread>
#include <vector>

namespace splicebench {

/// System calls of an engine, by what they do to its descriptors.
enum class Call {
  splice_in,
  splice_out,
  sendfile,
  read,
  write,
  pipe,
  pipe_size,
  ring,
  ring_enter,
  bpf,
};

struct Injection {
  Call call = Call::read;
  int error = 0;
  int first = 1;          ///< the first call that fails, counted from 1
  bool for_good = false;  ///< and all after it
};

class Injector {
 public:
  Injector(std::vector<Injection> injections, int source, int sink);
  /// Lets all calls pass and ends when the filtered thread has ended.
  ~Injector();
  Injector(const Injector&) = delete;
  Injector& operator=(const Injector&) = delete;

  /// Filters the calling thread from here on, for its whole life. Throws NotApplicable where the
  /// kernel has no such filter.
  void filter_this_thread();

  /// Answered with an errno so far.
  std::int64_t injected() const { return injected_; }

 private:
  void install();
  void supervise();
  /// The errno for this call; 0: it may pass.
  int verdict(int number, const std::uint64_t* arguments);

  std::vector<Injection> injections_;
  std::vector<int> seen_;  ///< calls so far, by injection
  int source_;
  int sink_;
  std::atomic<std::int64_t> injected_ = 0;
  std::promise<int> filtered_;  ///< the filter's listener; -1: there will be none
  std::thread supervisor_;
};

}  // namespace splicebench
