// splice(2) as requests to an io_uring: from the source into the pipe, and behind it, linked, from
// the pipe into the sink. The kernel has a worker thread do them; this one waits for both, as it
// would in a call of splice(2). What there is to know of them (Linux 6.18):
//
// - A request that moves less than was asked for breaks an ordinary link, with the bytes in the
//   pipe, and so the second is linked hard; and it must not wait for a pipe that stayed empty, at
//   the end of the stream or after an error, and so it is SPLICE_F_NONBLOCK.
// - No request waits for a socket that is non-blocking: it says EAGAIN, and the driver polls as it
//   does after splice(2). On a blocking one the worker waits, and this thread for it.

#include <fcntl.h>
#include <sched.h>

#include <array>
#include <cerrno>

#include "bench/engines/ring/ring.h"
#include "bench/engines/splice_engine.h"

namespace splicebench {

namespace {

constexpr unsigned kRequests = 4;
constexpr unsigned kFlags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;

class RingSplicing : public Splicing {
 public:
  bool prepare() override {
    if (ring_) return true;
    if (ring_.open(kRequests, 2 * kRequests) != 0) return false;
    // A worker runs where this process may: by itself on newer kernels only (io_uring/io-wq.c).
    cpu_set_t cpus;
    if (::sched_getaffinity(0, sizeof cpus, &cpus) == 0)
      ::io_uring_register_iowq_aff(ring_.get(), sizeof cpus, &cpus);
    return true;
  }

  ssize_t in(int source, int pipe_in, int pipe_out, int sink, std::size_t most) override {
    if (broken_ != 0) return no_word_of_a_socket();
    request(kIn, source, pipe_in, most, IOSQE_IO_HARDLINK);
    request(kOut, pipe_out, sink, most, 0);
    if (!wait_for(2)) return no_word_of_a_socket();
    // What did not come cannot be put: that answer is none.
    has_put_ = results_[kIn] > 0;
    return returned(kIn);
  }

  ssize_t out(int pipe_out, int sink, std::size_t size) override {
    if (has_put_) {
      has_put_ = false;
      return returned(kOut);
    }
    if (broken_ != 0) return no_word_of_a_socket();
    request(kOut, pipe_out, sink, size, 0);
    return wait_for(1) ? returned(kOut) : no_word_of_a_socket();
  }

  int broken() const override { return broken_; }
  std::vector<Granted> granted() const override { return {{"ring", ring_ ? 1 : 0, 1}}; }

 private:
  enum Half : std::size_t { kIn, kOut };

  void request(Half half, int from, int to, std::size_t most, unsigned flags) {
    ring_.request(half, [=](io_uring_sqe* entry) {
      ::io_uring_prep_splice(entry, from, -1, to, -1, static_cast<unsigned>(most), kFlags);
      entry->flags |= static_cast<__u8>(flags);
    });
  }

  /// For `count` results. False: the ring does not work, and is broken().
  bool wait_for(unsigned count) {
    Refusals refusals;
    while (count > 0) {
      const int error = ring_.enter(count);
      if (!refusals.bear(error)) {
        ring_.close();
        broken_ = error;
        return false;
      }
      ring_.take([&](const io_uring_cqe& completion) {
        results_[completion.user_data] = completion.res;
        --count;
      });
    }
    return true;
  }

  /// The ring's own EAGAIN would be waited for, where there is nothing to wait for.
  static ssize_t no_word_of_a_socket() {
    errno = EIO;
    return -1;
  }

  /// As splice(2) would say it.
  ssize_t returned(Half half) {
    const int result = results_[half];
    if (result >= 0) return result;
    // Nothing was begun: there was no worker to be had.
    errno = half == kIn && result == -ECANCELED ? EOPNOTSUPP : -result;
    return -1;
  }

  Ring ring_;
  std::array<int, 2> results_{};
  bool has_put_ = false;  ///< the second request's result was not asked for yet
  int broken_ = 0;
};

const RegisterEngine registration({
    .name = "uring:splice",
    .help = "splice as two linked requests to an io_uring, done by a thread of the kernel's",
    .parameters = SpliceEngine::parameters(),
    .make =
        [](const EngineValues& values) {
          return std::make_unique<SpliceEngine>(values.at("pipe"), values.at("piece"),
                                                std::make_unique<RingSplicing>());
        },
    .sources = kStreamsAndFiles,
    .sinks = kStreamsAndFiles,
    .unavailable = why_no_ring_splice,
    .descriptors = 3,
});

}  // namespace

}  // namespace splicebench
