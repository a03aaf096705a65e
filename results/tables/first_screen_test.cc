#include "results/tables/first_screen.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "results/tables/run_table.h"
#include "results/tables/screen/since_text.h"
#include "results/testing/synthetic.h"
#include "results/text/fold.h"

namespace splicebench {
namespace {

std::string screen_of(const Result& result, bool colour = false) {
  const Verdict verdict = verdict_of(result);
  return first_screen(result, verdict, recommend(result, verdict), "r.json", colour);
}

void expect_fits(const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  std::size_t count = 0;
  while (std::getline(lines, line)) {
    EXPECT_LE(shown_width(line), kScreenWidth) << line;
    ++count;
  }
  EXPECT_LE(count, kScreenLines) << text;
}

/// On what people measure nothing is cut in the middle of a word.
void expect_whole(const std::string& text) {
  expect_fits(text);
  EXPECT_EQ(text.find("…"), std::string::npos) << text;
}

Result made(std::size_t paths, std::size_t chunks, const std::vector<std::string>& modes,
            double ratio = 1.4, double noise = 0.02) {
  const std::vector<std::string> all{"tcp-to-tcp",   "unix-to-tcp", "tcp-to-file",
                                     "unix-to-file", "tcp-to-null", "unix-to-unix"};
  testing::Synthetic synthetic;
  synthetic.paths.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(paths));
  synthetic.chunks.clear();
  for (std::size_t i = 0; i < chunks; ++i) synthetic.chunks.push_back(std::int64_t{1024} << i);
  synthetic.modes = modes;
  // Splice is faster in large chunks and slower in the smallest.
  synthetic.sample = [&](const CaseId& id, std::int64_t round, testing::Random& random) {
    Sample sample = testing::Flat{1, noise}(id, round, random);
    if (id.mode.starts_with("splice")) sample.seconds /= id.chunk < 2048 ? 1 / ratio : ratio;
    return sample;
  };
  Result result = testing::make_result(synthetic);
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) sample.calls->in = sample.calls->out = 1000;
  }
  return result;
}

const std::vector<std::string> kThree{"generic", "generic:buffer=1MiB", "splice"};

TEST(FirstScreen, OfAnOlderResultSaysWhatChangedSince) {
  Result older = made(4, 11, kThree);
  older.environment.date = "2026-01-02T03:04:05+00:00";
  const auto since = [&](const Result& newer) {
    const Verdict verdict = verdict_of(newer);
    const std::string text =
        first_screen(newer, verdict, recommend(newer, verdict), "r.json", false, &older);
    expect_whole(text);
    return text.substr(text.find("Changed?"));
  };
  EXPECT_TRUE(since(older).starts_with(
      "Changed?  since 2026-01-02 03:04: of 132 cases none is told to have changed;\n"
      "          speed of whole paths, maybe the machine's: +0.0%\n"))
      << since(older);
  Result newer = older;
  for (CaseResult& one : newer.cases) {
    if (one.id.path != "tcp-to-file" || one.id.mode != "splice") continue;
    for (Sample& sample : one.samples) sample.seconds *= 1.25;
  }
  newer.environment.kernel = "Linux 9";
  const std::string text = since(newer);
  EXPECT_TRUE(
      text.starts_with("Changed?  since 2026-01-02 03:04: of 132 cases 11 slower (worst "
                       "-20.0%)"))
      << text;
  EXPECT_NE(text.find("kernel\n"), std::string::npos) << text;
  // What a whole path did is no claim, but is not passed over either.
  Result slower = older;
  for (CaseResult& one : slower.cases) {
    if (one.id.path != "tcp-to-file") continue;
    for (Sample& sample : one.samples) sample.seconds *= 1.25;
  }
  EXPECT_TRUE(since(slower).starts_with(
      "Changed?  since 2026-01-02 03:04: of 132 cases none is told to have changed;\n"
      "          speed of whole paths, maybe the machine's: -20.0% to +0.0%\n"))
      << since(slower);
  Result few = older;
  std::erase_if(few.cases, [](const CaseResult& one) { return one.id.chunk != 65536; });
  std::erase_if(few.cases, [](const CaseResult& one) { return one.id.path != "tcp-to-file"; });
  EXPECT_EQ(since_text(few, few),
            "since 2026-01-02 03:04: of 3 cases too few rows or rounds to tell a change");
  for (CaseResult& one : newer.cases) one.id.mode = "uring";
  EXPECT_TRUE(since_text(older, newer).starts_with("since 2026-01-02 03:04: no case is in both"));
}

