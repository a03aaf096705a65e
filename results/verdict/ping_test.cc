// Figures, comparisons and files of round trips.

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "results/files/error.h"
#include "results/json/result_json.h"
#include "results/tables/ping_table.h"
#include "results/testing/schema_check.h"
#include "results/verdict/ping_figures.h"
#include "results/verdict/ping_verdict.h"

namespace splicebench {
namespace {

constexpr std::int64_t kRounds = 10;

PingBlock block_of(std::int64_t round, double median_us, std::uint64_t count = 1000) {
  PingBlock block;
  block.round = round;
  block.start = static_cast<double>(round);
  const std::unique_ptr<HistogramCounts> counts = std::make_unique<HistogramCounts>();
  std::uint64_t max = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t one = static_cast<std::uint64_t>(
        median_us * 1000 * (0.5 + static_cast<double>(i) / static_cast<double>(count)));
    ++(*counts)[histogram_bucket(one)];
    max = std::max(max, one);
  }
  block.times = Histogram(*counts, max);
  block.seconds = static_cast<double>(count) * median_us * 1e-6;
  block.client = {0.01, 1000, 1};
  block.server = ProcessUse{0.02, 1000, 2};
  return block;
}

PingCase case_of(const std::string& mode, double median_us) {
  PingCase one;
  one.id = {"tcp-to-tcp", 1024, mode};
  for (std::int64_t round = 0; round < kRounds; ++round) {
    // The machine drifts by a fifth; what is paired does not see it.
    const double drift = 1 + 0.02 * static_cast<double>(round);
    PingBlock block = block_of(round, median_us * drift);
    if (!is_floor(mode)) block.relay = ProcessUse{0.03, 2000, 3};
    one.blocks.push_back(std::move(block));
  }
  if (!is_floor(mode)) {
    one.floor = kFloorSameCpu;
    one.cross_wakeups = 4;
    one.granted = {{"pipe", 1 << 20}};
  }
  return one;
}

/// Wakeups of another CPU cost 10 us each here: 40 of generic's 100.
Result result_of(double splice_us) {
  Result result;
  result.options.paths = {"tcp-to-tcp"};
  result.options.chunks = {1024};
  result.options.modes = {kFloorSameCpu, kFloorTwoCpus, "generic", "splice"};
  result.options.rounds = kRounds;
  result.environment.date = "2026-01-31T12:00:00+00:00";
  result.environment.cpus = 2;
  result.complete = true;
  result.ping.emplace();
  result.ping->cases = {case_of(kFloorSameCpu, 20), case_of(kFloorTwoCpus, 40),
                        case_of("generic", 100), case_of("splice", splice_us)};
  return result;
}

double metric(const PingBlock& block, const std::string& unit) {
  for (const Metric& one : metrics_of(block, 1024)) {
    if (one.unit == unit) return one.value;
  }
  return NAN;
}

TEST(Ping, FiguresOfABlockAreThoseOfItsTimes) {
  PingBlock block = block_of(0, 100);
  block.relay = ProcessUse{0.03, 2000, 500};
  EXPECT_NEAR(metric(block, "p50-sec/op"), 100e-6, 0.5e-6);
  EXPECT_NEAR(metric(block, "p90-sec/op"), 140e-6, 1e-6);
  EXPECT_NEAR(metric(block, "max-sec/op"), 149.9e-6, 1e-9);
  EXPECT_NEAR(metric(block, "sec/op"), 100e-6, 1e-9);
  EXPECT_NEAR(metric(block, "ping-B/s"), 1024 / 100e-6, 1);
  EXPECT_NEAR(metric(block, "relay-cpu-sec/op"), 30e-6, 1e-9);
  EXPECT_NEAR(metric(block, "relay-switches/op"), 2.5, 1e-9);
}

TEST(Ping, ServiceTimesOfAScheduleStandApart) {
  PingBlock block = block_of(0, 100);
  EXPECT_TRUE(std::isnan(metric(block, "service-p50-sec/op")));
  block.service = block_of(0, 40).times;
  EXPECT_NEAR(metric(block, "p50-sec/op"), 100e-6, 1e-6);
  EXPECT_NEAR(metric(block, "service-p50-sec/op"), 40e-6, 1e-6);
  EXPECT_DOUBLE_EQ(metric(block, "service-max-sec/op"), block.service->max());
}

TEST(Ping, ServiceTimesAreReadAsTheyWereWrittenAndHaveATable) {
  Result result = result_of(110);
  result.ping->options.rate = 500;
  for (PingBlock& block : result.ping->cases[2].blocks) block.service = block_of(0, 33).times;
  const std::string text = to_json(result);
  const Result read = parse_result(text, "r.json");
  EXPECT_EQ(read.ping->cases[2].blocks[3].service, result.ping->cases[2].blocks[3].service);
  EXPECT_FALSE(read.ping->cases[3].blocks[3].service);
  EXPECT_EQ(testing::schema_errors(
                text, std::string(SPLICEBENCH_RESULTS_DIR) + "/schemas/result.schema.json"),
            "");
  const std::string table = ping_text(result, ping_verdict(result), false);
  const std::size_t from = table.find("us from the send itself");
  ASSERT_NE(from, std::string::npos) << table;
  EXPECT_NE(table.find("32.9", from), std::string::npos) << table;
  std::string damaged = text;
  const std::size_t counts = damaged.find("\"service_counts\": [");
  damaged.insert(damaged.find_first_of("123456789", counts), "1");
  EXPECT_THROW(parse_result(damaged, "r.json"), UsageError);
}

TEST(Ping, APercentileWithNoTimeBeyondItIsNoFigure) {
  EXPECT_TRUE(std::isnan(metric(block_of(0, 100, 99), "p99-sec/op")));
  EXPECT_FALSE(std::isnan(metric(block_of(0, 100, 100), "p99-sec/op")));
  EXPECT_TRUE(std::isnan(metric(block_of(0, 100, 999), "p99.9-sec/op")));
  EXPECT_FALSE(std::isnan(metric(block_of(0, 100, 1), "max-sec/op")));
}

TEST(Ping, DifferencesArePairedByRound) {
  const PingVerdict verdict = ping_verdict(result_of(110));
  ASSERT_EQ(verdict.differences.front().unit, "p50-sec/op");
  ASSERT_EQ(verdict.differences.front().rows.size(), 1U) << "floors are compared with nothing";
  const PairedComparison& row = verdict.differences.front().rows.front();
  EXPECT_NEAR(row.ratio, 1.1, 0.01);
  EXPECT_NEAR(row.low, 1.1, 0.02) << "drift of the rounds must not widen the interval";
  EXPECT_NEAR(row.high, 1.1, 0.02);
  EXPECT_TRUE(row.significant);
}

TEST(Ping, ClaimsAreMadeOfTheMedianAlone) {
  const std::vector<PairedTable> tables = compare_pings(result_of(110));
  ASSERT_GE(tables.size(), 3U);
  EXPECT_EQ(tables[0].unit, "p50-sec/op");
  EXPECT_EQ(tables[0].comparisons, 1);
  EXPECT_TRUE(tables[0].rows[0].significant);
  for (std::size_t i = 1; i < tables.size(); ++i) {
    EXPECT_EQ(tables[i].comparisons, 0) << tables[i].unit;
    EXPECT_FALSE(tables[i].rows[0].significant) << tables[i].unit;
    EXPECT_TRUE(std::isfinite(tables[i].rows[0].high)) << "the interval stands";
  }
}

TEST(Ping, SharesOfARoundTripAreOfTheFloorsBesideIt) {
  const PingVerdict verdict = ping_verdict(result_of(100));
  const PingRow& generic = verdict.rows.at(2);
  ASSERT_TRUE(generic.floor_share && generic.wake_share && generic.wakeup);
  EXPECT_NEAR(generic.floor_share->centre, 0.2, 0.01);
  EXPECT_NEAR(generic.wake_share->centre, 0.4, 0.01);
  EXPECT_NEAR(generic.wakeup->centre, 10e-6 * 1.09, 0.2e-6);
  EXPECT_FALSE(verdict.rows.front().floor_share);
}

TEST(Ping, SentenceAnswersTheClaim) {
  const std::string slower = ping_verdict(result_of(110)).sentences.at(0);
  EXPECT_NE(slower.find("does not hold here"), std::string::npos) << slower;
  EXPECT_NE(slower.find("+10."), std::string::npos) << slower;
  EXPECT_NE(slower.find("36% ["), std::string::npos) << slower;
  EXPECT_NE(slower.find("4 wakeups"), std::string::npos) << slower;
  const std::string same = ping_verdict(result_of(100)).sentences.at(0);
  EXPECT_NE(same.find("\"no perceivable difference\" holds here to within 10%"), std::string::npos)
      << same;
  EXPECT_NE(same.find("by +0.0% [+0.0, +0.0], paired over 10 rounds"), std::string::npos) << same;
}

/// Splice's rounds are in turns `low_us` and `high_us` where generic's are 100.
std::string sentence_of_rounds_between(double low_us, double high_us, std::int64_t count = 10000) {
  Result result = result_of(100);
  result.ping->options.count = count;
  for (std::int64_t round = 0; round < kRounds; ++round) {
    PingBlock& block = result.ping->cases[3].blocks[static_cast<std::size_t>(round)];
    const double drift = 1 + 0.02 * static_cast<double>(round);
    block = block_of(round, (round % 2 == 0 ? low_us : high_us) * drift);
  }
  return ping_verdict(result).sentences.at(0);
}

TEST(Ping, SentenceClaimsNothingFromAnIntervalWithRoomForADifference) {
  for (const auto& [low, high] : {std::pair{97.0, 180.0}, {80.0, 103.0}, {97.0, 115.0}}) {
    const std::string sentence = sentence_of_rounds_between(low, high);
    EXPECT_NE(sentence.find("holds cannot be told here"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("take more (-n, --rounds)"), std::string::npos) << sentence;
    EXPECT_EQ(sentence.find("holds here"), std::string::npos) << sentence;
  }
  const std::string wide = sentence_of_rounds_between(97, 180);
  EXPECT_NE(wide.find("between -3."), std::string::npos) << wide;
  EXPECT_NE(wide.find("% and +80."), std::string::npos) << wide;
}

TEST(Ping, SentenceOfAnIntervalWithinTheMarginHolds) {
  const std::string sentence = sentence_of_rounds_between(93, 108);
  EXPECT_NE(sentence.find("holds here to within 10%"), std::string::npos) << sentence;
  EXPECT_NE(sentence.find(" [-7."), std::string::npos) << sentence;
}

TEST(Ping, SentenceNamesNoFlagThatARunWithoutAnEndRefuses) {
  const std::string wide = sentence_of_rounds_between(97, 180, 0);
  EXPECT_NE(wide.find("; let it run for longer; "), std::string::npos) << wide;
  Result few = result_of(110);
  few.ping->options.count = 0;
  for (PingCase& one : few.ping->cases) one.blocks.resize(3);
  const std::string sentence = ping_verdict(few).sentences.at(0);
  EXPECT_NE(sentence.find("let it run for at least 6 rounds"), std::string::npos) << sentence;
  EXPECT_EQ(sentence.find("--rounds"), std::string::npos) << sentence;
}

TEST(Ping, SentenceSaysWhatIsMissing) {
  Result few = result_of(110);
  for (PingCase& one : few.ping->cases) {
    one.blocks.resize(3);
    one.cross_wakeups.reset();
  }
  const std::string sentence = ping_verdict(few).sentences.at(0);
  EXPECT_NE(sentence.find("3 rounds cannot show a difference"), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("take at least 6 (--rounds)"), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("cannot be told"), std::string::npos) << sentence;
}

TEST(Ping, SentenceAsksForRoundTripsWhereTheyAreTooFewForTheRounds) {
  Result few = result_of(110);
  few.ping->options.count = 3;
  for (PingCase& one : few.ping->cases) one.blocks.resize(3);
  const std::string sentence = ping_verdict(few).sentences.at(0);
  EXPECT_NE(sentence.find("take at least 6 (-n and --rounds)"), std::string::npos) << sentence;
}

TEST(Ping, BlocksWithAnErrorCountAsFailedAlone) {
  Result result = result_of(100);
  result.ping->cases[3].blocks[4] = {};
  result.ping->cases[3].blocks[4].round = 4;
  result.ping->cases[3].blocks[4].error = "a reply was not what had been sent";
  const PingVerdict verdict = ping_verdict(result);
  EXPECT_EQ(verdict.rows[3].failed, 1);
  EXPECT_EQ(verdict.rows[3].all.round_trips(), 9000);
  EXPECT_EQ(verdict.differences.front().rows.front().n, 9);
  ASSERT_FALSE(verdict.warnings.empty());
  EXPECT_EQ(verdict.warnings.front().code, "errors");
}

TEST(Ping, WarnsOfARateThatWasNotKept) {
  Result result = result_of(100);
  result.ping->options.rate = 20000;  // 100 us each: 10000 at most
  const std::vector<Warning> warnings = ping_warnings(result);
  ASSERT_FALSE(warnings.empty());
  EXPECT_EQ(warnings.back().code, "rate");
}

TEST(Ping, ResultIsReadAsItWasWritten) {
  Result result = result_of(110);
  result.ping->options = {10000, 500};
  result.ping->cases[3].relay_congestion = "bbr";
  result.ping->cases[0].blocks[1] = {};
  result.ping->cases[0].blocks[1].round = 1;
  result.ping->cases[0].blocks[1].error = "the server was killed";
  const std::string text = to_json(result);
  const Result read = parse_result(text, "r.json");
  EXPECT_EQ(to_json(read), text);
  ASSERT_TRUE(read.ping.has_value());
  EXPECT_EQ(read.ping->options, result.ping->options);
  EXPECT_EQ(read.ping->cases[2].blocks[3].times, result.ping->cases[2].blocks[3].times);
  EXPECT_EQ(read.ping->cases[3].cross_wakeups, 4);
}

TEST(Ping, ResultKeepsToItsSchema) {
  const std::string text = to_json(result_of(110));
  EXPECT_EQ(testing::schema_errors(
                text, std::string(SPLICEBENCH_RESULTS_DIR) + "/schemas/result.schema.json"),
            "");
}

TEST(Ping, DamagedHistogramIsRefused) {
  std::string text = to_json(result_of(110));
  const std::size_t counts = text.find("\"latency_counts\": [");
  const std::size_t first = text.find_first_of("0123456789", counts);
  text.insert(first, "1,");
  EXPECT_THROW(parse_result(text, "r.json"), UsageError);
}

TEST(Ping, TableHasARowPerModeAndNoColourUnlessAsked) {
  const Result result = result_of(110);
  const std::string text = ping_text(result, ping_verdict(result), false);
  for (const char* part : {"round trips of 1KiB", "floor:same-cpu", "floor:two-cpus", "generic",
                           "+10.", "20% [", "40% ["}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace splicebench
