// Flows that take turns at engines of a pool.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/engine/driver.h"
#include "results/files/fd.h"

namespace splicebench {
namespace {

/// Flows from a file of their own to nowhere: there is always more, and the sink takes all.
class Lent : public ::testing::TestWithParam<std::string> {
 protected:
  struct Line {
    explicit Line(EnginePool& pool) : flow(from, to, pool) {
      EXPECT_EQ(::ftruncate(source.get(), 1 << 20), 0);
      from = {source.get(), true, true};
      to = {sink.get(), true, true};
    }

    Fd source{::memfd_create("source", MFD_CLOEXEC)};
    Fd sink{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    FlowEnd from;
    FlowEnd to;
    Flow flow;
  };

  int made_ = 0;
  EnginePool pool_{parse_mode(GetParam()), [this](const Engine&) { ++made_; }};
  Line one_{pool_};
  Line other_{pool_};
};

using OneAfterTheOther = Lent;
using EachItsOwn = Lent;

TEST_P(OneAfterTheOther, FlowsGoOnByTheSameEngine) {
  for (int turn = 0; turn < 4; ++turn) {
    for (Line* const line : {&one_, &other_}) {
      EXPECT_EQ(line->flow.run(64 << 10), Flow::Turn::more);
    }
  }
  EXPECT_EQ(one_.flow.moved().out, 256U << 10);
  EXPECT_EQ(other_.flow.moved().out, 256U << 10);
  EXPECT_EQ(made_, 1);
}

INSTANTIATE_TEST_SUITE_P(, OneAfterTheOther,
                         ::testing::Values("generic", "generic:buffer=1MiB", "splice"));

TEST_P(EachItsOwn, FlowKeepsAnEngineThatGoesByWhatPassed) {
  for (Line* const line : {&one_, &other_}) {
    EXPECT_EQ(line->flow.run(128 << 10), Flow::Turn::more);
    EXPECT_EQ(line->flow.moved().calls.in, 128);
  }
  // From here on with larger reads.
  for (Line* const line : {&one_, &other_}) {
    EXPECT_EQ(line->flow.run(128 << 10), Flow::Turn::more);
    EXPECT_EQ(line->flow.moved().calls.in, 128 + 8);
  }
  EXPECT_EQ(made_, 2);
}

INSTANTIATE_TEST_SUITE_P(, EachItsOwn, ::testing::Values("generic:buffer=auto"));

}  // namespace
}  // namespace splicebench