TEST(FirstScreen, OfTheDefaultMatrixIsThis) {
  const std::string text = screen_of(made(4, 11, kThree));
  expect_fits(text);
  const std::string path =
      std::string(SPLICEBENCH_SOURCE_DIR) + "/results/testdata/first_screen.txt";
  if (std::getenv("SPLICEBENCH_UPDATE") != nullptr) std::ofstream(path) << text;
  std::ifstream file(path);
  std::ostringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(text, golden.str()) << "differs from " << path;
}

TEST(FirstScreen, FitsWhateverWasMeasured) {
  std::vector<std::string> peers = kThree;
  for (int i = 0; i < 15; ++i) peers.push_back("relay:haproxy-splice-number-" + std::to_string(i));
  expect_fits(screen_of(made(1, 1, peers)));
  expect_fits(screen_of(made(6, 1, peers)));
  expect_fits(screen_of(made(6, 20, peers)));
  expect_fits(screen_of(made(6, 20, kThree, 1.0, 0.4)));
  expect_fits(screen_of(made(1, 1, {"generic"})));
  expect_fits(screen_of(made(6, 11, {"generic", "splice" + std::string(500, 'x')})));
}

TEST(FirstScreen, FitsWithWarningsAndAFailedCase) {
  Result result = made(4, 11, kThree);
  for (Sample& sample : result.cases[3].samples)
    sample.error = "the reader was killed by signal 9 (Killed)";
  for (int i = 0; i < 9; ++i)
    result.warnings.push_back({"code" + std::to_string(i), std::string(300, 'w'), "advice"});
  const std::string text = screen_of(result);
  expect_fits(text);
  EXPECT_NE(text.find("samples failed"), std::string::npos) << text;
  EXPECT_NE(text.find("and 8 more, below the tables"), std::string::npos) << text;
}

const std::vector<std::string> kAllModes{"generic",
                                         "generic:buffer=1MiB",
                                         "generic:buffer=auto",
                                         "splice",
                                         "splice:pipe=64KiB",
                                         "sendfile",
                                         "uring",
                                         "uring:bundle",
                                         "sockmap",
                                         "uring:zerocopy",
                                         "uring:splice",
                                         "splice:more",
                                         "sendfile:chunk=1MiB",
                                         "sockmap:peek"};

TEST(FirstScreen, OfWhatPeopleMeasureIsWhole) {
  std::vector<std::string> peers{"generic", "generic:buffer=16KiB", "generic:buffer=1MiB",
                                 "splice:pipe=64KiB", "splice"};
  for (const char* name : {"haproxy-copy", "haproxy-copy-1m", "haproxy-splice", "haproxy-splice-1m",
                           "splicebench-generic-16k", "splicebench-generic-1m",
                           "splicebench-splice-64k", "splicebench-splice-1m", "socat", "nginx"})
    peers.push_back(std::string("relay:") + name);
  expect_whole(screen_of(made(4, 11, kThree)));
  expect_whole(screen_of(made(1, 1, peers)));
  expect_whole(screen_of(made(4, 11, kAllModes)));
  expect_whole(screen_of(made(4, 11, kThree, 1.05, 0.5)));
}

TEST(FirstScreen, OfSeveralConditionsIsWhole) {
  Result result = made(2, 11, kThree);
  std::vector<CaseResult> twice;
  for (std::size_t i = 0; i < result.cases.size(); i += kThree.size()) {
    for (const char* congestion : {"cubic", "bbr"}) {
      for (std::size_t mode = 0; mode < kThree.size(); ++mode) {
        CaseResult one = result.cases[i + mode];
        one.id.conditions[ConditionKind::congestion] = {congestion, congestion[0] == 'c'};
        // Under bbr splice is the slower one.
        if (congestion[0] == 'b' && one.id.mode == "splice") {
          for (Sample& sample : one.samples) sample.seconds *= 3;
        }
        twice.push_back(std::move(one));
      }
    }
  }
  result.cases = std::move(twice);
  result.conditions.push_back({ConditionKind::congestion, "bbr", false, "bbr", {}});
  const std::string text = screen_of(result);
  expect_whole(text);
  EXPECT_NE(text.find("control cubic, bbr"), std::string::npos) << text;
  EXPECT_NE(text.find("maybe from 2KiB on: it depends on the conditions"), std::string::npos)
      << text;
}

