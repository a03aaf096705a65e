#pragma once

// What a transfer took of time, CPU and kernel, as values that also go over a control socket as
// they are: trivially copyable. Base units: seconds, bytes. What was not measured is absent.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace splicebench {

/// The timed part of a sample is cut into so many, to show whether it drifts.
inline constexpr std::size_t kMarks = 8;

/// CPU time of one process (getrusage(2)), seconds. The sum is exact to a microsecond; the kernel
/// splits it into user and system by sampling at its timer tick, so the split of a short sample is
/// coarse.
struct CpuTime {
  double user = 0;
  double system = 0;

  double total() const { return user + system; }
  CpuTime& operator+=(const CpuTime& other) {
    user += other.user;
    system += other.system;
    return *this;
  }
  friend CpuTime operator-(const CpuTime& later, const CpuTime& earlier) {
    return {later.user - earlier.user, later.system - earlier.system};
  }
};

/// CPU seconds of the CPUs of the placement together (/proc/stat); of the whole machine where the
/// scheduler chooses, and in results of the first version.
struct SystemTimes {
  double busy = 0;     ///< they were not idle (10 ms steps)
  double softirq = 0;  ///< of these, in softirq and irq (tick-sampled, coarse)
  double steal = 0;    ///< taken by the hypervisor
  bool known = true;   ///< false: /proc/stat could not be read, and those above mean nothing

  friend SystemTimes operator-(const SystemTimes& later, const SystemTimes& earlier) {
    return {later.busy - earlier.busy, later.softirq - earlier.softirq, later.steal - earlier.steal,
            later.known && earlier.known};
  }
};

/// System calls an engine made.
struct Calls {
  std::int64_t in = 0;         ///< calls that took bytes from the source (read, splice)
  std::int64_t out = 0;        ///< calls that put bytes into the sink (write, splice)
  std::int64_t wait = 0;       ///< calls that waited for a descriptor (poll)
  std::int64_t eagain = 0;     ///< calls of in and out that returned EAGAIN
  std::int64_t short_in = 0;   ///< in calls that gave less than was asked for
  std::int64_t short_out = 0;  ///< out calls that took less than was offered
  std::int64_t fallback = 0;  ///< transfers that left the engine's own mechanism for read and write
  // Of sends that were to go without a copy, as the kernel tells afterwards:
  std::int64_t copied = 0;    ///< it copied after all
  std::int64_t uncopied = 0;  ///< it did not

  std::int64_t total() const { return in + out + wait; }
  Calls& operator+=(const Calls& other);
  friend Calls operator-(const Calls& later, const Calls& earlier);
};

/// All counts of Calls with the names they have in files, in the order they stand there.
struct CallsField {
  const char* name;
  std::int64_t Calls::*count;
  bool is_sparse = false;  ///< absent where it is 0
};
inline constexpr std::array<CallsField, 9> kCallsFields{{
    {"calls_in", &Calls::in},
    {"calls_out", &Calls::out},
    {"calls_wait", &Calls::wait},
    {"eagain", &Calls::eagain},
    {"short_in", &Calls::short_in},
    {"short_out", &Calls::short_out},
    {"fallbacks", &Calls::fallback},
    {"copied", &Calls::copied, true},
    {"uncopied", &Calls::uncopied, true},
}};

inline Calls& Calls::operator+=(const Calls& other) {
  for (const CallsField& field : kCallsFields) this->*field.count += other.*field.count;
  return *this;
}

inline Calls operator-(const Calls& later, const Calls& earlier) {
  Calls difference;
  for (const CallsField& field : kCallsFields)
    difference.*field.count = later.*field.count - earlier.*field.count;
  return difference;
}

/// Of one timed transfer.
struct Usage {
  double seconds = 0;  ///< wall time from release of the peers to confirmation of the last byte
  double warmup_seconds = 0;  ///< untimed transfer on the same connections

  std::optional<CpuTime> relay;   ///< absent where nothing relays
  std::optional<CpuTime> writer;  ///< absent where the source is a file: there is no writer process
  std::optional<CpuTime> reader;  ///< absent where the sink is a file: there is no reader process
  SystemTimes system;

  std::optional<Calls> calls;  ///< absent where they cannot be counted, as in somebody else's relay
  std::optional<std::int64_t>
      voluntary_switches;  ///< of the relay; absent where a thread of somebody else's ended
  std::optional<std::int64_t> involuntary_switches;  ///< likewise
  std::optional<std::int64_t> allocations;      ///< heap allocations of the relay in the timed part
  std::optional<std::int64_t> allocated_bytes;  ///< and their bytes
  std::optional<std::int64_t>
      retransmits;  ///< TCP segments sent again, all TCP sockets of the sample
  std::optional<std::int64_t> instructions;  ///< of the relay, user and kernel; hardware counter
  std::optional<std::int64_t> cycles;        ///< of the relay, user and kernel; hardware counter
};
static_assert(std::is_trivially_copyable_v<Usage>);

/// The difference of two readings of a counter; absent where either is.
inline std::optional<std::int64_t> difference(std::optional<std::int64_t> later,
                                              std::optional<std::int64_t> earlier) {
  if (!later || !earlier) return std::nullopt;
  return *later - *earlier;
}

}  // namespace splicebench
