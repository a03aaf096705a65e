#include "bench/matrix/case_sampler.h"

#include "bench/matrix/gbench.h"
#include "bench/paths/paths.h"
#include "harness/foreign/relay_command.h"

namespace splicebench {

SampleResult CaseSampler::take(const CaseId& id, std::int64_t iterations, std::int64_t warmup,
                               Purpose purpose) {
  SamplePlan plan;
  plan.path = &path_named(id.path);
  plan.mode = id.mode;
  plan.relay = relay_of(id.mode, relays_);
  plan.chunk = id.chunk;
  plan.iterations = iterations;
  plan.warmup_iterations = warmup;
  plan.hashed = purpose == Purpose::verify;
  plan.seed = seed_;
  if (purpose != Purpose::measure) return take_sample(plan, setting_);

  SampleResult result;
  const Repetition repetition = run_repetition(id.name(), iterations, [&] {
    result = take_sample(plan, setting_);
    return Timing{result.sample.seconds, result.sample.bytes, result.sample.error};
  });
  // The figures of record are Google Benchmark's.
  if (result.sample.error.empty()) {
    result.sample.iterations = repetition.iterations;
    result.sample.seconds = repetition.seconds;
  }
  return result;
}

}  // namespace splicebench
