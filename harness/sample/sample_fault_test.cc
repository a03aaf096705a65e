// Samples whose processes die, stop, lie or lack something at a named moment: the real programs
// with a fault injected (testing/fault_injector.cc), so that no test depends on a delay.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "bench/paths/paths.h"
#include "harness/sample/sample.h"
#include "harness/system/process.h"
#include "harness/system/process_tree.h"
#include "harness/system/spawn.h"
#include "harness/wire/control.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

namespace fs = std::filesystem;

const Programs kPrograms{SPLICEBENCH_DYNAMIC_WRITER, SPLICEBENCH_DYNAMIC_READER, SPLICEBENCH_RELAY,
                         ""};

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

class SampleFault : public ::testing::Test {
 protected:
  void SetUp() override {
    setting_.programs = kPrograms;
    setting_.placement = place("none", allowed_cpus());
    setting_.file_dir = directory_;
    setting_.timeout = 20;
    plan_.path = &path_named("tcp-to-tcp");
    plan_.mode = "splice";
    plan_.chunk = 65536;
    plan_.iterations = 40;
    plan_.warmup_iterations = 20;
    plan_.seed = 42;
  }

  /// The first process ever started leaves the launcher's own descriptors open.
  static void SetUpTestSuite() { spawn({"/bin/true", {}, {}, {}}).wait(); }

  void TearDown() override {
    // Whatever happened: nobody left, no descriptor, no file.
    std::ifstream list("/proc/self/task/" + std::to_string(::getpid()) + "/children");
    std::string pid;
    EXPECT_FALSE(list >> pid) << "process " << pid << " was left";
    EXPECT_EQ(open_descriptors(), descriptors_ + 1);  // `list`
    fs::remove_all(directory_ / "bin");
    EXPECT_TRUE(fs::is_empty(directory_));
  }

  std::string& program(const std::string& who) {
    if (who == "writer") return setting_.programs.writer;
    return who == "reader" ? setting_.programs.reader : setting_.programs.relay;
  }

  /// `who` is started by a shell that does `preparation` first.
  void wrap(const std::string& who, const std::string& preparation) {
    fs::create_directories(directory_ / "bin");
    const fs::path script = directory_ / "bin" / who;
    std::ofstream(script) << "#!/bin/sh\n" << preparation << " exec " << program(who) << "\n";
    ::chmod(script.c_str(), 0700);
    program(who) = script;
  }

  void inject(const std::string& who, const std::string& fault) {
    wrap(who, fmt::format("FAULT='{}' LD_PRELOAD={}", fault, SPLICEBENCH_FAULT_INJECTOR));
  }

  /// The sample's error.
  std::string error() {
    descriptors_ = open_descriptors();
    return take_sample(plan_, setting_).sample.error;
  }

  void expect_error(const std::string& part) {
    const std::string text = error();
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }

  const TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
  SampleSetting setting_;
  SamplePlan plan_;
  std::size_t descriptors_ = 0;
};

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
  EXPECT_LT(monotonic_seconds() - begin, 10);
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

/// Overwrites a field of the message it tells in `phase`.
#define FILL(phase, Message, field, byte)                                                          \
  fmt::format("fill tell {} 1 {} {} {}", phase, offsetof(Message, field), sizeof(Message{}.field), \
              byte)

TEST_F(SampleFault, AReaderThatReportsTooFewOrTooManyBytesIsNotBelieved) {
  inject("reader", FILL(3, PeerReport, bytes, 0));
  expect_error("the reader saw 0 of 2621440 bytes");
  setting_.programs = kPrograms;
  inject("reader", FILL(3, PeerReport, bytes, 255));
  expect_error("the reader saw 18446744073709551615 of 2621440 bytes");
}

TEST_F(SampleFault, AWriterThatReportsTooFewBytesIsNotBelieved) {
  inject("writer", FILL(3, PeerReport, bytes, 0));
  expect_error("the writer saw 0 of 2621440 bytes");
}

TEST_F(SampleFault, AWrongHashOfEitherSideIsAChangedContent) {
  plan_.hashed = true;
  for (const char* who : {"writer", "reader"}) {
    setting_.programs = kPrograms;
    inject(who, FILL(3, PeerReport, hash, 0));
    expect_error("the content was changed on the way: XXH3");
  }
}

TEST_F(SampleFault, AnErrorThatAPeerReportsIsTold) {
  inject("reader", fmt::format("fill tell 3 1 {} 1 5", offsetof(PeerReport, error)));
  expect_error("reader: EIO (Input/output error) after 2621440 of 2621440 bytes");
}

