#include "results/stats/paired.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "results/stats/rank/signed_rank.h"
#include "results/stats/width.h"
#include "results/testing/synthetic.h"
#include "results/verdict/pairs.h"

namespace splicebench {
namespace {

std::vector<double> rising(int rounds) {
  std::vector<double> ratios;
  for (int i = 1; i <= rounds; ++i) ratios.push_back(0.01 * i);
  return ratios;
}

std::vector<PairedTable> tables_of(const std::vector<std::vector<double>>& rows,
                                   std::size_t tables) {
  std::vector<PairedTable> all(tables);
  for (std::size_t i = 0; i < rows.size(); ++i)
    all[i % tables].rows.emplace_back().log_ratios = rows[i];
  return all;
}

TEST(Judge, TakesAllTablesAsOneFamily) {
  // p of one row is 2^-9: claimed among 25 comparisons and not among 26, in whatever table they
  // are.
  for (const std::size_t tables : {1U, 3U}) {
    for (const std::size_t rows : {25U, 26U}) {
      std::vector<std::vector<double>> ratios(rows, {-0.1, 0.1});
      ratios.front() = rising(10);
      std::vector<PairedTable> all = tables_of(ratios, tables);
      judge(all, 0.05);
      EXPECT_EQ(all[0].rows[0].significant, rows == 25) << tables;
      EXPECT_DOUBLE_EQ(all[0].rows[0].p_holm, static_cast<double>(rows) / 512);
      for (const PairedTable& table : all) {
        EXPECT_EQ(table.comparisons, static_cast<std::int64_t>(rows));
        EXPECT_EQ(table.rounds_needed, differences_needed(0.05 / static_cast<double>(rows)));
      }
    }
  }
}

TEST(Judge, IsHolmsStepDownWhateverTheOrder) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 30; ++i) {
    std::vector<std::vector<double>> ratios;
    for (int row = 0; row < 12; ++row) {
      std::vector<double>& one = ratios.emplace_back();
      for (int round = 0; round < 12; ++round)
        one.push_back(static_cast<double>(random() % 1000) / 1000 - 0.05 * row);
      std::sort(one.begin(), one.end());
    }
    std::vector<PairedTable> all = tables_of(ratios, 3);
    judge(all, 0.05);
    std::vector<const PairedComparison*> rows;
    for (const PairedTable& table : all) {
      for (const PairedComparison& row : table.rows) rows.push_back(&row);
    }
    std::sort(rows.begin(), rows.end(), [](auto* a, auto* b) { return a->p < b->p; });
    bool claiming = true;
    for (std::size_t rank = 0; rank < rows.size(); ++rank) {
      EXPECT_GE(rows[rank]->p_holm, rows[rank]->p);
      EXPECT_LE(rows[rank]->p_holm, 1);
      if (rank > 0) {
        EXPECT_GE(rows[rank]->p_holm, rows[rank - 1]->p_holm) << "monotone in p";
      }
      const bool tied = rank > 0 && rows[rank]->p == rows[rank - 1]->p;
      if (!tied) claiming = claiming && rows[rank]->p <= 0.05 / static_cast<double>(12 - rank);
      EXPECT_EQ(rows[rank]->significant, claiming) << rank;
    }
  }
}

TEST(Judge, GivesThroughputAndRelayCpuMostOfTheChance) {
  std::vector<PairedTable> all(kComparedUnits.size());
  for (std::size_t unit = 0; unit < all.size(); ++unit) {
    all[unit].unit = kComparedUnits[unit];
    all[unit].rows.emplace_back().log_ratios = rising(7);
  }
  judge(all, 0.05);
  // p is 1/64 each: 1/64 <= 0.05 x 0.45, and then all that is left is for the last.
  EXPECT_TRUE(all[0].rows[0].significant);
  EXPECT_TRUE(all[1].rows[0].significant);
  EXPECT_TRUE(all[2].rows[0].significant);
  EXPECT_NEAR(all[0].rows[0].p_holm, 1 / 64.0 / 0.45, 1e-12);
  EXPECT_NEAR(all[2].rows[0].p_holm, 1 / 64.0 / 0.45, 1e-12) << "never below one before it";
  EXPECT_EQ(all[0].rounds_needed, 7);
  EXPECT_EQ(all[2].rounds_needed, 9);
  std::vector<PairedTable> last(1);
  last[0].unit = kComparedUnits[2];
  last[0].rows.emplace_back().log_ratios = rising(7);
  judge(last, 0.05);
  EXPECT_NEAR(last[0].rows[0].p_holm, 1 / 64.0, 1e-12) << "by itself it has all of it";
}

