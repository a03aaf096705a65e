#pragma once

// Made-up results of several days for tests of histories.

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "results/testing/synthetic.h"
#include "results/verdict/history/history.h"

namespace splicebench::testing {

/// A result per day, from 2026-01-01 on. `factor`: of the throughput of a case on a day, beside 1 %
/// of noise between the days.
inline std::vector<HistoryInput> days(int count,
                                      const std::function<double(const CaseId&, int day)>& factor,
                                      const std::string& metric = "") {
  std::vector<HistoryInput> inputs;
  for (int day = 0; day < count; ++day) {
    Synthetic synthetic;
    synthetic.chunks = {1024, 16384, 65536};
    synthetic.rounds = 9;
    synthetic.seed = static_cast<std::uint64_t>(day) + 1;
    Random random(synthetic.seed * 77);
    const double of_day = std::exp(std::normal_distribution<double>(0, 0.01)(random));
    synthetic.sample = [&](const CaseId& id, std::int64_t round, Random& noise) {
      Sample sample = Flat{1.2, 0.02}(id, round, noise);
      sample.seconds /= of_day * factor(id, day);
      return sample;
    };
    Result result = make_result(synthetic);
    result.environment.date = fmt::format("2026-01-{:02}T06:00:00+00:00", day + 1);
    inputs.push_back(
        history_input(fmt::format("day{:02}.json", day + 1), std::move(result), metric));
  }
  return inputs;
}

/// Splice loses a tenth from the `at`-th day on (0-based), but for chunks of 1 KiB.
inline double slower_splice(const CaseId& id, int day, int at) {
  return id.mode == "splice" && id.chunk > 1024 && day >= at ? 0.9 : 1;
}

}  // namespace splicebench::testing
