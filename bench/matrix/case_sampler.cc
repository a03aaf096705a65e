#include "bench/matrix/case_sampler.h"

#include "bench/matrix/conditions.h"
#include "bench/matrix/gbench.h"
#include "bench/paths/paths.h"
#include "harness/foreign/relay_command.h"

namespace splicebench {

RowSettings::RowSettings(SampleSetting shared, const Link* veth,
                         const std::vector<CaseResult>& cases)
    : shared_(std::move(shared)), veth_(veth) {
  const std::vector<int> cpus = allowed_cpus();
  for (const CaseResult& one : cases) {
    const std::string& name = one.id.conditions[ConditionKind::placement].value;
    if (!placements_.contains(name)) placements_[name] = place(name, cpus);
  }
}

SampleSetting RowSettings::of(const Row& row) const {
  SampleSetting setting = shared_;
  setting.placement = placements_.at(row.conditions[ConditionKind::placement].value);
  setting.link = row.conditions[ConditionKind::link].value == kVeth ? veth_ : nullptr;
  setting.sockets = socket_settings(row);
  return setting;
}

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
  const SampleSetting setting = settings_.of(id);
  if (purpose != Purpose::measure) return take_sample(plan, setting);

  SampleResult result;
  const Repetition repetition = run_repetition(id.name(), iterations, [&] {
    result = take_sample(plan, setting);
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
