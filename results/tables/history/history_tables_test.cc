#include "results/tables/history/history_tables.h"

#include <gtest/gtest.h>

#include <sstream>

#include "results/json/history/history_json.h"
#include "results/tables/screen/titled.h"
#include "results/testing/histories.h"
#include "results/testing/schema_check.h"
#include "results/testing/testdata.h"
#include "results/text/fold.h"

namespace splicebench {
namespace {

using testing::days;
using testing::slower_splice;

History slower(int count, int at) {
  return history_of(
      days(count, [=](const CaseId& id, int day) { return slower_splice(id, day, at); }), false);
}

void expect_screen(const std::string& text) {
  std::istringstream lines(text);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    EXPECT_LE(shown_width(line), kScreenWidth) << line;
  EXPECT_LE(count, kScreenLines) << text;
}

TEST(HistoryScreen, SaysWhatChangedSinceWhen) {
  const std::string text = history_screen(slower(12, 8), false);
  expect_screen(text);
  EXPECT_NE(text.find("Measured  12 results, 2026-01-01 06:00 to 2026-01-12 06:00; 6 cases;"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  since 2026-01-09 06:00, day09.json\n    worse   throughput"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("tcp-to-tcp splice from 16KiB on"), std::string::npos) << text;
}

TEST(HistoryScreen, OfFewResultsSaysHowManyItTakes) {
  const std::string text = history_screen(slower(4, 2), false);
  expect_screen(text);
  EXPECT_NE(text.find("4 results cannot show a change that holds, 8 can"), std::string::npos)
      << text;
}

TEST(HistoryScreen, FitsWhateverChanged) {
  std::vector<HistoryInput> inputs = days(
      100, [](const CaseId& id, int day) { return id.mode == "splice" && day / 20 % 2 ? 0.5 : 1; });
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    inputs[i].result.environment.date = fmt::format("{}-01-01T00:00:00+00:00", 2000 + i);
    inputs[i].result.environment.kernel = fmt::format("Linux 6.{} x86_64", i);
    inputs[i].file = std::string(200, 'x') + inputs[i].file + "\x1b[2J";
    for (Point& one : inputs[i].points) one.id.mode += std::string(90, 'm');
  }
  const History history = history_of(std::move(inputs), true);
  expect_screen(history_screen(history, false));
  expect_screen(history_screen(history, true));
  EXPECT_EQ(history_screen(history, false).find('\x1b'), std::string::npos);
  std::istringstream lines(history_details(history, false, kScreenWidth));
  for (std::string line; std::getline(lines, line);)
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
}

TEST(HistoryDetails, HaveEveryCaseInTheWidthOfTheTerminal) {
  const std::string text = history_details(slower(12, 8), false, 80);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(shown_width(line), kScreenWidth) << line;
  EXPECT_NE(text.find("\ntcp-to-tcp: relay-cpu (s/GB), lower is better\n"), std::string::npos);
  EXPECT_NE(text.find("% 2026-01-09\n"), std::string::npos) << text;
}

TEST(HistoryFormats, HaveEveryFigure) {
  const History history = slower(12, 8);
  EXPECT_EQ(
      testing::schema_errors(history_json(history), results_path("schemas/history.schema.json")),
      "");
  const std::vector<std::string> records = split(history_csv(history), '\n');
  ASSERT_EQ(records.size(), 1U + 12 * 6 * 3 + 1);
  EXPECT_TRUE(
      records[1].starts_with("day01.json,2026-01-01T06:00:00+00:00,Splice/tcp-to-tcp/1024/"
                             "mode=generic,tcp-to-tcp,1024,generic,throughput,B/s,,"))
      << records[1];
  const std::string markdown = history_markdown(history);
  EXPECT_NE(markdown.find("| 2026-01-09 06:00 | day09.json | tcp-to-tcp | splice | from 16KiB on | "
                          "throughput | -"),
            std::string::npos)
      << markdown;
}

TEST(HistoryFormats, OfTwoStatesHaveBoth) {
  std::vector<HistoryInput> inputs = days(
      2, [](const CaseId&, int) { return 1; }, "throughput");
  Point high = inputs[0].points[0];
  inputs[0].points[0].state = "low";
  high.state = "high";
  high.summary.centre *= 2;
  inputs[0].points.insert(inputs[0].points.begin() + 1, high);
  const History history = history_of(std::move(inputs), false);
  EXPECT_EQ(
      testing::schema_errors(history_json(history), results_path("schemas/history.schema.json")),
      "");
  EXPECT_EQ(split(history_csv(history), '\n').size(), 1U + 2 * 6 + 1 + 1);
  EXPECT_NE(history_details(history, false, 80).find(" | "), std::string::npos);
}

}  // namespace
}  // namespace splicebench
