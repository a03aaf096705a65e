#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// What the CPUs of a role's placement on its host did, medians over the samples.
struct HostUse {
  double busy = 0;     ///< seconds per GB
  double softirq = 0;  ///< of these
  double steal = 0;    ///< part of busy and stolen time together
};

/// Of a case that was measured over hosts; medians over its good samples.
struct HostFigures {
  CaseId id;
  PerRole<std::optional<HostUse>> use;  ///< of the relay's, the usage of the sample itself
  /// Part of its time by which a sample is too long at most: the control path's round trip.
  std::optional<double> off;
  double worst_off = 0;        ///< the largest of them
  std::int64_t strangers = 0;  ///< in all samples
  std::int64_t far = 0;        ///< samples with more than kMostOff
  std::int64_t samples = 0;    ///< that tell
};

/// More than that part of a sample is no longer negligible.
inline constexpr double kMostOff = 0.005;

/// Of every case of a result over hosts, in its order; empty of another.
std::vector<HostFigures> host_figures(const Result& result);

}  // namespace splicebench