TEST(Judge, TiedRowsAreClaimedTogether) {
  std::vector<std::vector<double>> ratios(44, rising(20));
  ratios.back() = std::vector<double>(20, 0);  // and one that says nothing
  std::vector<PairedTable> all = tables_of(ratios, 1);
  judge(all, 0.05);
  for (std::size_t i = 0; i < 43; ++i) {
    EXPECT_TRUE(all[0].rows[i].significant);
    EXPECT_EQ(all[0].rows[i].p_holm, all[0].rows[0].p_holm) << i;
  }
  EXPECT_FALSE(all[0].rows.back().significant);
  EXPECT_EQ(all[0].rows.back().p, 1);
  EXPECT_EQ(all[0].rows.back().ratio, 1);
}

TEST(Judge, AnIntervalIsOfItsRowAlone) {
  std::vector<PairedTable> one = tables_of({rising(20)}, 1);
  judge(one, 0.05);
  std::vector<PairedTable> many = tables_of(std::vector<std::vector<double>>(44, rising(20)), 1);
  judge(many, 0.05);
  EXPECT_EQ(one[0].rows[0].low, many[0].rows[0].low);
  EXPECT_EQ(one[0].rows[0].high, many[0].rows[0].high);
  EXPECT_NEAR(one[0].rows[0].ratio, std::exp(0.105), 1e-12);
  EXPECT_LT(one[0].rows[0].could_have_told, many[0].rows[0].could_have_told)
      << "what is claimed among many must be larger";
}

TEST(Judge, ClaimsAndCouldHaveToldNothingWithTooFewRounds) {
  std::vector<PairedTable> all =
      tables_of(std::vector<std::vector<double>>(44, std::vector<double>(10, 0.5)), 1);
  judge(all, 0.05);
  EXPECT_EQ(all[0].rounds_needed, 11);
  for (const PairedComparison& row : all[0].rows) {
    EXPECT_FALSE(row.significant);
    EXPECT_TRUE(std::isinf(row.could_have_told));
    EXPECT_DOUBLE_EQ(row.high, std::exp(0.5)) << "its own interval is there";
  }
}

TEST(Judge, OfNothingIsNothing) {
  std::vector<PairedTable> all(3);
  judge(all, 0.05);
  EXPECT_EQ(all[0].comparisons, 0);
  EXPECT_EQ(all[0].rounds_needed, differences_needed(0.05)) << "of the first that there may be";
}

TEST(Judge, ClaimsWhatIsJustAtAlpha) {
  std::vector<std::vector<double>> ratios(25, {-0.1, 0.1});
  ratios.front() = rising(10);
  std::vector<PairedTable> all = tables_of(ratios, 1);
  judge(all, 25.0 / 512);
  EXPECT_EQ(all[0].rows[0].p_holm, 25.0 / 512);
  EXPECT_TRUE(all[0].rows[0].significant);
}

TEST(CompareModes, OfARunAreOneFamilyOverAllMetrics) {
  testing::Synthetic synthetic;
  synthetic.modes = {"generic", "splice", "sockmap"};
  const std::vector<PairedTable> tables = compare_modes(testing::make_result(synthetic));
  ASSERT_EQ(tables.size(), 3U);
  for (const PairedTable& table : tables) {
    EXPECT_EQ(table.rows.size(), 4U);
    EXPECT_EQ(table.comparisons, 12);
  }
  EXPECT_EQ(compare_paired(testing::make_result(synthetic), "B/s").comparisons, 12);
}

TEST(CompareModes, OfTheFloorAreNoneAndNoneOfTheFamily) {
  testing::Synthetic synthetic;
  const Result without = testing::make_result(synthetic);
  synthetic.modes.push_back(kDirect);
  const Result with = testing::make_result(synthetic);
  EXPECT_EQ(claim_levels(with), claim_levels(without));
  EXPECT_EQ(rounds_to_claim(with), rounds_to_claim(without));
  EXPECT_EQ(compare_paired(with, "B/s").rows.size(), compare_paired(without, "B/s").rows.size());
  // Two rows, each of one comparison and one pair.
  EXPECT_DOUBLE_EQ(claim_levels(with)[0], kClaimShares[0] * 0.05 / 2);
  EXPECT_EQ(rounds_to_claim(with), differences_needed(kClaimShares[0] * 0.05 / 2));
  synthetic.modes = {"generic", "splice", "sockmap", "uring"};
  EXPECT_DOUBLE_EQ(claim_levels(testing::make_result(synthetic))[0], kClaimShares[0] * 0.05 / 6);
  EXPECT_EQ(rounds_to_claim(testing::make_result(synthetic)),
            differences_needed(kClaimShares[0] * 0.05 / 12))
      << "all pairs of four modes";
}