TEST_F(SampleFault, MessagesOfAnotherSizeAreNamedWhoeverSendsThem) {
  for (const char* action : {"short", "long"}) {
    for (const char* who : {"writer", "reader", "relay"}) {
      for (const int phase : {1, 3}) {
        setting_.programs = kPrograms;
        inject(who, fmt::format("{} tell {} 1", action, phase));
        expect_error(fmt::format("the {} sent a message that is none of ours before", who));
      }
    }
  }
}

TEST_F(SampleFault, ARelayThatSaysNonsenseIsNotBelieved) {
  inject("relay", FILL(3, RelayReport, out, 0));
  expect_error("the relay's report contradicts itself");
  setting_.programs = kPrograms;
  inject("relay", FILL(3, RelayReport, usage.seconds, 255));
  expect_error("the relay reports that it took");
  setting_.programs = kPrograms;
  inject("relay", FILL(3, RelayReport, usage.relay, 255));
  expect_error("a process reports a time of");
}

TEST_F(SampleFault, ATextWithoutAnEndIsReadNoFurtherThanItsMessage) {
  inject("relay", FILL(3, RelayReport, error, int{'x'}));
  EXPECT_EQ(error(), std::string(sizeof(RelayReport::error), 'x'));
}

TEST_F(SampleFault, ARelayWithoutDescriptorsSaysSoInOneSentence) {
  for (const char* mode : {"generic", "splice"}) {
    plan_.mode = mode;
    setting_.programs = kPrograms;
    inject("relay", "starve hear 0 1");
    EXPECT_EQ(error(), "open /proc/stat: Too many open files") << mode;
  }
  setting_.programs = kPrograms;
  EXPECT_EQ(error(), "") << "the next sample is a whole one again";
}

TEST_F(SampleFault, ARelayWithoutDescriptorsForAPipeFallsBackWithoutLosingAByte) {
  // 0-7 are open from its start; 8 is for the dynamic linker and /proc/stat.
  wrap("relay", "ulimit -n 9;");
  plan_.hashed = true;
  descriptors_ = open_descriptors();
  const Sample sample = take_sample(plan_, setting_).sample;
  EXPECT_EQ(sample.error, "");
  EXPECT_GT(sample.calls.value().fallback, 0);
}

TEST_F(SampleFault, AFileLargerThanTheLimitIsAnErrorAndNoDeath) {
  plan_.path = &path_named("tcp-to-file");
  wrap("relay", "ulimit -f 64;");
  expect_error("EFBIG");
}

TEST_F(SampleFault, StepsOfTheWallClockChangeNoTime) {
  for (const char* who : {"writer", "reader", "relay"})
    wrap(who, fmt::format("LD_PRELOAD={}", SPLICEBENCH_STEPPING_CLOCK));
  descriptors_ = open_descriptors();
  const double begin = monotonic_seconds();
  const Sample sample = take_sample(plan_, setting_).sample;
  EXPECT_EQ(sample.error, "");
  const double took = monotonic_seconds() - begin;
  EXPECT_GT(sample.start, begin);
  EXPECT_LT(sample.start, begin + took);
  EXPECT_GT(sample.seconds, 0);
  EXPECT_LT(sample.seconds + sample.warmup_seconds, took);
}

TEST_F(SampleFault, NothingOfTheEnvironmentButANamedFewReachesTheProcesses) {
  ::setenv("SPLICEBENCH_SECRET", "x", 1);
  ::setenv("LD_PRELOAD_CANARY", "x", 1);
  ::setenv("TZ", "UTC", 1);
  for (const char* who : {"writer", "reader", "relay"}) {
    const fs::path seen = directory_ / "bin" / (std::string(who) + ".env");
    wrap(who, fmt::format("tr '\\0' '\\n' < /proc/self/environ > {};", seen.string()));
    program(who);
  }
  EXPECT_EQ(error(), "");
  ::unsetenv("SPLICEBENCH_SECRET");
  ::unsetenv("LD_PRELOAD_CANARY");
  for (const char* who : {"writer", "reader", "relay"}) {
    std::ifstream file(directory_ / "bin" / (std::string(who) + ".env"));
    bool time_zone = false;
    for (std::string line; std::getline(file, line);) {
      const std::string name = line.substr(0, line.find('='));
      time_zone = time_zone || line == "TZ=UTC";
      EXPECT_TRUE(name == "LANG" || name == "LC_ALL" || name == "TZ" || name == "PWD" ||
                  name == "_" || name.ends_with("SAN_OPTIONS"))
          << who << " got " << line;
    }
    EXPECT_TRUE(time_zone) << who;
  }
}

}  // namespace
}  // namespace splicebench
