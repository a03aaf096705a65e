#pragma once

#include "harness/sample/runner.h"

namespace splicebench {

/// Takes the samples of a run with processes, through Google Benchmark where they are timed.
class CaseSampler : public Sampler {
 public:
  CaseSampler(SampleSetting setting, std::uint64_t seed, std::vector<RelayCommand> relays)
      : setting_(std::move(setting)), seed_(seed), relays_(std::move(relays)) {}

  SampleResult take(const CaseId& id, std::int64_t iterations, std::int64_t warmup,
                    Purpose purpose) override;

 private:
  SampleSetting setting_;
  std::uint64_t seed_;
  std::vector<RelayCommand> relays_;
};

}  // namespace splicebench
