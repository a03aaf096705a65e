#pragma once

// What is known of the flows of a sample of many, beside what they did together. Values that also
// go over a control socket as they are. Base units. What was not measured is absent.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

namespace splicebench {

/// How evenly flows were served. A sample gives each the same bytes, so what they had at its end
/// says nothing: they are looked at together at the moment when the first of them has all its own,
/// while all still compete.
struct FlowRates {
  double least = 0;  ///< bytes per second of a flow from the start of the clock to that moment
  double median = 0;
  double most = 0;
  /// Jain's fairness index, (sum x)^2 / (n sum x^2): 1 when all have the same, 1/n when one has all
  /// (Jain, Chiu, Hawe, "A Quantitative Measure of Fairness and Discrimination for Resource
  /// Allocation in Shared Computer Systems", DEC-TR-301, 1984). 0: nothing was moved.
  double jain = 0;
};

/// The middle value, or the mean of the two in the middle: for processes of a sample, which have no
/// statistics (results/stats/summary.h). `values` ascending, not empty.
template <typename T>
double middle_of(const std::vector<T>& values) {
  const std::size_t half = values.size() / 2;
  const double upper = static_cast<double>(values[half]);
  return values.size() % 2 == 1 ? upper : (static_cast<double>(values[half - 1]) + upper) / 2;
}

/// Of the rates of all flows, of which there is at least one.
inline FlowRates flow_rates(std::vector<double> rates) {
  std::sort(rates.begin(), rates.end());
  double sum = 0;
  double squares = 0;
  for (const double rate : rates) {
    sum += rate;
    squares += rate * rate;
  }
  FlowRates all{rates.front(), middle_of(rates), rates.back(), 0};
  if (squares > 0) all.jain = sum * sum / (static_cast<double>(rates.size()) * squares);
  return all;
}

/// Of the pipes that the engines of a sample were granted, bytes.
struct PipeSizes {
  std::int64_t least = 0;
  std::int64_t median = 0;
  std::int64_t most = 0;
};

/// Bytes of a flow with which its rates tell anything: fewer lie in socket buffers when the first
/// has all its own, and say how the writer began.
inline constexpr std::uint64_t kTellingBytes = 4 << 20;

struct FlowFacts {
  std::optional<FlowRates> rates;  ///< where each flow moved kTellingBytes or more
  /// Engines that were lent to flows at once, at most: those flows held bytes or had their turn.
  std::optional<std::int64_t> engines;
  /// Bytes by which the relay's resident memory grew from before its engines were made to its peak
  /// (VmHWM in proc_pid_status(5)); what is in pipes and sockets is the kernel's and not in it.
  std::optional<std::int64_t> relay_memory;
  std::optional<PipeSizes> pipes;
};
static_assert(std::is_trivially_copyable_v<FlowFacts>);

}  // namespace splicebench
