// Comparisons of modes: which rounds are paired, and which of the metrics decides.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "results/stats/paired.h"
#include "results/stats/rank/signed_rank.h"
#include "results/stats/width.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

using testing::Flat;
using testing::make_result;
using testing::Random;
using testing::Synthetic;
using testing::uniform;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A gigabyte in each round, with so many seconds of the relay's CPU; below 0: an error.
CaseResult case_of(const std::vector<double>& cpu) {
  CaseResult one;
  for (std::size_t i = cpu.size(); i-- > 0;) {
    Sample& sample = one.samples.emplace_back();
    sample.round = static_cast<std::int64_t>(i);
    sample.iterations = 1;
    sample.bytes = 1000000000;
    sample.seconds = 1;
    sample.relay = CpuTime{0, std::abs(cpu[i])};
    if (cpu[i] < 0) sample.error = "lost";
  }
  return one;
}

TEST(PairedLogRatios, AreOfTheRoundsThatBothHaveAFigureOfAndAscend) {
  const CaseResult baseline = case_of({0, 0, 2, 4, 1, 3, 5, -1, 1});
  const CaseResult mode = case_of({0, 3, 0, 2, 1, 6, -5, 1});
  const char* const unit = "relay-cpu-sec/GB";
  EXPECT_EQ(paired_log_ratios(baseline, mode, unit, Zeros::kSkip),
            (std::vector<double>{std::log(0.5), 0, std::log(2)}));
  EXPECT_EQ(paired_log_ratios(baseline, mode, unit, Zeros::kKeep),
            (std::vector<double>{-kInfinity, std::log(0.5), 0, 0, std::log(2), kInfinity}));
}

TEST(CompareModes, NameTwoStatesOfEitherSideInTheirUnitAlone) {
  for (const char* const which : {"none", "generic", "splice"}) {
    Synthetic synthetic;
    synthetic.sample = [which](const CaseId& id, std::int64_t round, Random& random) {
      Sample sample = Flat{}(id, round, random);
      if (id.mode == which && round % 5 < 2) sample.seconds *= 2;
      return sample;
    };
    const std::vector<PairedTable> tables = compare_modes(make_result(synthetic));
    for (const PairedComparison& row : tables[0].rows)
      EXPECT_EQ(row.two_states, which != std::string("none")) << which;
    for (const PairedComparison& row : tables[1].rows) EXPECT_FALSE(row.two_states) << which;
  }
}

TEST(CompareModes, OfOneModeLeaveTheWholeChanceToTheFirstThatComes) {
  Synthetic synthetic;
  synthetic.modes = {"splice"};
  const Result result = make_result(synthetic);
  for (std::size_t unit = 0; unit < kClaimShares.size(); ++unit)
    EXPECT_DOUBLE_EQ(claim_levels(result)[unit], kClaimShares[unit] * 0.05);
  EXPECT_EQ(rounds_to_claim(result), differences_needed(kClaimShares[0] * 0.05));
}

/// Of the three metrics that of this number scatters most.
Result scattered(std::size_t most) {
  Synthetic synthetic;
  synthetic.sample = [most](const CaseId& id, std::int64_t round, Random& random) {
    Sample sample = Flat{1, 0}(id, round, random);
    const auto times = [&](std::size_t which) {
      return std::exp((which == most ? 0.3 : 0.02) * uniform(random));
    };
    const double relay = times(1);
    sample.seconds *= times(0);
    sample.relay->user *= relay;
    sample.relay->system *= relay;
    sample.system.busy *= times(2);
    return sample;
  };
  return make_result(synthetic);
}

TEST(Resolution, IsOfThroughputAndRelayCpuEachAtItsOwnLevel) {
  constexpr std::array<double, 3> kLevels{0.01, 0.001, 0.5};
  for (const std::size_t most : {0U, 1U, 2U}) {
    const Result result = scattered(most);
    const Resolution known =
        resolution_of(result.cases[0], result.cases[1], kLevels).value_or(Resolution());
    Resolution wanted;
    for (const std::size_t unit : {0U, 1U}) {
      const std::vector<double> ratios =
          paired_log_ratios(result.cases[0], result.cases[1], kComparedUnits[unit], Zeros::kSkip);
      const Centre centre = centre_of(ratios, 0.05);
      wanted.half_width = std::max(wanted.half_width, std::exp((centre.high - centre.low) / 2) - 1);
      wanted.told = std::max(wanted.told, told_factor(ratios, kLevels[unit]) - 1);
    }
    EXPECT_NEAR(known.half_width, wanted.half_width, 1e-12) << most;
    EXPECT_NEAR(known.told, wanted.told, 1e-12) << most;
    EXPECT_EQ(known.half_width > 0.02, most < 2) << "the whole machine is none of them";
  }
}

TEST(Resolution, IsAbsentWhereTheRelaysCpuIsKnownOfFewRounds) {
  Result result = make_result({});
  const std::array<double, 3> levels = claim_levels(result);
  std::vector<Sample>& samples = result.cases[1].samples;
  for (std::size_t i = 6; i < samples.size(); ++i) samples[i].relay.reset();
  EXPECT_TRUE(resolution_of(result.cases[0], result.cases[1], levels));
  samples[5].relay.reset();
  EXPECT_FALSE(resolution_of(result.cases[0], result.cases[1], levels));
}

}  // namespace
}  // namespace splicebench
