#include "results/testing/synthetic.h"

#include "results/model/path_kinds.h"

namespace splicebench::testing {

namespace {

Sample make_sample(const CaseId& id, double bytes_per_second) {
  Sample sample;
  sample.iterations = 100000000 / id.chunk;
  sample.bytes = sample.iterations * id.chunk;
  sample.seconds = static_cast<double>(sample.bytes) / bytes_per_second;
  sample.relay = CpuTime{sample.seconds * 0.05, sample.seconds * 0.85};
  sample.writer = CpuTime{sample.seconds * 0.02, sample.seconds * 0.4};
  if (kinds_of(id.path)->has_reader())
    sample.reader = CpuTime{sample.seconds * 0.02, sample.seconds * 0.3};
  sample.system.busy = sample.seconds * 1.8;
  const std::int64_t call = id.mode.starts_with("splice") ? 262144 : 32768;
  Calls& calls = sample.calls.emplace();
  calls.in = calls.out = sample.bytes / call + 1;
  calls.wait = calls.eagain = 10;
  sample.allocations = 0;
  sample.allocated_bytes = 0;
  sample.warmup_seconds = sample.seconds / 5;
  sample.overhead_seconds = 0.005;
  return sample;
}

Environment make_environment() {
  Environment environment;
  environment.date = "2026-01-02T03:04:05+00:00";
  environment.host = "example";
  environment.kernel = "Linux 6.1.0 x86_64";
  environment.cpu_model = "Example CPU";
  environment.cpus = 2;
  environment.compiler = "g++ 12";
  environment.build_type = "debugoptimized";
  environment.version = "0.1.0";
  environment.executable = "/usr/bin/splicebench";
  environment.load_average = {0.1, 0.1, 0.1};
  environment.sysctls = {{"fs/pipe-max-size", "1048576"}};
  return environment;
}

}  // namespace

Sample Flat::operator()(const CaseId& id, std::int64_t /*round*/, Random& random) const {
  // Not std::uniform_real_distribution: its values differ between libraries.
  const double unit = static_cast<double>(random() >> 11) * 0x1p-53;
  const double level = 1e9 * (id.mode == "generic" ? 1.0 : splice_ratio);
  return make_sample(id, level * (1 + noise * (2 * unit - 1)));
}

Result make_result(const Synthetic& synthetic) {
  Result result;
  result.options.paths = synthetic.paths;
  result.options.chunks = synthetic.chunks;
  result.options.modes = synthetic.modes;
  result.options.rounds = synthetic.rounds;
  result.options.seed = synthetic.seed;
  result.environment = make_environment();
  result.environment.command = "splicebench run --rounds " + std::to_string(synthetic.rounds) +
                               " --seed " + std::to_string(synthetic.seed);
  result.conditions = {{ConditionKind::placement,
                        "alone",
                        true,
                        "alone: relay on CPU 1, writer and reader share CPU 0",
                        {true, false, false}},
                       {ConditionKind::congestion, "cubic", true, "cubic"},
                       {ConditionKind::socket_buffer, "auto", true, "auto"},
                       {ConditionKind::link, "loopback", true, "loopback"}};
  Random random(synthetic.seed);
  std::int64_t sequence = 0;
  Conditions conditions;
  for (const AppliedCondition& one : result.conditions)
    conditions[one.kind] = {one.value, one.usual};
  for (const std::string& path : synthetic.paths) {
    for (const std::int64_t chunk : synthetic.chunks) {
      for (const std::string& mode : synthetic.modes)
        result.cases.push_back({{{path, chunk, conditions}, mode}, {}, {}});
    }
  }
  double start = 0;
  for (std::int64_t round = 0; round < synthetic.rounds; ++round) {
    for (CaseResult& one : result.cases) {
      Sample sample = synthetic.sample(one.id, round, random);
      sample.round = round;
      sample.sequence = sequence++;
      sample.start = start;
      start += sample.seconds + sample.warmup_seconds + sample.overhead_seconds;
      one.samples.push_back(sample);
    }
  }
  result.complete = true;
  result.wall_seconds = start;
  result.rounds_seconds = start;
  return result;
}

}  // namespace splicebench::testing
