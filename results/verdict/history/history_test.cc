#include "results/verdict/history/history.h"

#include <gtest/gtest.h>

#include "results/testing/histories.h"
#include "results/testing/testdata.h"

namespace splicebench {
namespace {

using testing::days;
using testing::slower_splice;

std::vector<HistoryInput> flat_days(int count) {
  return days(count, [](const CaseId&, int) { return 1; });
}

std::string refusal(std::vector<HistoryInput> inputs, bool across = false) {
  return usage_error_of([&] { history_of(std::move(inputs), across); });
}

TEST(History, HasTheChangesOfEachCaseWithTheLevelsOnEitherSide) {
  const History history = history_of(
      days(
          12, [](const CaseId& id, int day) { return slower_splice(id, day, 8); }, "throughput"),
      false);
  ASSERT_EQ(history.series.size(), 6U);
  EXPECT_EQ(history.cases, 6U);
  for (const HistorySeries& one : history.series) {
    if (one.id.mode == "generic" || one.id.chunk == 1024) {
      EXPECT_TRUE(one.changes.empty()) << one.name;
      continue;
    }
    ASSERT_EQ(one.changes.size(), 1U) << one.name;
    const HistoryChange& change = one.changes.front();
    EXPECT_EQ(change.run, 8U);
    EXPECT_FALSE(change.better);
    EXPECT_NEAR(change.ratio, 0.9, 0.02);
    EXPECT_NEAR(change.before, 1.2e9, 0.03e9);
    EXPECT_NEAR(change.after, 1.08e9, 0.03e9);
    EXPECT_LE(change.p, 0.05);
  }
}

TEST(History, OfCpuIsBetterWhereItIsLess) {
  std::vector<HistoryInput> inputs;
  const History history = history_of(
      days(
          12, [](const CaseId& id, int day) { return slower_splice(id, day, 8); }, "relay-cpu"),
      false);
  // The synthetic relay is busy all the time: slower is dearer.
  for (const HistorySeries& one : history.series) {
    for (const HistoryChange& change : one.changes) {
      EXPECT_GT(change.ratio, 1);
      EXPECT_FALSE(change.better);
    }
  }
}

TEST(History, IsInOrderOfDateWhateverTheOrderOfTheFiles) {
  std::vector<HistoryInput> inputs = flat_days(3);
  inputs[0].result.environment.date = "2026-01-03T00:30:00+02:00";  // 22:30 of the second
  std::swap(inputs[1], inputs[2]);
  const History history = history_of(std::move(inputs), false);
  EXPECT_EQ(history.runs[0].file, "day02.json");
  EXPECT_EQ(history.runs[1].file, "day01.json");
  EXPECT_EQ(history.runs[2].file, "day03.json");
}

TEST(History, RefusesWhatIsNoHistory) {
  EXPECT_EQ(refusal(flat_days(1)),
            "history: one result, day01.json, shows no trend; a trend takes two results or more");
  std::vector<HistoryInput> twice = flat_days(2);
  twice[1].result.environment.date = twice[0].result.environment.date;
  EXPECT_EQ(refusal(std::move(twice)),
            "day01.json and day02.json have the same date, 2026-01-01T06:00:00+00:00: give each "
            "result once");
  for (const char* date : {"", "yesterday", "2026-13-01T00:00:00+00:00", "2026-01-01T00:00:00Z",
                           "2026-01-01T25:00:00+00:00"}) {
    std::vector<HistoryInput> odd = flat_days(2);
    odd[1].result.environment.date = date;
    EXPECT_NE(refusal(std::move(odd)).find("day02.json: its date is '"), std::string::npos) << date;
  }
  std::vector<HistoryInput> kinds = flat_days(2);
  kinds[1].result.ping.emplace();
  EXPECT_EQ(refusal(std::move(kinds), true),
            "day02.json holds round trips and day01.json throughput; give results of one kind");
}

TEST(History, RefusesToMixWhatDecidesFiguresAndSaysWhatDiffers) {
  std::vector<HistoryInput> inputs = flat_days(3);
  inputs[2].result.environment.kernel = "Linux 6.2.0 x86_64";
  inputs[2].result.conditions[1].text = "reno";
  inputs[1].result.environment.sysctls["fs/pipe-max-size"] = "65536";
  const std::string why = refusal(inputs);
  EXPECT_NE(why.find("fs/pipe-max-size (1048576 in day01.json, 65536 in day02.json)"),
            std::string::npos)
      << why;
  EXPECT_NE(why.find("kernel (Linux 6.1.0 x86_64 in day01.json, Linux 6.2.0 x86_64 in day03.json)"),
            std::string::npos)
      << why;
  EXPECT_NE(why.find("congestion (cubic in day01.json, reno in day03.json)"), std::string::npos);
  EXPECT_NE(why.find("--across"), std::string::npos);
  const History mixed = history_of(std::move(inputs), true);
  EXPECT_EQ(mixed.runs[1].news, std::vector<std::string>{"fs/pipe-max-size: 1048576 -> 65536"});
  ASSERT_EQ(mixed.runs[2].news.size(), 3U);
  EXPECT_EQ(mixed.runs[2].news[0], "kernel: Linux 6.1.0 x86_64 -> Linux 6.2.0 x86_64");
}

TEST(History, TakesTwoStatesForNoFigure) {
  std::vector<HistoryInput> inputs = flat_days(3);
  Result result = testing::make_result({});
  for (Sample& sample : result.cases[0].samples) sample.seconds *= sample.round % 5 < 2 ? 2 : 1;
  result.environment.date = "2026-01-02T00:00:00+00:00";
  inputs[1] = history_input("two.json", std::move(result), "throughput");
  const History history = history_of(std::move(inputs), false);
  const HistorySeries& series = history.series.front();
  ASSERT_TRUE(series.points[1].has_value());
  ASSERT_TRUE(series.points[1]->high.has_value());
  EXPECT_NEAR(series.points[1]->high->centre / series.points[1]->summary.centre, 2, 0.1);
  EXPECT_TRUE(figure_of(series, 0).has_value());
  EXPECT_FALSE(figure_of(series, 1).has_value());
}

TEST(History, OfAPathAndModeIsTheMeanOfTheChunksThatEveryResultHas) {
  std::vector<HistoryInput> inputs = days(
      3, [](const CaseId&, int day) { return day == 2 ? 2 : 1; }, "throughput");
  std::erase_if(inputs[1].points, [](const Point& one) { return one.id.chunk == 1024; });
  const History history = history_of(std::move(inputs), false);
  const std::vector<CommonTrend> trends = common_trends(history);
  ASSERT_EQ(trends.size(), 2U);
  EXPECT_EQ(trends[0].mode, "generic");
  EXPECT_EQ(trends[0].series, 2U);
  EXPECT_EQ(trends[0].all, 3U);
  EXPECT_NEAR(trends[0].figures[0], 1e9, 0.05e9);
  EXPECT_NEAR(trends[0].figures[2] / trends[0].figures[0], 2, 0.1);
}

}  // namespace
}  // namespace splicebench
