#include "plots/data/text.h"

#include <gtest/gtest.h>

namespace splicebench {
namespace {

TEST(ShortNames, AreTheFilesNamesOrWhatTellsThemApart) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(short_names({"/tmp/x/old.json", "new.json"}), (Names{"old.json", "new.json"}));
  EXPECT_EQ(short_names({"x/a/r.json", "x/b/r.json", "s.json"}),
            (Names{"a/r.json", "b/r.json", "s.json"}));
  EXPECT_EQ(short_names({"a/r.json", "r.json", "x/a/r.json"}),
            (Names{"a/r.json", "r.json", "x/a/r.json"}));
  EXPECT_EQ(short_names({"x/r.json", "x/r.json"}), (Names{"r.json", "r.json"}));
  EXPECT_EQ(short_names({"bar.json", "r.json"}), (Names{"bar.json", "r.json"}));
}

TEST(FillLines, BreaksBetweenWordsAndClipsLongOnes) {
  const std::vector<std::string> expected{"ab · cd", "ef", "abcdef…"};
  EXPECT_EQ(fill_lines({"ab", "", "cd", "ef", "abcdefgh"}, " · ", 7), expected);
}

TEST(WrapWords, KeepsEveryWord) {
  const std::vector<std::string> expected{"one two", "three"};
  EXPECT_EQ(wrap_words("one two three", 9), expected);
}

TEST(GnuplotQuote, DoublesQuotesAndLeavesTheRest) {
  EXPECT_EQ(gnuplot_quote("it's `x` \\n @y\n!z"), "'it''s `x` \\n @y !z'");
}

TEST(GnuplotQuote, LeavesNoQuoteWhereGnuplotWouldEndTheString) {
  EXPECT_EQ(gnuplot_quote("'a"), R"(''."'".'a')");
  EXPECT_EQ(gnuplot_quote("a''b"), R"('a'."''".'b')");
  EXPECT_EQ(gnuplot_quote("'"), R"(''."'".'')");
  EXPECT_EQ(gnuplot_quote("a'"), R"('a''')");
}

TEST(SizeLabel, HasANoBreakSpace) {
  EXPECT_EQ(size_label(65536), "64\u00A0KiB");
  EXPECT_EQ(size_label(1000), "1000\u00A0B");
}

TEST(InCommonCharacters, KeepsWhatEveryFontHasAndReplacesTheRest) {
  const std::string common = "set label 'Größe ± 5 µs · 10⁹ − Ωλ Ж €…'\n1 2\n";
  EXPECT_EQ(in_common_characters(common), common);
  EXPECT_EQ(in_common_characters("测试机.json 😀 हि"), "���.json � ��");
}

}  // namespace
}  // namespace splicebench