TEST(FirstScreen, OfAFailedCaseSaysSoAndIsWhole) {
  Result result = made(4, 11, kThree);
  for (Sample& sample : result.cases[3].samples)
    sample.error = "the reader was killed by signal 9 (Killed)";
  const std::string text = screen_of(result);
  expect_whole(text);
  EXPECT_NE(text.find("20 of 2640 samples gave no figure"), std::string::npos) << text;
}

TEST(FirstScreen, HasEveryAnswerOfAPath) {
  Result result = made(1, 11, kThree);
  // Every second chunk the other way round.
  for (CaseResult& one : result.cases) {
    if (one.id.mode != "splice" || std::countr_zero(static_cast<std::uint64_t>(one.id.chunk)) % 2)
      continue;
    for (Sample& sample : one.samples) sample.seconds *= 2;
  }
  const std::string text = screen_of(result);
  expect_whole(text);
  EXPECT_NE(text.find("YES    2K, 8K, 32K, 128K, 512K: splice; no 1K, 4K, 16K, 64K, 256K,\n"),
            std::string::npos)
      << text;
}

TEST(FirstScreen, SetsTheFastestAgainstTheFloor) {
  std::vector<std::string> modes = kThree;
  modes.emplace_back("direct");
  Result result = made(2, 11, modes);
  for (CaseResult& one : result.cases) {
    if (one.id.mode != "direct") continue;
    for (Sample& sample : one.samples) sample.seconds /= 4, sample.calls.reset();
  }
  const Result without = made(2, 11, kThree);
  const std::string text = screen_of(result);
  expect_whole(text);
  EXPECT_NE(text.find("  % of floor   25   35   35"), std::string::npos) << text;
  EXPECT_EQ(text.find("direct"), std::string::npos) << text;
  const Verdict verdict = verdict_of(result);
  EXPECT_EQ(verdict.comparisons, verdict_of(without).comparisons) << "it is in no claim";
  EXPECT_NE(run_text(result, verdict, false, 0).find("(35% of floor)"), std::string::npos);
  const Result alone = made(1, 1, {"direct", "generic", "splice"});
  EXPECT_EQ(verdict_of(alone).baseline, "generic");
  expect_whole(screen_of(made(2, 1, modes)));
}

TEST(FirstScreen, ShowsNothingThatATerminalWouldObey) {
  Result result = made(1, 2, {"generic", "splice\x1b[2J"});
  result.options.paths = {"tcp-to-tcp"};
  result.environment.kernel = "\x1b[31mLinux\n\n\n";
  result.warnings.push_back({"c\x1b[2J", "a\nb", "\x07"});
  const std::string text = screen_of(result);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  expect_fits(text);
}

TEST(FirstScreen, IsColouredOnlyWhenAsked) {
  const Result result = made(1, 2, kThree);
  EXPECT_EQ(screen_of(result).find('\x1b'), std::string::npos);
  EXPECT_NE(screen_of(result, true).find("\x1b[32mYES"), std::string::npos);
  expect_fits(screen_of(result, true));
}

TEST(RunMarkdown, HasTheAnswerFirstAndEveryCaseBelow) {
  const Result result = made(2, 2, kThree);
  const Verdict verdict = verdict_of(result);
  const std::string text = run_markdown(result, verdict, recommend(result, verdict));
  EXPECT_TRUE(text.starts_with("### splicebench: better than generic?\n\n| path |")) << text;
  EXPECT_NE(text.find("| tcp-to-tcp | **YES** | at 2KiB: splice"), std::string::npos) << text;
  EXPECT_NE(text.find("| tcp-to-tcp | 2KiB | splice | 1.4"), std::string::npos) << text;
}

}  // namespace
}  // namespace splicebench
