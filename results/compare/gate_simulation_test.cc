// How often the gate closes, over made-up runs of the default's size: seeded, so that it is the
// same share each time.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "results/compare/gate.h"
#include "results/compare/table_builder.h"
#include "results/model/metrics.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

constexpr int kRuns = 100;
const std::vector<std::int64_t> kChunks{1024, 4096, 16384, 65536, 262144, 1048576};

/// Throughput with tails as measured ones have: now and then a sample at half its speed.
testing::SampleMaker with_tails(double speed) {
  return [speed](const CaseId& id, std::int64_t round, testing::Random& random) {
    testing::Flat flat;
    flat.noise = 0.06;
    Sample sample = flat(id, round, random);
    sample.seconds /= speed * (random() % 20 == 0 ? 0.5 : 1);
    return sample;
  };
}

Result made(std::uint64_t seed, double speed, std::int64_t rounds) {
  testing::Synthetic synthetic;
  synthetic.paths = {"tcp-to-tcp", "unix-to-tcp"};
  synthetic.chunks = kChunks;
  synthetic.rounds = rounds;
  synthetic.seed = seed;
  synthetic.sample = with_tails(speed);
  return testing::make_result(synthetic);
}

void add(TableBuilder& builder, const Result& result, const std::vector<bool>& taken) {
  const std::vector<Setting> none;
  for (const CaseResult& one : result.cases) {
    const std::string name = one.id.name();
    for (const Sample& sample : one.samples) {
      if (!taken[static_cast<std::size_t>(sample.round)]) continue;
      Record record;
      record.name = name;
      record.settings = &none;
      const std::vector<Metric> metrics = metrics_of(sample);
      for (const Metric& metric : metrics)
        record.measurements.push_back({metric.value, metric.unit});
      builder.record(record);
    }
  }
}

bool closes(const Result& older, const std::vector<bool>& of_older, const Result& newer,
            const std::vector<bool>& of_newer, const std::string& limit) {
  TableBuilder builder{ComparisonOptions()};
  builder.start_file("old");
  add(builder, older, of_older);
  builder.start_file("new");
  add(builder, newer, of_newer);
  return !evaluate_gate(builder.build(), {parse_gate_limit(limit)}).failures.empty();
}

TEST(GateSimulation, TwoHalvesOfOneResultPassInAtLeast95Of100Splits) {
  constexpr std::int64_t kRounds = 40;
  const Result result = made(1, 1, kRounds);
  testing::Random random(2);
  int closed = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<bool> half(kRounds);
    std::fill_n(half.begin(), kRounds / 2, true);
    std::shuffle(half.begin(), half.end(), random);
    std::vector<bool> other = half;
    other.flip();
    closed += closes(result, half, result, other, "0%") ? 1 : 0;
  }
  EXPECT_LE(closed, 5);
}

TEST(GateSimulation, ATrueChangeOf5PercentInTheDefaultRunIsCaughtInAtLeast95Of100) {
  constexpr std::int64_t kRounds = 20;
  const std::vector<bool> all(kRounds, true);
  int closed = 0;
  for (int run = 0; run < kRuns; ++run) {
    const std::uint64_t seed = 1000 + 2 * static_cast<std::uint64_t>(run);
    closed += closes(made(seed, 1, kRounds), all, made(seed + 1, 0.95, kRounds), all, "5%") ? 1 : 0;
  }
  EXPECT_GE(closed, 95);
}

}  // namespace
}  // namespace splicebench
