#include "plots/data/text.h"

#include <gtest/gtest.h>

namespace splicebench {
namespace {

TEST(OneLine, ControlCharactersBecomeSpaces) {
  EXPECT_EQ(one_line("a\nb\tc\x7f"), "a b c ");
  EXPECT_EQ(one_line("a\u0085b\u202eb\u2028c\u2066d"), "a b b c d");
}

TEST(OneLine, BytesThatAreNoUtf8AreReplaced) {
  EXPECT_EQ(one_line("a\xff\xc0\xaf"), "a\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(one_line("\xe2\x82"), "\uFFFD\uFFFD");
  EXPECT_EQ(one_line("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(one_line("µ€😀"), "µ€😀");
}

TEST(Clip, CutsBetweenCharacters) {
  EXPECT_EQ(clip("µµµµ", 4), "µµµµ");
  EXPECT_EQ(clip("µµµµ", 3), "µµ…");
}

TEST(ClipMiddle, KeepsBothEnds) {
  EXPECT_EQ(clip_middle("tcp-to-tcp, µ-A.json", 17), "tcp-to-t…µ-A.json");
  EXPECT_EQ(clip_middle("µµµ", 3), "µµµ");
}

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

TEST(HtmlEscape, LeavesNoMarkup) {
  EXPECT_EQ(html_escape("<a href=\"x\" b='y'>&"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
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
