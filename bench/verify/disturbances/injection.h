#pragma once

// Errors at the system call boundary: a seccomp filter (SECCOMP_RET_USER_NOTIF, Linux 5.5) hands
// the engine thread's calls on its two descriptors to a supervisor thread, which lets them pass or
// answers with an errno. Taken instead of a wrapper around the C library's functions: it needs no
// other build of the engine under test, it sees what really is called, and it can tell the first
// call from the third, which a filter alone cannot. strace -e inject= can, too, but needs ptrace.
//
// What goes through an io_uring makes no such call. There io_uring_enter(2) is held, and a request
// that is to fail is exchanged, in the memory from which the kernel then takes it, for one that
// does nothing and completes with the errno (ring_requests.h).

#include <linux/io_uring.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <future>
#include <list>
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
  // Requests to a ring, which fail by their completions:
  ring_receive,
  ring_send,
  ring_splice_in,
  ring_splice_out,
};

struct Injection {
  Call call = Call::read;
  int error = 0;
  int first = 1;          ///< the first call that fails, counted from 1
  bool for_good = false;  ///< and all after it
  /// Not 0: in place of an error the request, a send to a ring, is of so many bytes at most.
  unsigned most = 0;
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

  /// Answered with an errno, or cut, so far.
  std::int64_t injected() const { return injected_; }

 private:
  void install();
  void supervise();
  /// The errno for this call; 0: it may pass.
  int verdict(int number, const std::uint64_t* arguments);
  /// What io_uring_enter(2) is about to hand over.
  void change_requests(const std::uint64_t* arguments);
  void change(io_uring_sqe& request);
  void cut(io_uring_sqe& request, unsigned most);
  /// Counts another call of an injection; whether it is to fail.
  bool is_due(std::size_t injection);

  std::vector<Injection> injections_;
  std::vector<int> seen_;  ///< calls so far, by injection
  struct Cut {
    iovec piece;
    msghdr message;
  };
  std::list<Cut> cut_;  ///< what requests that were cut send
  int source_;
  int sink_;
  std::atomic<std::int64_t> injected_ = 0;
  std::promise<int> filtered_;  ///< the filter's listener; -1: there will be none
  std::thread supervisor_;
};

}  // namespace splicebench
