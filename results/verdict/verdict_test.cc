#include "results/verdict/verdict.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "results/testing/synthetic.h"
#include "results/verdict/warnings.h"

namespace splicebench {
namespace {

bool has_warning(const Verdict& verdict, const std::string& code) {
  return std::any_of(verdict.warnings.begin(), verdict.warnings.end(),
                     [&](const Warning& warning) { return warning.code == code; });
}

TEST(Verdict, SaysFasterAtEveryChunkWhenItIs) {
  testing::Synthetic synthetic;
  synthetic.sample = testing::Flat{1.2};
  const Verdict verdict = verdict_of(testing::make_result(synthetic));
  ASSERT_EQ(verdict.paths.size(), 1U);
  const std::string& sentence = verdict.paths[0].sentences.at(0);
  EXPECT_EQ(sentence.substr(0, 47), "splice against generic: faster at every chunk (") << sentence;
  EXPECT_NE(sentence.find("relay CPU per GB lower at every chunk ("), std::string::npos)
      << sentence;
}

TEST(Verdict, SaysHowLargeADifferenceWouldHaveBeenSeen) {
  testing::Synthetic synthetic;
  synthetic.sample = testing::Flat{1.0, 0.1};
  const Verdict verdict = verdict_of(testing::make_result(synthetic));
  const std::string& sentence = verdict.paths[0].sentences.at(0);
  EXPECT_NE(sentence.find("no difference in throughput could be seen at any chunk; one of "),
            std::string::npos)
      << sentence;
}

/// Splice is in turn so much faster and slower than generic.
std::string sentence_of_apart(double factor) {
  Result result = testing::make_result({});
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) {
      if (one.id.mode == "splice") sample.seconds *= sample.round % 2 == 0 ? factor : 1 / factor;
    }
  }
  return verdict_of(result).paths[0].sentences.at(0);
}

TEST(Verdict, TellsOfLargeDifferencesAsFactors) {
  const std::string some = sentence_of_apart(2);
  EXPECT_NE(some.find("at any chunk; one by a factor of "), std::string::npos) << some;
  const std::string any = sentence_of_apart(50);
  EXPECT_NE(any.find("at any chunk; one by a factor of 10 might not have been"), std::string::npos)
      << any;
}

TEST(Verdict, NamesTheCrossover) {
  Result result = testing::make_result({});
  testing::Synthetic slower;
  slower.sample = testing::Flat{0.8};
  const Result other = testing::make_result(slower);
  for (CaseResult& one : result.cases) {
    if (one.id.chunk != 1024) continue;
    for (const CaseResult& replacement : other.cases) {
      if (replacement.id == one.id) one.samples = replacement.samples;
    }
  }
  const std::string sentence = verdict_of(result).paths[0].sentences.at(0);
  EXPECT_NE(sentence.find("slower at 1KiB (-20%), faster at 64KiB (+20%)"), std::string::npos)
      << sentence;
}

TEST(Verdict, AsksForRoundsInsteadOfSayingNothing) {
  testing::Synthetic few;
  few.rounds = 3;
  const Verdict verdict = verdict_of(testing::make_result(few));
  EXPECT_EQ(verdict.rounds_needed, 8);  // 2 rows of 3 metrics: 2^(1-8) <= 0.05 / 6
  EXPECT_NE(verdict.paths[0].sentences.at(0).find("at least 8 (--rounds)"), std::string::npos);
  EXPECT_TRUE(has_warning(verdict, "rounds"));
}

TEST(Verdict, SaysNothingOfAModeThatHasNoCaseOnThePath) {
  Result result = testing::make_result({});
  result.options.paths.push_back("tcp-to-file");
  CaseResult file = result.cases.front();
  file.id.path = "tcp-to-file";
  result.cases.push_back(file);
  const Verdict verdict = verdict_of(result);
  ASSERT_EQ(verdict.paths.size(), 2U);
  EXPECT_EQ(verdict.paths[0].sentences.size(), 1U);
  EXPECT_EQ(verdict.paths[1].sentences.size(), 0U);
}

TEST(Warnings, OfUnequalBytesPerCallAreNoneWhereAModeOfThatSizeIsBeside) {
  testing::Synthetic synthetic;
  synthetic.modes = {"generic", "splice", "splice:pipe=1MiB"};  // both move 256 KiB per call
  EXPECT_FALSE(has_warning(verdict_of(testing::make_result(synthetic)), "bytes-per-call"));
}

