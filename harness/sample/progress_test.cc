#include "harness/sample/progress.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "results/text/unicode.h"

namespace splicebench {
namespace {

struct Screen {
  std::string text;
  double now = 0;

  Progress progress(Progress::Style style) {
    return Progress(
        style, [this](const std::string& part) { text += part; }, [this] { return now; }, 60);
  }
};

TEST(Progress, OnATerminalIsOneLineThatIsWipedAtTheEnd) {
  Screen screen;
  Progress progress = screen.progress(Progress::Style::live);
  progress.begin("measuring", 10);
  for (int i = 0; i < 10; ++i) {
    progress.step("tcp-to-tcp 1KiB splice");
    screen.now += 2;
  }
  progress.end();
  EXPECT_EQ(screen.text.find('\n'), std::string::npos);
  EXPECT_NE(screen.text.find("[ 50%] measuring 6/10  10 s left"), std::string::npos) << screen.text;
  EXPECT_EQ(screen.text.substr(screen.text.size() - 4), "\r\x1b[K");
}

TEST(Progress, OfAPlanShowsTimeLeftAndHowManyRowsAreThere) {
  Screen screen;
  Progress progress = screen.progress(Progress::Style::live);
  screen.now = 50;
  progress.begin_until("measuring", 150);
  screen.now = 75;
  progress.note("7 of 44 rows within 3%");
  progress.step("case");
  EXPECT_NE(screen.text.find("[ 25%] measuring 7 of 44 rows within 3%  1:15 left"),
            std::string::npos)
      << screen.text;
  screen.now = 160;
  progress.step("case");
  EXPECT_NE(screen.text.find("[100%] measuring 7 of 44 rows within 3%  0 s left"),
            std::string::npos)
      << screen.text;
}

TEST(Progress, ElsewhereIsAPlainLineEveryTenSeconds) {
  Screen screen;
  Progress progress = screen.progress(Progress::Style::plain);
  progress.begin("measuring", 100);
  for (int i = 0; i < 100; ++i) {
    progress.step("case");
    screen.now += 0.5;
  }
  progress.end();
  EXPECT_EQ(std::count(screen.text.begin(), screen.text.end(), '\n'), 4);
  EXPECT_EQ(screen.text.find('\x1b'), std::string::npos);
}

TEST(Progress, NeverExceedsTheTerminal) {
  Screen screen;
  Progress progress = screen.progress(Progress::Style::live);
  progress.begin("measuring", 10);
  progress.step(std::string(500, 'x'));
  EXPECT_LE(rune_count(screen.text), 60U + 4);
}

TEST(Progress, ShowsNothingThatATerminalWouldObey) {
  for (const Progress::Style style : {Progress::Style::live, Progress::Style::plain}) {
    Screen screen;
    Progress progress = screen.progress(style);
    progress.begin("measuring", 10);
    screen.now = 60;
    progress.step("tcp\x1b[2J\u009b1A\nsplice");
    EXPECT_NE(screen.text.find("tcp [2J 1A splice"), std::string::npos) << screen.text;
  }
}

TEST(FormatDuration, IsShort) {
  EXPECT_EQ(format_duration(0.2), "1 s");
  EXPECT_EQ(format_duration(59), "59 s");
  EXPECT_EQ(format_duration(123), "2:03");
  EXPECT_EQ(format_duration(3723), "1:02:03");
}

}  // namespace
}  // namespace splicebench