TEST(CompareModes, PairsByTheNumberOfTheRound) {
  Result result = testing::make_result({});
  const double whole = compare_paired(result, "B/s").rows[0].ratio;
  // In another order, and without some rounds on either side.
  std::vector<Sample>& samples = result.cases[1].samples;
  std::reverse(samples.begin(), samples.end());
  samples.pop_back();
  result.cases[0].samples[5].error = "lost";
  const PairedComparison row = compare_paired(result, "B/s").rows[0];
  EXPECT_EQ(row.n, 18);
  EXPECT_NEAR(row.ratio, whole, 0.02);
}

TEST(Resolution, IsTheWorseOfThroughputAndRelayCpu) {
  Result result = testing::make_result({});
  const std::array<double, 3> levels = claim_levels(result);
  const std::vector<PairedTable> tables = compare_modes(result);
  const auto width_of = [](const PairedComparison& row) { return std::sqrt(row.high / row.low); };
  const PairedComparison& speed = tables[0].rows[0];
  const PairedComparison& cpu = tables[1].rows[0];
  const std::optional<Resolution> known = resolution_of(result.cases[0], result.cases[1], levels);
  ASSERT_TRUE(known);
  EXPECT_NEAR(known->half_width, std::max(width_of(speed), width_of(cpu)) - 1, 1e-12);
  EXPECT_NEAR(known->told, std::max(speed.could_have_told, cpu.could_have_told) - 1, 1e-12);
  EXPECT_GT(known->told, known->half_width);
  for (Sample& sample : result.cases[0].samples) sample.relay.reset();
  const std::optional<Resolution> without = resolution_of(result.cases[0], result.cases[1], levels);
  EXPECT_NEAR(without->half_width, width_of(speed) - 1, 1e-12) << "a relay of no CPU time";
}

TEST(Resolution, AsksNoClaimOfTheFloor) {
  Result result = testing::make_result({});
  result.cases[1].id.mode = kDirect;
  const std::optional<Resolution> known =
      resolution_of(result.cases[0], result.cases[1], claim_levels(result));
  ASSERT_TRUE(known);
  EXPECT_GT(known->half_width, 0);
  EXPECT_EQ(known->told, 0);
}

TEST(Resolution, IsAbsentWhereNothingCouldBeClaimed) {
  testing::Synthetic synthetic;
  synthetic.rounds = 40;
  Result result = testing::make_result(synthetic);
  const std::int64_t needed = rounds_to_claim(result);
  EXPECT_EQ(needed, Pairs(result).rounds_needed());
  const auto known = claimable_resolution(result);
  for (CaseResult& one : result.cases) one.samples.resize(static_cast<std::size_t>(needed));
  EXPECT_TRUE(known(result.cases[0], result.cases[1]));
  for (CaseResult& one : result.cases) one.samples.pop_back();
  EXPECT_FALSE(known(result.cases[0], result.cases[1]));
  EXPECT_TRUE(resolution_of(result.cases[0], result.cases[1], claim_levels(result)));
}

TEST(Resolution, IsAbsentBelowSixRoundsAndWithoutThroughput) {
  testing::Synthetic synthetic;
  synthetic.rounds = 5;
  Result result = testing::make_result(synthetic);
  EXPECT_FALSE(resolution_of(result.cases[0], result.cases[1], claim_levels(result)));
  synthetic.rounds = 6;
  result = testing::make_result(synthetic);
  EXPECT_TRUE(resolution_of(result.cases[0], result.cases[1], claim_levels(result)));
  for (Sample& sample : result.cases[0].samples) sample.bytes = 0;
  EXPECT_FALSE(resolution_of(result.cases[0], result.cases[1], claim_levels(result)));
}

}  // namespace
}  // namespace splicebench
