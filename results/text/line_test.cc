#include "results/text/line.h"

#include <gtest/gtest.h>

#include "results/text/paint.h"
#include "results/text/unicode.h"

namespace splicebench {
namespace {

using namespace std::string_view_literals;

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

TEST(SentenceLine, StaysShortWhateverItTells) {
  const std::string sentence = "mode " + std::string(900'000, 'x') + ": refused";
  EXPECT_EQ(rune_count(sentence_line(sentence)), 2000U);
  EXPECT_TRUE(sentence_line(sentence).starts_with("mode xxx"));
  EXPECT_TRUE(sentence_line(sentence).ends_with("xxx: refused"));
  EXPECT_EQ(sentence_line("a\x1b[2J\ab\0c"sv), "a [2J b c");
}

TEST(TerminalText, HasAsManyCharactersAndNoneThatActs) {
  const std::string_view text = "a\x1b[2Jb\u009bc\ad\u202ee\0f\tg\xffh\n2\r\n"sv;
  const std::string shown = terminal_text(text, false);
  EXPECT_EQ(shown, "a [2Jb c d e f g\uFFFDh\n2 \n");
  EXPECT_EQ(rune_count(shown), rune_count(text));
}

TEST(TerminalText, KeepsOurColoursAndNoOtherCodes) {
  const std::string painted = Paint(true).bold("a") + Paint(true).bad("b");
  EXPECT_EQ(terminal_text(painted, true), painted);
  EXPECT_EQ(terminal_text(painted, false), " [1ma [0m [31mb [0m");
  EXPECT_EQ(terminal_text("\x1b[8ma\x1b[1A", true), " [8ma [1A");
}

TEST(HtmlEscape, LeavesNoMarkup) {
  EXPECT_EQ(html_escape("<a href=\"x\" b='y'>&"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
}

TEST(Counted, HasAPluralUnlessItIsOne) {
  EXPECT_EQ(counted(0, "round"), "0 rounds");
  EXPECT_EQ(counted(1, "round"), "1 round");
}

}  // namespace
}  // namespace splicebench
