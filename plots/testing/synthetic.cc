#include "plots/testing/synthetic.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "results/model/path_kinds.h"
#include "results/testing/synthetic.h"

namespace splicebench::testing {

namespace {

/// Bytes per second a relay of this kind might reach; `effective` is what a call moves.
double plausible_speed(const std::string& path, double chunk, bool splice) {
  const PathKinds kinds = *kinds_of(path);
  const double ceiling = kinds.sink == EndKind::null   ? 4.2e9
                         : kinds.sink == EndKind::file ? 1.1e9
                                                       : 2.4e9;
  const double source = kinds.source == EndKind::unix_stream ? 0.8 : 1.0;
  const double half = splice ? 9000 : 5000;
  const double gain = splice ? 1.22 : 1.0;
  return ceiling * source * gain * chunk / (chunk + half);
}

Sample synthetic_sample(const CaseId& id, Random& random, double speed, double slow) {
  const bool splice = id.mode.starts_with("splice");
  const double chunk = static_cast<double>(id.chunk);
  std::normal_distribution<double> noise(0, 0.03);
  Sample sample;
  const double rate = plausible_speed(id.path, chunk, splice) * speed * slow;
  sample.iterations = static_cast<std::int64_t>(std::ceil(0.05 * rate / chunk));
  sample.bytes = sample.iterations * id.chunk;
  const double bytes = static_cast<double>(sample.bytes);
  sample.seconds = bytes / rate * std::exp(noise(random));
  const double gb = bytes / 1e9;
  const double calls_in = std::max(1.0, bytes / std::min(chunk * 1.7, splice ? 3e5 : 32768.0));
  Calls& calls = sample.calls.emplace();
  calls.in = calls.out = static_cast<std::int64_t>(calls_in);
  calls.wait = splice ? calls.in / 3 : 0;
  CpuTime& relay = sample.relay.emplace();
  relay.user = (splice ? 0.01 : 0.03) * gb * std::exp(noise(random)) + calls_in * 4e-8;
  relay.system = (splice ? 0.22 : 0.30) * gb * std::exp(noise(random)) + calls_in * 8e-7;
  sample.writer = CpuTime{0.01 * gb + bytes / chunk * 1e-7, 0.15 * gb + bytes / chunk * 9e-7};
  if (kinds_of(id.path)->has_reader()) {
    sample.reader = CpuTime{0.01 * gb, 0.18 * gb * std::exp(noise(random))};
  }
  const double reader = sample.reader ? sample.reader->total() : 0;
  sample.system.busy =
      (relay.total() + sample.writer->total() + reader) * 1.06 + (splice ? 0.02 : 0.01) * gb;
  sample.voluntary_switches = calls.in / 5;
  sample.allocations = 0;
  sample.allocated_bytes = 0;
  sample.warmup_seconds = 0.005;
  sample.overhead_seconds = 0.006;
  return sample;
}

}  // namespace

Result synthetic_result(const SyntheticOptions& options) {
  Synthetic run;
  run.paths = options.paths;
  run.chunks.clear();
  for (int i = 0; i < options.chunks; ++i) run.chunks.push_back(1024LL << i);
  run.modes = options.modes;
  run.rounds = options.rounds;
  run.seed = options.seed;
  std::normal_distribution<double> drift(0, 0.01);
  std::int64_t now = -1;
  double slow = 1;
  run.sample = [=](const CaseId& id, std::int64_t round, Random& random) mutable {
    if (round != now) slow = round == options.rounds / 2 ? 0.85 : std::exp(drift(random));
    now = round;
    return synthetic_sample(id, random, options.speed, slow);
  };
  return make_result(run);
}

}  // namespace splicebench::testing
