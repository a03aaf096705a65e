// What a trial looks at around a transfer: flags before and after, what is left in the source, what
// is in the file, what the outcome says.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "bench/verify/sanitized.h"
#include "bench/verify/trial.h"

namespace splicebench {

namespace {

/// Beside its own buffer an engine needs no memory worth speaking of.
constexpr std::int64_t kMemoryAllowance = 1 << 20;
/// Of another flow whose engine is there before its first byte, with what it would copy with.
constexpr std::int64_t kMemoryOfEarly = 128 << 10;

}  // namespace

Trial::PairFlags Trial::flags_of(int source, int sink) {
  return {{::fcntl(source, F_GETFD), ::fcntl(source, F_GETFL)},
          {::fcntl(sink, F_GETFD), ::fcntl(sink, F_GETFL)}};
}

void Trial::expect_same_flags(const PairFlags& before, int source, int sink) {
  const PairFlags now = flags_of(source, sink);
  const auto compare = [this](const char* which, const Flags& earlier, const Flags& later) {
    expect(earlier.descriptor == later.descriptor,
           fmt::format("the descriptor flags of the {} changed from {:#x} to {:#x}", which,
                       earlier.descriptor, later.descriptor));
    expect(earlier.status == later.status,
           fmt::format("the status flags of the {} changed from {:#o} to {:#o}", which,
                       earlier.status, later.status));
  };
  compare("source", before.source, now.source);
  compare("sink", before.sink, now.sink);
}

void Trial::look_at_source(const Script& script, const Outcome& outcome) {
  // After an end or a reset nothing is left to look at.
  const bool ended =
      outcome.ended == Ended::eof ||
      (outcome.ended == Ended::error && outcome.side == Side::source && script.injections.empty());
  if (ended) return;
  if (!has_writer()) {
    const off_t now = ::lseek(ends_.source.get(), 0, SEEK_CUR);
    expect(now == static_cast<off_t>(outcome.in),
           fmt::format("the source's file offset is {} and should be {}", now, outcome.in));
    return;
  }
  const std::uint64_t left = script.writing.bytes - std::min(outcome.in, script.writing.bytes);
  const Arrived rest = read_rest(ends_.source.get(), outcome.in, left);
  // A writer that resets takes back what was not yet read.
  if (script.writing.leave == Leave::reset) return;
  if (outcome.ended == Ended::error && !subject_.mode.engine->spares_source) return;
  expect_arrived("left in the source", left, rest);
}

void Trial::look_at_file(std::uint64_t offset, const Outcome& outcome) {
  struct stat status {};
  if (::fstat(ends_.sink.get(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  const off_t now = ::lseek(ends_.sink.get(), 0, SEEK_CUR);
  expect(now == static_cast<off_t>(offset + outcome.out),
         fmt::format("the file offset is {} and should be {}", now, offset + outcome.out));
  if ((::fcntl(ends_.sink.get(), F_GETFL) & O_ACCMODE) == O_WRONLY) return;
  expect_arrived("in the file", outcome.out, read_file(ends_.sink.get(), offset, outcome.out));
}

void Trial::expect_delivered(const Outcome& outcome) {
  expect(outcome.ended == Ended::error || outcome.left == 0,
         fmt::format("it ended with bytes still to deliver: {}", describe(outcome)));
}

void Trial::expect_bounded_memory() {
  if (kSanitized) return;  // its own memory grows with every page touched
  const std::int64_t others = subject_.mode.engine->needs_both_early ? subject_.flows - 1 : 0;
  expect(
      cost_.memory_bytes <= kMemoryAllowance + others * kMemoryOfEarly,
      fmt::format("the process grew by {} bytes beyond the engine's buffer", cost_.memory_bytes));
}

void Trial::expect_outcome(const Expected& expected, const Outcome& seen) {
  const std::string difference = difference_between(expected, seen);
  expect(difference.empty(), difference);
}

}  // namespace splicebench
