#include "results/verdict/causes.h"

#include <gtest/gtest.h>

#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

Result flat() { return testing::make_result({}); }

/// Splice at one chunk takes so many times as long, and `change` is made to each of its samples.
template <typename Change>
Result with_slow_splice(double factor, const Change& change) {
  Result result = flat();
  const std::int64_t chunk = result.cases[result.cases.size() / 2].id.chunk;
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) {
      sample.voluntary_switches =
          static_cast<std::int64_t>(1e-6 * static_cast<double>(sample.bytes));
      if (one.id.mode != "splice" || one.id.chunk != chunk) continue;
      sample.seconds *= factor;
      change(sample);
    }
  }
  return result;
}

TEST(Causes, AreOfNoCaseThatIsAsFastAsOthers) {
  EXPECT_TRUE(causes_of(flat()).empty());
  const Result slower =
      with_slow_splice(1.2, [](Sample& sample) { sample.voluntary_switches = 1 << 30; });
  EXPECT_TRUE(causes_of(slower).empty()) << "the facts differ, the figure does not surprise";
}

TEST(Causes, AreNotMadeUpWhereNoFactDiffers) {
  EXPECT_TRUE(causes_of(with_slow_splice(3, [](Sample&) {})).empty());
  EXPECT_TRUE(cause_warnings(with_slow_splice(3, [](Sample&) {})).empty());
}

TEST(Causes, NameTheFactThatDiffersMost) {
  const Result result = with_slow_splice(3, [](Sample& sample) {
    sample.voluntary_switches = static_cast<std::int64_t>(9e-6 * static_cast<double>(sample.bytes));
  });
  const std::vector<Cause> causes = causes_of(result);
  ASSERT_EQ(causes.size(), 1U);
  EXPECT_EQ(causes[0].id.mode, "splice");
  EXPECT_EQ(causes[0].text, "the relay sleeps 9000 times per GB (990)");
  ASSERT_EQ(cause_warnings(result).size(), 1U);
  EXPECT_NE(cause_warnings(result)[0].text.find("the relay sleeps 9000 times per GB (990)"),
            std::string::npos)
      << cause_warnings(result)[0].text;
}

TEST(Causes, AreNoWarningWhereOneModeIsJustFasterThanTheBaseline) {
  Result result = flat();
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) {
      sample.voluntary_switches = sample.bytes / (one.id.mode == "splice" ? 1000000 : 100000);
      if (one.id.mode == "splice") sample.seconds /= 3;
    }
  }
  ASSERT_FALSE(causes_of(result).empty());
  EXPECT_FALSE(causes_of(result)[0].surprising);
  EXPECT_TRUE(cause_warnings(result).empty());
}

TEST(Causes, SayWhatASegmentCarries) {
  Result result = with_slow_splice(2, [](Sample&) {});
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) {
      SocketFacts sink;
      sink.segments_out = sample.bytes / 64000;
      sample.facts.sink = sink;
    }
  }
  const Cause slow = [&] {
    Result marked = result;
    CaseResult* slowest = &marked.cases.front();
    for (CaseResult& one : marked.cases) {
      if (one.samples.front().bytes_per_second() < slowest->samples.front().bytes_per_second())
        slowest = &one;
    }
    for (Sample& sample : slowest->samples) sample.facts.sink->segments_out = sample.bytes / 17000;
    const std::vector<Cause> causes = causes_of(marked);
    return causes.empty() ? Cause{} : causes.front();
  }();
  EXPECT_EQ(slow.text, "17.0 KB per segment of the relay's (64.0)");
}

TEST(Causes, SayThatChunksLeaveATailWhereTheWritersSegmentsAreOfThem) {
  const auto text_with = [](std::int64_t mss, std::int64_t segments_per_chunk) {
    Result result = with_slow_splice(2, [](Sample&) {});
    for (CaseResult& one : result.cases) {
      for (Sample& sample : one.samples) {
        const bool slow = one.id.mode == "splice" && one.id.chunk == 65536;
        SocketFacts writer;
        writer.mss = mss;
        writer.segments_out = slow ? segments_per_chunk * sample.iterations : sample.bytes / 65483;
        sample.facts.writer = writer;
      }
    }
    const std::vector<Cause> causes = causes_of(result);
    return causes.empty() ? "" : causes.front().text;
  };
  EXPECT_EQ(text_with(65483, 2),
            "32.8 KB per segment of the writer's (65.5): 64KiB chunks leave a 53-byte tail each");
  EXPECT_EQ(text_with(65483, 4), "16.4 KB per segment of the writer's (65.5)") << "not by the tail";
  EXPECT_EQ(text_with(32768, 2), "32.8 KB per segment of the writer's (65.5)") << "no tail";
}

TEST(Causes, SeeBbrPaceASenderThatWaitsForNobody) {
  const auto paced = [](double limited) {
    return causes_of(with_slow_splice(2, [limited](Sample& sample) {
      SocketFacts sink;
      sink.congestion = {'b', 'b', 'r'};
      sink.busy_seconds = sample.seconds;
      sink.receiver_limited = limited * sample.seconds;
      sample.facts.sink = sink;
    }));
  };
  ASSERT_EQ(paced(0.1).size(), 1U);
  EXPECT_EQ(paced(0.1)[0].text, "paced by bbr");
  EXPECT_TRUE(paced(0.9).empty()) << "it waited for the reader";
}

}  // namespace
}  // namespace splicebench
