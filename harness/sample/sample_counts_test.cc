// What a sample says that its relay did, against what a counter inside the relay's process saw of
// it (bench/testing/call_counter.cc): of the timed part alone, with no call and no byte of the
// warm-up in it.

#include <map>

#include "harness/sample/source/source_file.h"
#include "harness/testing/sample_fault.h"

namespace splicebench {
namespace {

class SampleCounts : public SampleFault {
 protected:
  /// `refused`: of the counter's $REFUSED.
  SampleResult count(const std::string& refused = "") {
    setting_.programs = testing::programs();
    setting_.source = &source_;
    source_.with(40 * 65536);
    const fs::path file = directory_ / "counts";
    wrap("relay", fmt::format("COUNTS={} REFUSED='{}' LD_PRELOAD={}", file.string(), refused,
                              SPLICEBENCH_CALL_COUNTER));
    descriptors_ = open_descriptors();
    SampleResult result = take_sample(plan_, setting_);
    EXPECT_EQ(result.sample.error, "");
    counted_.clear();
    std::ifstream lines(file);
    std::string name;
    double value = 0;
    while (lines >> name >> value) counted_[name] = value;
    EXPECT_FALSE(counted_.empty()) << "nothing was counted";
    lines.close();
    fs::remove(file);
    return result;
  }

  std::int64_t counted(const std::string& name) const {
    return static_cast<std::int64_t>(counted_.at(name));
  }

  /// Not less than within, not more than around.
  void expect_between(const std::string& what, double said) const {
    EXPECT_GE(said, counted_.at("inner_" + what) - 1e-6) << what;
    EXPECT_LE(said, counted_.at("outer_" + what) + 1e-6) << what;
  }

  std::map<std::string, double> counted_;
  SourceFile source_{directory_, 42};
};

struct Way {
  const char* path;
  const char* mode;
};

class SampleCalls : public SampleCounts, public ::testing::WithParamInterface<Way> {};

INSTANTIATE_TEST_SUITE_P(
    Ways, SampleCalls,
    ::testing::Values(Way{"tcp-to-tcp", "generic"}, Way{"tcp-to-tcp", "splice"},
                      Way{"tcp-to-tcp", "splice:pipe=4KiB"},
                      Way{"unix-to-tcp", "generic:buffer=1MiB"}, Way{"unix-to-tcp", "splice"},
                      Way{"file-to-tcp", "generic"}, Way{"file-to-tcp", "splice"},
                      Way{"file-to-tcp", "sendfile"}),
    [](const ::testing::TestParamInfo<Way>& one) {
      std::string name = fmt::format("{}_{}", one.param.path, one.param.mode);
      std::replace_if(
          name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
      return name;
    });

TEST_P(SampleCalls, AreThoseOfTheTimedPartOneByOne) {
  plan_.path = &path_named(GetParam().path);
  plan_.mode = GetParam().mode;
  const SampleResult result = count();
  const Sample& sample = result.sample;
  ASSERT_TRUE(sample.calls);
  EXPECT_EQ(sample.calls->in, counted("in"));
  EXPECT_EQ(sample.calls->out, counted("out"));
  EXPECT_EQ(sample.calls->wait, counted("wait"));
  EXPECT_EQ(sample.calls->eagain, counted("eagain"));
  EXPECT_EQ(sample.calls->short_in, counted("short_in"));
  EXPECT_EQ(sample.calls->short_out, counted("short_out"));
  EXPECT_EQ(sample.calls->fallback, 0);
  EXPECT_EQ(sample.bytes, 40 * 65536);
  EXPECT_EQ(sample.bytes, counted("bytes_out"));
  if (std::string(GetParam().mode) != "sendfile") {
    EXPECT_EQ(sample.bytes, counted("bytes_in"));
  }
}

TEST_P(SampleCalls, AndTheProcesssTimeSwitchesAndFaultsAreOfThatPart) {
  plan_.path = &path_named(GetParam().path);
  plan_.mode = GetParam().mode;
  const Sample sample = count().sample;
  expect_between("cpu", sample.relay.value().total());
  expect_between("voluntary", static_cast<double>(sample.voluntary_switches.value()));
  expect_between("involuntary", static_cast<double>(sample.involuntary_switches.value()));
  const ProcessFacts& process = sample.facts.relay_process;
  expect_between("voluntary", static_cast<double>(process.voluntary_switches.value()));
  expect_between("involuntary", static_cast<double>(process.involuntary_switches.value()));
  expect_between("faults", static_cast<double>(process.minor_faults.value()));
  EXPECT_EQ(sample.instructions, counted("instructions"));
  EXPECT_EQ(sample.cycles, counted("cycles"));
  if (!sample.allocations) GTEST_SKIP() << "the sanitizer counts allocations here";
  EXPECT_EQ(*sample.allocations, counted("allocations"))
      << "those of the warm-up are not among them";
  EXPECT_EQ(*sample.allocated_bytes, counted("allocated"));
}

/// In the warm-up, too: what is timed after that is a copy, whatever the mode's name.
TEST_F(SampleCounts, AFallBackIsToldWheneverItWas) {
  for (const Way& way : {Way{"tcp-to-tcp", "splice"}, Way{"file-to-tcp", "splice"},
                         Way{"file-to-tcp", "sendfile"}}) {
    for (const char* const refused : {"", "1 1", "2 1", "2 2"}) {
      if (way.mode == std::string("sendfile") && refused == std::string("2 2"))
        continue;  // one call may move all
      plan_.path = &path_named(way.path);
      plan_.mode = way.mode;
      const Sample sample = count(refused).sample;
      const std::string what = fmt::format("{} {} refused '{}'", way.path, way.mode, refused);
      EXPECT_EQ(counted("refused"), *refused == '\0' ? 0 : 1) << what;
      EXPECT_EQ(sample.calls.value().fallback, counted("refused")) << what;
      EXPECT_EQ(sample.bytes, 40 * 65536) << what;
      EXPECT_EQ(sample.calls->in, counted("in")) << what;
      EXPECT_EQ(sample.calls->out, counted("out")) << what;
    }
  }
}

TEST_F(SampleCounts, WhatWasGrantedIsWhatTheKernelGave) {
  for (const std::int64_t kib : {4, 5, 64, 100, 1024}) {
    plan_.mode = fmt::format("splice:pipe={}KiB", kib);
    const SampleResult result = count();
    ASSERT_EQ(result.granted.size(), 1U);
    EXPECT_EQ(result.granted[0].name, "pipe");
    EXPECT_EQ(result.granted[0].got, counted("pipe"));
    EXPECT_GE(result.granted[0].got, kib * 1024);
    EXPECT_EQ(result.granted[0].asked, kib * 1024);
  }
}

}  // namespace
}  // namespace splicebench
