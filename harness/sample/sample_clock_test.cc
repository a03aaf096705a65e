// The clock covers the first byte to the confirmation of the last, and CPU time is that of the
// timed part: a process takes its time before, in the middle and after. What is asserted holds on a
// machine that is as busy as it likes.

#include "harness/testing/sample_fault.h"

namespace splicebench {
namespace {

constexpr double kWhile = 0.25;  ///< seconds

class SampleClock : public SampleFault {
 protected:
  Sample with(const std::string& who, const std::string& fault, double seconds = kWhile) {
    setting_.programs = dynamic_programs();
    inject(who, fmt::format("{} {}", fault, static_cast<int>(seconds * 1000)));
    descriptors_ = open_descriptors();
    const double begin = monotonic_seconds();
    Sample sample = take_sample(plan_, setting_).sample;
    EXPECT_EQ(sample.error, "") << who << " " << fault;
    // All three parts, and no time in two of them.
    EXPECT_GE(sample.overhead_seconds, 0) << who << " " << fault;
    EXPECT_LE(sample.seconds + sample.warmup_seconds + sample.overhead_seconds,
              monotonic_seconds() - begin);
    return sample;
  }
};

TEST_F(SampleClock, CoversNothingBeforeTheWarmUp) {
  for (const char* who : {"writer", "reader", "relay"})
    EXPECT_GE(with(who, "sleep tell 1 1").overhead_seconds, kWhile) << who;
}

TEST_F(SampleClock, CoversNoWarmUp) {
  for (const char* who : {"writer", "reader", "relay"})
    EXPECT_GE(with(who, "sleep move 2 2").warmup_seconds, kWhile) << who;
}

TEST_F(SampleClock, CoversAllOfTheTimedPart) {
  for (const char* path : {"tcp-to-tcp", "unix-to-file"}) {
    plan_.path = &path_named(path);
    for (const char* who : {"writer", "reader", "relay"}) {
      if (std::string(who) == "reader" && !plan_.path->kinds.has_reader()) continue;
      for (const char* fault : {"sleep move 3 1", "sleep move 3 3"})
        EXPECT_GE(with(who, fault).seconds, kWhile) << path << " " << who << " " << fault;
    }
  }
}

TEST_F(SampleClock, CoversTheConfirmationOfTheLastByteAndMarksTheByte) {
  const Sample sample = with("reader", "sleep tell 3 1");
  EXPECT_GE(sample.seconds, kWhile);
  EXPECT_LE(sample.marks.back(), sample.seconds - kWhile);
}

TEST_F(SampleClock, CoversNothingAfterIt) {
  EXPECT_GE(with("writer", "sleep tell 3 1").overhead_seconds, kWhile);
  EXPECT_GE(with("relay", "sleep tell 3 1").overhead_seconds, kWhile);
}

/// As all of the above, of several connections at once: peers of many get a task more before.
TEST_F(SampleClock, OfManyFlowsCoversTheSame) {
  plan_.flows = 4;
  for (const char* who : {"writer", "reader", "relay"}) {
    EXPECT_GE(with(who, "sleep tell 2 1").overhead_seconds, kWhile) << who;
    EXPECT_GE(with(who, "sleep move 3 2").warmup_seconds, kWhile) << who;
    EXPECT_GE(with(who, "sleep move 4 2").seconds, kWhile) << who;
  }
  const Sample late = with("reader", "sleep tell 4 1");
  EXPECT_GE(late.seconds, kWhile);
  EXPECT_LE(late.marks.back(), late.seconds - kWhile);
  EXPECT_GE(with("writer", "sleep tell 4 1").overhead_seconds, kWhile);
  EXPECT_GE(with("relay", "sleep tell 4 1").overhead_seconds, kWhile);
}

double cpu_of(const Sample& sample, const std::string& who) {
  if (who == "relay") return sample.relay->total();
  return (who == "writer" ? sample.writer : sample.reader)->total();
}

/// Faults, by what `burn` is to follow.
struct Moments {
  const char* before;
  const char* in_warm_up;
  const char* timed;
  const char* after;
};

class SampleCpu : public SampleClock {
 protected:
  void expect_that_of_the_timed_part_alone(const Moments& moments) {
    // Of which a few megabytes take no process a tenth.
    constexpr double kBurnt = 0.1;
    for (const char* who : {"writer", "reader", "relay"}) {
      const auto burnt = [&](const std::string& when) {
        return cpu_of(with(who, "burn " + when, kBurnt), who);
      };
      EXPECT_LT(burnt(moments.before), kBurnt / 2) << who;
      EXPECT_LT(burnt(moments.in_warm_up), kBurnt / 2) << who;
      EXPECT_GE(burnt(moments.timed), kBurnt * 0.9) << who;
      EXPECT_LT(burnt(moments.after), kBurnt / 2) << who;
    }
  }
};

TEST_F(SampleCpu, IsThatOfTheTimedPartAlone) {
  expect_that_of_the_timed_part_alone({"tell 1 1", "move 2 2", "move 3 2", "tell 3 1"});
}

TEST_F(SampleCpu, OfManyFlowsIsThatOfAllThreadsInTheTimedPartAlone) {
  plan_.flows = 4;
  plan_.relay_threads = plan_.peer_threads = 2;
  expect_that_of_the_timed_part_alone({"tell 2 1", "move 3 1", "move 4 1", "tell 4 1"});
}

TEST_F(SampleClock, MarksOfAFileAreTheRelaysThatKnowsWhatHasReachedIt) {
  // The writer has long put the first eighth into its socket.
  plan_.path = &path_named("tcp-to-file");
  EXPECT_GE(with("relay", "sleep move 3 1").marks.front(), kWhile);
}

TEST_F(SampleClock, MarksSayWhereInsideASampleItWasSlow) {
  // The reader sleeps when it has read at most one chunk of forty: before the first eighth.
  EXPECT_GE(with("reader", "sleep move 3 2").marks.front(), kWhile);
}

}  // namespace
}  // namespace splicebench
