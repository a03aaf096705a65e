#include <fmt/format.h>

#include <algorithm>

#include "results/stats/summary.h"
#include "results/text/line.h"
#include "results/text/size.h"
#include "results/verdict/warnings.h"

namespace splicebench {

namespace {

/// Below it some flows had to wait for others.
constexpr double kFair = 0.95;

/// Of a case: its values of Jain's index, ascending.
std::vector<double> indices_of(const CaseResult& one) {
  std::vector<double> all;
  for (const Sample& sample : one.samples) {
    if (sample.error.empty() && sample.flows && sample.flows->rates)
      all.push_back(sample.flows->rates->jain);
  }
  std::sort(all.begin(), all.end());
  return all;
}

void unfair(const Result& result, std::vector<Warning>& warnings) {
  std::int64_t cases = 0;
  double worst = 1;
  std::string which;
  for (const CaseResult& one : result.cases) {
    const std::vector<double> indices = indices_of(one);
    if (indices.empty()) continue;
    const double index = median_of_sorted(indices);
    if (index >= kFair) continue;
    ++cases;
    if (index >= worst) continue;
    worst = index;
    which = one.id.name();
  }
  if (cases == 0) return;
  warnings.push_back({"unfair",
                      fmt::format("in {} flows were served unevenly: Jain's index is below {}, at "
                                  "least {:.2f}, of {}",
                                  counted(cases, "case"), kFair, worst, which),
                      "longer samples (--min-time 0.5s) tell a slow start from a relay that is "
                      "unfair"});
}

void shrunken_pipes(const Result& result, std::vector<Warning>& warnings) {
  std::int64_t samples = 0;
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string which;
  for (const CaseResult& one : result.cases) {
    for (const Sample& sample : one.samples) {
      if (!sample.error.empty() || !sample.flows || !sample.flows->pipes) continue;
      const PipeSizes& pipes = *sample.flows->pipes;
      if (pipes.least == pipes.most) continue;
      ++samples;
      if (!which.empty() && pipes.least >= least) continue;
      least = pipes.least;
      most = pipes.most;
      which = one.id.name();
    }
  }
  if (samples == 0) return;
  warnings.push_back(
      {"shrunken-pipes",
       fmt::format("in {} pipes were granted less the more of them there were: {} to {}, of {}",
                   counted(samples, "sample"), format_size(most), format_size(least), which),
       "raise the user's share with: sysctl fs.pipe-user-pages-soft=0, or ask for smaller pipes "
       "(splice:pipe=64KiB)"});
}

}  // namespace

std::vector<Warning> flow_warnings(const Result& result) {
  std::vector<Warning> warnings;
  unfair(result, warnings);
  shrunken_pipes(result, warnings);
  return warnings;
}

}  // namespace splicebench
