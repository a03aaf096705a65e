// Samples whose processes are killed or stopped at a named moment.

#include "harness/testing/sample_fault.h"

namespace splicebench {
namespace {

struct Moment {
  const char* name;
  const char* call;
  int phase;
  int count;
};

constexpr Moment kPeerMoments[] = {{"BeforeReady", "hear", 0, 1},
                                   {"BeforeGo", "hear", 1, 1},
                                   {"InWarmUp", "move", 2, 2},
                                   {"InTheTimedPart", "move", 3, 2},
                                   {"BeforeItsReport", "tell", 3, 1}};
constexpr Moment kRelayMoments[] = {{"BeforeReady", "hear", 0, 1},
                                    {"BeforeGo", "go", 1, 1},
                                    {"InWarmUp", "move", 2, 2},
                                    {"InTheTimedPart", "move", 3, 2},
                                    {"BeforeItsReport", "tell", 3, 1}};

std::string name_of(const char* who, const Moment& moment) {
  return std::string(who) + moment.name;
}

using Victim = std::tuple<const char*, Moment>;

class SampleKill : public SampleFault, public ::testing::WithParamInterface<Victim> {};

std::string victim_name(const ::testing::TestParamInfo<Victim>& info) {
  return name_of(std::get<0>(info.param), std::get<1>(info.param));
}

INSTANTIATE_TEST_SUITE_P(Peer, SampleKill,
                         ::testing::Combine(::testing::Values("writer", "reader"),
                                            ::testing::ValuesIn(kPeerMoments)),
                         victim_name);
INSTANTIATE_TEST_SUITE_P(Relay, SampleKill,
                         ::testing::Combine(::testing::Values("relay"),
                                            ::testing::ValuesIn(kRelayMoments)),
                         victim_name);

TEST_P(SampleKill, IsNamedWithoutWaitingForTheTimeout) {
  const auto& [who, moment] = GetParam();
  inject(who, fmt::format("kill {} {} {}", moment.call, moment.phase, moment.count));
  const double begin = monotonic_seconds();
  const std::string text = error();
  EXPECT_NE(text.find(fmt::format("the {} (process ", who)), std::string::npos) << text;
  EXPECT_NE(text.find("was killed by signal 9 (Killed)"), std::string::npos) << text;
  EXPECT_LT(monotonic_seconds() - begin, setting_.timeout * 0.75);
}

class SampleStop : public SampleKill {};

INSTANTIATE_TEST_SUITE_P(Writer, SampleStop,
                         ::testing::Combine(::testing::Values("writer"),
                                            ::testing::Values(kPeerMoments[0], kPeerMoments[3])),
                         victim_name);
INSTANTIATE_TEST_SUITE_P(Reader, SampleStop,
                         ::testing::Combine(::testing::Values("reader"),
                                            ::testing::Values(kPeerMoments[2], kPeerMoments[4])),
                         victim_name);
INSTANTIATE_TEST_SUITE_P(Relay, SampleStop,
                         ::testing::Combine(::testing::Values("relay"),
                                            ::testing::Values(kRelayMoments[1], kRelayMoments[3])),
                         victim_name);

TEST_P(SampleStop, IsNamedWhenTheTimeoutIsOver) {
  const auto& [who, moment] = GetParam();
  inject(who, fmt::format("stop {} {} {}", moment.call, moment.phase, moment.count));
  setting_.timeout = 1.5;
  const double begin = monotonic_seconds();
  const std::string text = error();
  const double took = monotonic_seconds() - begin;
  EXPECT_NE(text.find(fmt::format("the {} (process ", who)), std::string::npos) << text;
  EXPECT_NE(text.find("was stopped (SIGSTOP"), std::string::npos) << text;
  EXPECT_NE(text.find("raise --timeout"), std::string::npos) << text;
  EXPECT_GE(took, 1.5);
  EXPECT_LT(took, 8);
}

}  // namespace
}  // namespace splicebench
