#include "plots/page/history/history_page.h"

#include <gtest/gtest.h>

#include "plots/testing/count.h"
#include "results/testing/histories.h"

namespace splicebench {
namespace {

History with_a_change(const std::string& mode = "splice") {
  std::vector<HistoryInput> inputs = testing::days(
      10, [](const CaseId& id, int day) { return testing::slower_splice(id, day, 5); });
  for (HistoryInput& one : inputs) {
    for (Point& point : one.points) {
      if (point.id.mode == "splice") point.id.mode = mode;
    }
    one.result.options.modes[1] = mode;
  }
  return history_of(std::move(inputs), false);
}

TEST(HistoryPicture, HasAPanelPerPathAndForEachRowThatChangedWithARingThere) {
  const std::string svg = history_picture(with_a_change());
  EXPECT_NE(svg.find(kHistoryPictureMark), std::string::npos);
  EXPECT_EQ(testing::count_of(svg, "class=\"panel\""), 1U + 2U);
  EXPECT_EQ(testing::count_of(svg, "class=\"ring m1\""), 2U);
  // One point per result and line.
  EXPECT_EQ(testing::count_of(svg, "<circle "), 3U * 2U * 10U);
  EXPECT_NE(svg.find("throughput, in % of the first of 10 results"), std::string::npos);
  EXPECT_NE(svg.find(">2026-01-01</text>"), std::string::npos);
  EXPECT_NE(svg.find("prefers-color-scheme: dark"), std::string::npos);
}

TEST(HistoryPicture, IsNarrowWithPanelsBelowEachOther) {
  const std::string svg = history_picture(with_a_change(), Room::kNarrow);
  EXPECT_NE(svg.find("width=\"400\""), std::string::npos);
  EXPECT_EQ(testing::count_of(svg, "class=\"panel\""), 1U + 2U);
  EXPECT_EQ(svg.find("<text x=\"505.0\""), std::string::npos);
}

TEST(HistoryPage, HasChangesPictureAndCases) {
  const std::string page = history_page(with_a_change());
  EXPECT_NE(page.find(kHistoryPageMark), std::string::npos);
  EXPECT_NE(page.find("<img class=\"plot\""), std::string::npos);
  EXPECT_NE(page.find("<source media=\"(max-width: 700px)\""), std::string::npos);
  EXPECT_EQ(page.find("with it"), std::string::npos) << "nothing else changed";
  EXPECT_NE(page.find("from 16KiB on"), std::string::npos);
  EXPECT_NE(page.find("day06.json"), std::string::npos);
  EXPECT_EQ(page.find("<script"), std::string::npos);
}

TEST(HistoryPage, TakesNoTextForMarkup) {
  const History history = with_a_change("<b>splice</b>\"'&");
  for (const std::string& text : {history_page(history), history_picture(history)}) {
    EXPECT_EQ(text.find("<b>"), std::string::npos);
    EXPECT_NE(text.find("&lt;b&gt;"), std::string::npos);
  }
}

}  // namespace
}  // namespace splicebench
