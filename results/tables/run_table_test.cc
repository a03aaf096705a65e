#include "results/tables/run_table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

/// Compares with results/testdata/NAME; SPLICEBENCH_UPDATE=1 writes it anew, for a person to look
/// at.
void expect_golden(const std::string& text, const std::string& name) {
  const std::string path = std::string(SPLICEBENCH_SOURCE_DIR) + "/results/testdata/" + name;
  if (std::getenv("SPLICEBENCH_UPDATE") != nullptr) std::ofstream(path) << text;
  std::ifstream file(path);
  std::ostringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(text, golden.str()) << "differs from " << path;
}

Result two_paths() {
  testing::Synthetic synthetic;
  synthetic.paths = {"tcp-to-tcp", "unix-to-file"};
  synthetic.chunks = {1024, 65536, 1048576};
  return testing::make_result(synthetic);
}

TEST(RunTable, OfTwoPaths) {
  const Result result = two_paths();
  expect_golden(run_text(result, verdict_of(result), false), "run_two_paths.txt");
}

TEST(RunTable, OfThreeModesWithAFailedCaseHasALineForEach) {
  testing::Synthetic synthetic;
  synthetic.modes = {"generic", "splice", "generic:buffer=1MiB"};
  Result result = testing::make_result(synthetic);
  for (Sample& sample : result.cases[1].samples)
    sample.error = "the reader was killed by signal 9 (Killed)";
  expect_golden(run_text(result, verdict_of(result), false), "run_three_modes.txt");
}

TEST(RunTable, SaysBelowAPathWhyACaseIsSlow) {
  Result result = two_paths();
  for (CaseResult& one : result.cases) {
    const bool slow =
        one.id.path == "tcp-to-tcp" && one.id.chunk == 65536 && one.id.mode == "splice";
    for (Sample& sample : one.samples) {
      sample.voluntary_switches = sample.bytes / (slow ? 100000 : 10000000);
      if (slow) sample.seconds *= 3;
    }
  }
  const std::string text = run_text(result, verdict_of(result), false);
  const std::size_t at =
      text.find("why 64KiB splice is slower than generic: the relay sleeps 10000 times per GB (");
  EXPECT_NE(at, std::string::npos) << text;
  EXPECT_LT(at, text.find("unix-to-file"));
}

TEST(RunTable, OfOneRoundSaysHowManyItNeeds) {
  testing::Synthetic synthetic;
  synthetic.rounds = 1;
  const Result result = testing::make_result(synthetic);
  expect_golden(run_text(result, verdict_of(result), false), "run_one_round.txt");
}

TEST(RunTable, OfOneRowCorrectsOverItsMetrics) {
  testing::Synthetic synthetic;
  synthetic.chunks = {1024};
  const Result result = testing::make_result(synthetic);
  const std::string text = run_text(result, verdict_of(result), false);
  EXPECT_NE(text.find("significant at 0.05 over all 3 comparisons of the run (Holm)."),
            std::string::npos)
      << text;
}

TEST(RunTable, ShowsNothingOfAFileThatATerminalWouldObey) {
  testing::Synthetic synthetic;
  const std::string long_name = "splice" + std::string(900'000, 'x');
  synthetic.modes = {"generic", long_name};
  Result result = testing::make_result(synthetic);
  result.warnings.push_back({"code\x1b[2J", "text\a", "advice\u202e"});
  const std::string text = run_text(result, verdict_of(result), false);
  EXPECT_LT(text.size(), 20'000U);
  EXPECT_NE(text.find("warning: code [2J: text ; advice \n"), std::string::npos) << text;
}

TEST(RunTable, IsColouredOnlyWhenAsked) {
  const Result result = two_paths();
  EXPECT_EQ(run_text(result, verdict_of(result), false).find('\x1b'), std::string::npos);
  EXPECT_NE(run_text(result, verdict_of(result), true).find("\x1b[32m+"), std::string::npos);
}

}  // namespace
}  // namespace splicebench