/// Splice at 64 KiB is at half its speed in two rounds of five.
Result with_states() {
  Result result = testing::make_result({});
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) {
      if (one.id.mode == "splice" && one.id.chunk == 65536 && sample.round % 5 < 2)
        sample.seconds *= 2;
    }
  }
  return result;
}

TEST(Verdict, TellsTwoStatesAndNoRatioBetweenThem) {
  const Verdict verdict = verdict_of(with_states());
  const std::string& sentence = verdict.paths[0].sentences.at(0);
  EXPECT_NE(sentence.find("two states of splice, GB/s: 0.59"), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("(40% | 60%) at 64KiB"), std::string::npos) << sentence;
  const CaseSummary& summary = *verdict.rows[1].modes[1].throughput;
  ASSERT_TRUE(summary.states);
  EXPECT_TRUE(verdict.rows[1].throughput[0].two_states);
  EXPECT_FALSE(verdict.rows[0].throughput[0].two_states);
  EXPECT_FALSE(verdict.rows[1].relay_cpu[0].two_states) << "a microsecond's cost is the same";
}

TEST(Warnings, OfCasesThatDriftWithinTheirSamples) {
  Result result = testing::make_result({});
  for (Sample& sample : result.cases[0].samples) {
    for (int eighth = 1; eighth <= 8; ++eighth)
      sample.marks.push_back(sample.seconds *
                             (eighth <= 4 ? eighth * 0.15 : 0.6 + (eighth - 4) * 0.1));
  }
  const Verdict verdict = verdict_of(result);
  const auto found = std::find_if(verdict.warnings.begin(), verdict.warnings.end(),
                                  [](const Warning& one) { return one.code == "unsettled"; });
  ASSERT_NE(found, verdict.warnings.end());
  EXPECT_NE(found->text.find("1 case"), std::string::npos) << found->text;
  EXPECT_NE(found->text.find("+50%"), std::string::npos) << found->text;
  EXPECT_FALSE(has_warning(verdict_of(testing::make_result({})), "unsettled"));
}

TEST(Verdict, OfSeveralConditionsSpeaksOfEachByItself) {
  Result result = testing::make_result({});
  const std::size_t cases = result.cases.size();
  for (std::size_t i = 0; i < cases; ++i) {
    CaseResult other = result.cases[i];
    other.id.conditions[ConditionKind::congestion] = {"bbr", false};
    other.relay_congestion = "cubic";
    result.cases.push_back(std::move(other));
  }
  const Verdict verdict = verdict_of(result);
  ASSERT_EQ(verdict.paths.size(), 2U);
  EXPECT_EQ(verdict.paths[1].path, "tcp-to-tcp, congestion=bbr");
  EXPECT_EQ(verdict.rows.size(), 4U);
  for (const VerdictRow& row : verdict.rows) {
    EXPECT_EQ(row.modes.size(), 2U);
    EXPECT_EQ(row.throughput.size(), 1U);
  }
  const auto warned =
      std::find_if(verdict.warnings.begin(), verdict.warnings.end(),
                   [](const Warning& warning) { return warning.code == "relay-congestion"; });
  ASSERT_NE(warned, verdict.warnings.end());
  EXPECT_NE(warned->text.find("in 4 cases, the first: tcp-to-tcp, congestion=bbr 1KiB generic, "
                              "cubic where the row has bbr"),
            std::string::npos)
      << warned->text;
}

/// Every sample's writer, relay and reader busy for these shares of its time.
Result with_shares(double writer, double relay, double reader, const Sharing& sharing) {
  Result result = testing::make_result({});
  result.conditions.front().sharing = sharing;
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) {
      sample.writer = CpuTime{0, writer * sample.seconds};
      sample.relay = CpuTime{0, relay * sample.seconds};
      sample.reader = CpuTime{0, reader * sample.seconds};
    }
  }
  return result;
}

Bottleneck bottleneck_with(double writer, double relay, double reader, const Sharing& sharing) {
  return *verdict_of(with_shares(writer, relay, reader, sharing)).rows[0].modes[0].bottleneck;
}

