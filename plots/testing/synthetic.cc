#include "plots/testing/synthetic.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace splicebench::testing {

namespace {

/// Bytes per second a relay of this kind might reach; `effective` is what a call moves.
double plausible_speed(const std::string& path, double chunk, bool splice) {
  const double ceiling = path.ends_with("null") ? 4.2e9 : path.ends_with("file") ? 1.1e9 : 2.4e9;
  const double source = path.starts_with("unix") ? 0.8 : 1.0;
  const double half = splice ? 9000 : 5000;
  const double gain = splice ? 1.22 : 1.0;
  return ceiling * source * gain * chunk / (chunk + half);
}

Sample synthetic_sample(const CaseId& id, std::mt19937_64& random, double speed, double slow) {
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
  sample.calls.in = static_cast<std::int64_t>(calls_in);
  sample.calls.out = sample.calls.in;
  sample.calls.wait = splice ? sample.calls.in / 3 : 0;
  sample.relay.user = (splice ? 0.01 : 0.03) * gb * std::exp(noise(random)) + calls_in * 4e-8;
  sample.relay.system = (splice ? 0.22 : 0.30) * gb * std::exp(noise(random)) + calls_in * 8e-7;
  sample.writer = {0.01 * gb + bytes / chunk * 1e-7, 0.15 * gb + bytes / chunk * 9e-7};
  if (!id.path.ends_with("file") && !id.path.ends_with("null")) {
    sample.reader = CpuTime{0.01 * gb, 0.18 * gb * std::exp(noise(random))};
  }
  const double reader = sample.reader ? sample.reader->total() : 0;
  sample.system_busy =
      (sample.relay.total() + sample.writer.total() + reader) * 1.06 + (splice ? 0.02 : 0.01) * gb;
  sample.voluntary_switches = sample.calls.in / 5;
  sample.allocations = 0;
  sample.allocated_bytes = 0;
  sample.warmup_seconds = 0.005;
  sample.overhead_seconds = 0.006;
  return sample;
}

Environment synthetic_environment() {
  Environment environment;
  environment.date = "2026-01-02T03:04:05+00:00";
  environment.host = "synthetic";
  environment.kernel = "6.18.0 #1 SMP (synthetic)";
  environment.cpu_model = "Invented CPU 2.0 GHz";
  environment.hypervisor = "kvm";
  environment.compiler = "g++ 12.2";
  environment.build_type = "release";
  environment.version = "0.1.0";
  environment.executable = "splicebench";
  environment.file_system = "ext4";
  environment.placement = "split: relay on CPU 1, writer and reader on CPU 0";
  environment.command = "splicebench run --rounds 20 --seed 1";
  environment.cpus = 2;
  environment.mhz = 2000;
  environment.load_average = {0.1, 0.2, 0.3};
  environment.sysctls = {{"net.ipv4.tcp_rmem", "4096 131072 6291456"}};
  return environment;
}

}  // namespace

Result synthetic_result(const SyntheticOptions& options) {
  Result result;
  std::mt19937_64 random(options.seed);
  result.options.paths = options.paths;
  result.options.modes = options.modes;
  result.options.rounds = options.rounds;
  result.options.seed = options.seed;
  for (int i = 0; i < options.chunks; ++i) result.options.chunks.push_back(1024LL << i);
  result.environment = synthetic_environment();
  for (const std::string& path : options.paths) {
    for (const std::int64_t chunk : result.options.chunks) {
      for (const std::string& mode : options.modes) {
        result.cases.push_back({{path, chunk, mode}, {}, {}});
      }
    }
  }
  double now = 0;
  std::int64_t sequence = 0;
  std::normal_distribution<double> drift(0, 0.01);
  for (int round = 0; round < options.rounds; ++round) {
    const double slow = round == options.rounds / 2 ? 0.85 : std::exp(drift(random));
    for (CaseResult& one : result.cases) {
      Sample sample = synthetic_sample(one.id, random, options.speed, slow);
      sample.round = round;
      sample.sequence = sequence++;
      sample.start = now;
      now += sample.seconds + sample.warmup_seconds + sample.overhead_seconds;
      one.samples.push_back(sample);
    }
  }
  result.complete = true;
  result.wall_seconds = now;
  result.rounds_seconds = now;
  return result;
}

}  // namespace splicebench::testing
