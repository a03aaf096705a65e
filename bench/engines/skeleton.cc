// An engine to copy: everything the contract (harness/engine/engine.h) asks for, moved by plain
// read(2) and write(2) through a buffer. The program does not list it; the tests put it through the
// whole quick suite of `verify`.
//
// To make your own: copy this file to NAME.cc, change the names, put the line 'engines/NAME.cc'
// into engine_sources in bench/meson.build, build, and ask
//
//   splicebench verify --modes NAME --quick

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/engine/engine.h"

namespace splicebench {

namespace {

class SkeletonEngine : public Engine {
 public:
  explicit SkeletonEngine(std::int64_t size) : size_(static_cast<std::size_t>(size)) {}

  /// All that takes time or memory belongs here: this is outside the clock. What cannot be had
  /// (a pipe, a ring) is no error as long as read and write could do the work; say it by granted().
  void prepare(int source, int sink) override {
    source_ = source;
    sink_ = sink;
  }

  /// Inside the clock: no allocation, no waiting. Bytes that were taken are delivered before others
  /// are; those that cannot be now are kept, and are the first of the next call.
  Outcome transfer(std::uint64_t limit) override {
    Outcome outcome;
    while (drain(outcome) && fill(limit, outcome)) {
    }
    outcome.left = end_ - begin_;
    return outcome;
  }

  /// What stands in the result beside the figures; name, got, asked.
  std::vector<Granted> granted() const override {
    const std::int64_t size = static_cast<std::int64_t>(size_);
    return {{"buffer", size, size}};
  }

 private:
  /// True: go on. False: the transfer ends, outcome.ended says why.
  bool fill(std::uint64_t limit, Outcome& outcome) {
    if (outcome.in == limit) return end(Ended::limit, outcome);
    const ssize_t got =
        ::read(source_, bytes_.data(), std::min<std::uint64_t>(size_, limit - outcome.in));
    ++calls_.in;  // counted where they are made
    if (got == 0) return end(Ended::eof, outcome);
    if (got < 0) return stop(Side::source, {source_, POLLIN}, outcome);
    begin_ = 0;
    end_ = static_cast<std::size_t>(got);
    outcome.in += static_cast<std::uint64_t>(got);
    return true;
  }

  bool drain(Outcome& outcome) {
    while (begin_ < end_) {
      const ssize_t put = ::write(sink_, bytes_.data() + begin_, end_ - begin_);
      ++calls_.out;
      if (put == 0) errno = EIO;  // it would be tried for ever
      if (put <= 0) {
        if (!stop(Side::sink, {sink_, POLLOUT}, outcome)) return false;
        continue;
      }
      begin_ += static_cast<std::size_t>(put);
      outcome.out += static_cast<std::uint64_t>(put);
    }
    return true;
  }

  /// A call failed with errno. A signal (EINTR) is no end; "not now" (EAGAIN) says what to wait
  /// for, which may be a descriptor of the engine's own; all else is an error of that side.
  bool stop(Side side, const Awaited& awaited, Outcome& outcome) {
    if (errno == EINTR) return true;
    if (errno == EAGAIN) {
      ++calls_.eagain;
      outcome.awaited = awaited;
      return end(Ended::would_block, outcome);
    }
    outcome.side = side;
    outcome.error = errno;
    return end(Ended::error, outcome);
  }

  static bool end(Ended how, Outcome& outcome) {
    outcome.ended = how;
    return false;
  }

  std::size_t size_;
  int source_ = -1;
  int sink_ = -1;
  std::array<unsigned char, 64 << 10> bytes_;
  std::size_t begin_ = 0;  ///< of the bytes taken and not yet delivered
  std::size_t end_ = 0;
};

/// What it is called and what it can do. What is not said here is as EngineInfo has it: between
/// stream sockets, available everywhere, stops at a limit, counts its calls, can be lent when bytes
/// wait, opens no descriptors.
const RegisterEngine registration({
    .name = "skeleton",
    .help = "read and write through a small piece of memory",
    .parameters = {EngineParameter::size("buffer", 16 << 10, 64 << 10, "bytes of a read")},
    .make =
        [](const EngineValues& values) {
          return std::make_unique<SkeletonEngine>(values.at("buffer"));
        },
});

}  // namespace

}  // namespace splicebench
