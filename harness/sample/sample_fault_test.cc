// Samples whose processes lie or lack something.

#include "harness/testing/sample_fault.h"

namespace splicebench {
namespace {

/// Overwrites a field of the message it tells in `phase`.
#define FILL(phase, Message, field, byte)                                                          \
  fmt::format("fill tell {} 1 {} {} {}", phase, offsetof(Message, field), sizeof(Message{}.field), \
              byte)

TEST_F(SampleFault, AReaderThatReportsTooFewOrTooManyBytesIsNotBelieved) {
  inject("reader", FILL(3, PeerReport, bytes, 0));
  expect_error("the reader saw 0 of 2621440 bytes");
  setting_.programs = dynamic_programs();
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
    setting_.programs = dynamic_programs();
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
        setting_.programs = dynamic_programs();
        inject(who, fmt::format("{} tell {} 1", action, phase));
        expect_error(fmt::format("the {} sent a message that is none of ours before", who));
      }
    }
  }
}

TEST_F(SampleFault, ARelayThatSaysNonsenseIsNotBelieved) {
  inject("relay", FILL(3, RelayReport, out, 0));
  expect_error("the relay's report contradicts itself");
  setting_.programs = dynamic_programs();
  inject("relay", FILL(3, RelayReport, usage.seconds, 255));
  expect_error("the relay reports that it took");
  setting_.programs = dynamic_programs();
  inject("relay", FILL(3, RelayReport, usage.relay, 255));
  expect_error("a process reports a time of");
}

TEST_F(SampleFault, ARelayThatWritesToAFileWaitsOnceWarmForWhatIsDoneBeforeItsClock) {
  // The runner empties the file of the sample before, and says go: nothing else is heard of it in a
  // warm-up.
  inject("relay", "kill hear 2 1");
  EXPECT_EQ(error(), "") << "no file, no wait";
  plan_.path = &path_named("tcp-to-file");
  expect_error("the relay (process");
}

TEST_F(SampleFault, ATextWithoutAnEndIsReadNoFurtherThanItsMessage) {
  inject("relay", FILL(3, RelayReport, error, int{'x'}));
  EXPECT_EQ(error(), std::string(sizeof(RelayReport::error), 'x'));
}

TEST_F(SampleFault, ARelayWithoutDescriptorsSaysSoInOneSentence) {
  for (const char* mode : {"generic", "splice"}) {
    plan_.mode = mode;
    setting_.programs = dynamic_programs();
    inject("relay", "starve hear 0 1");
    EXPECT_EQ(error(), "open /proc/stat: Too many open files") << mode;
  }
  setting_.programs = dynamic_programs();
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