TEST(Verdict, NamesTheProcessesOfTheBusiestCpu) {
  const Sharing none;
  const Sharing peers{true, false, false};
  const Sharing writer{false, true, false};
  EXPECT_EQ(bottleneck_with(0.3, 0.9, 0.4, none).processes, "relay");
  EXPECT_EQ(bottleneck_with(0.97, 0.9, 0.4, none).processes, "writer");
  EXPECT_EQ(bottleneck_with(0.5, 0.7, 0.45, peers).processes, "writer+reader");
  EXPECT_NEAR(bottleneck_with(0.5, 0.7, 0.45, peers).share, 0.95, 1e-9);
  EXPECT_EQ(bottleneck_with(0.5, 0.45, 0.7, writer).processes, "writer+relay");
  EXPECT_EQ(bottleneck_with(0.2, 0.1, 0.7, writer).processes, "reader");
  EXPECT_EQ(bottleneck_with(0.3, 0.3, 0.3, {true, true, true}).processes, "writer+relay+reader");
}

TEST(Verdict, SaysWaitingWhereNoCpuIsHalfBusy) {
  const Bottleneck waiting = bottleneck_with(0.2, 0.3, 0.1, {});
  EXPECT_EQ(waiting.processes, kWaiting);
  EXPECT_NEAR(waiting.share, 0.7, 1e-9);
}

TEST(Warnings, OfACpuWithoutTheRelayThatWasTheBusiest) {
  EXPECT_TRUE(has_warning(verdict_of(with_shares(0.97, 0.5, 0.1, {})), "peer-bound"));
  // The relay's savings become throughput there.
  EXPECT_FALSE(
      has_warning(verdict_of(with_shares(0.6, 0.3, 0.1, {false, true, false})), "peer-bound"));
  EXPECT_FALSE(has_warning(verdict_of(with_shares(0.3, 0.2, 0.1, {})), "peer-bound"));
}

TEST(Warnings, OfUnequalBytesPerCallNameAnExample) {
  const std::vector<Warning> warnings = derived_warnings(testing::make_result({}));
  const auto found = std::find_if(warnings.begin(), warnings.end(), [](const Warning& warning) {
    return warning.code == "bytes-per-call";
  });
  ASSERT_NE(found, warnings.end());
  EXPECT_NE(found->text.find("256 KiB per call against 32 KiB of generic"), std::string::npos)
      << found->text;
}

TEST(Warnings, OfUnequalBytesPerCallAreNoneWhereACopyMovesMore) {
  Result result = testing::make_result({});
  const std::size_t cases = result.cases.size();
  for (std::size_t i = 0; i < cases; ++i) {
    if (result.cases[i].id.mode != "splice") continue;
    CaseResult& larger = result.cases.emplace_back(result.cases[i]);
    larger.id.mode = "generic:buffer=1MiB";
    for (Sample& sample : larger.samples) {
      sample.calls->in = std::max<std::int64_t>(1, sample.calls->in / 4);
      sample.calls->out = std::max<std::int64_t>(1, sample.calls->out / 4);
    }
  }
  EXPECT_FALSE(has_warning(verdict_of(result), "bytes-per-call"));
}

TEST(Warnings, OfSendsThatTheKernelCopiedSayHowMany) {
  Result result = testing::make_result({});
  const auto told = [&result]() -> std::string {
    for (const Warning& warning : derived_warnings(result)) {
      if (warning.code == "copied") return warning.text;
    }
    return "none";
  };
  EXPECT_EQ(told(), "none");
  Sample& sample = result.cases[0].samples[0];
  sample.calls->copied = 30;
  const std::string& mode = result.cases[0].id.mode;
  EXPECT_EQ(told(), "the kernel says that it copied all 30 sends of " + mode + ", asked not to");
  sample.calls->uncopied = 70;
  EXPECT_EQ(told(), "the kernel says that it copied 30 of 100 sends of " + mode + ", asked not to");
}

TEST(Warnings, OfNoiseStealGovernorLoadAndFallbackAppearWithTheirCause) {
  testing::Synthetic noisy;
  noisy.sample = testing::Flat{1.2, 0.5};
  Result result = testing::make_result(noisy);
  result.environment.governor = "powersave";
  for (Sample& sample : result.cases[0].samples) {
    sample.system.steal = 0.1 * sample.system.busy;
    sample.calls->fallback = 1;
  }
  const Verdict verdict = verdict_of(result);
  const Verdict quiet = verdict_of(testing::make_result({}));
  for (const char* code : {"noise", "steal", "cpu-frequency", "fallback"}) {
    EXPECT_TRUE(has_warning(verdict, code)) << code;
    EXPECT_FALSE(has_warning(quiet, code)) << code;
  }
}

}  // namespace
}  // namespace splicebench
