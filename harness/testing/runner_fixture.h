#pragma once

// For tests: a runner whose samples are taken by a machine that is made up.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "harness/sample/runner.h"
#include "harness/system/interrupt.h"

namespace splicebench {

using Taken = SampleRequest;

/// A machine that moves `rate` bytes per second of its own clock and writes down what it was asked.
class FakeSampler : public Sampler {
 public:
  void visit(const std::vector<SampleRequest>& requests, const TakeResult& take) override {
    EXPECT_FALSE(requests.empty()) << "a visit of nothing";
    visits.push_back(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      EXPECT_EQ(requests[i].id.row(), requests.front().id.row());
      take(i, sample(requests[i]));
    }
  }

  SampleResult sample(const SampleRequest& request) {
    const auto& [id, iterations, warmup, purpose] = request;
    log.push_back(request);
    if (interrupt_after > 0 && static_cast<int>(log.size()) == interrupt_after) throw Interrupted();
    SampleResult result;
    Sample& sample = result.sample;
    sample.start = now;
    sample.iterations = iterations;
    sample.bytes = iterations * id.chunk;
    const double rate = (id.mode == "splice" ? 2e9 : 1e9) * speed * next_of(speeds);
    speed *= faster;
    sample.seconds = static_cast<double>(sample.bytes) / rate;
    sample.warmup_seconds = static_cast<double>(warmup.piece * id.chunk) / rate + more_warmup;
    sample.overhead_seconds = overhead;
    if (!round_trips.empty()) sample.hosts.control_round_trip = next_of(round_trips);
    if (strangers > 0) sample.hosts.strangers = strangers;
    now += sample.seconds + sample.warmup_seconds + sample.overhead_seconds;
    if (purpose == Purpose::verify && id.name() == wrong_bytes)
      sample.error = "the content was changed on the way";
    if (purpose == Purpose::measure && id.name() == dying && ++died == 2)
      sample.error = "the writer was killed";
    if (lost.contains({purpose, id.name()})) {
      sample.seconds = 1e-9;
      sample.error = "it was lost";
    }
    result.granted = granted;
    if (purpose == Purpose::verify) result.relay_congestion = relay_congestion;
    return result;
  }

  std::vector<Taken> of(Purpose purpose) const {
    std::vector<Taken> some;
    for (const Taken& one : log) {
      if (one.purpose == purpose) some.push_back(one);
    }
    return some;
  }

  std::vector<Granted> granted{{"pipe", 65536, {}}};
  std::string relay_congestion;
  double faster = 1;  ///< each sample than the one before
  double speed = 1;
  std::vector<double> speeds{1};  ///< one after the other, and again
  double more_warmup = 0;
  double overhead = 0.005;
  std::vector<Taken> log;
  std::vector<std::size_t> visits;  ///< samples of each
  double now = 100;
  int interrupt_after = 0;
  std::vector<double> round_trips;  ///< of the control path; one after the other, and again
  std::int64_t strangers = 0;       ///< of each sample
  std::string wrong_bytes;
  std::string dying;
  int died = 0;
  std::set<std::pair<Purpose, std::string>> lost;  ///< all of that name are errors then

 private:
  double next_of(const std::vector<double>& some) const { return some[log.size() % some.size()]; }
};

class RunnerTest : public ::testing::Test {
 protected:
  RunnerTest() {
    result_.options.rounds = 4;
    result_.options.seed = 7;
    result_.options.min_time = 0.01;
    for (const char* path : {"tcp-to-tcp", "tcp-to-file"}) {
      for (const std::int64_t chunk : {1024, 65536}) {
        for (const char* mode : {"generic", "splice"})
          result_.cases.push_back({{path, chunk, mode}, {}, {}});
      }
    }
  }

  std::int64_t run() {
    Progress progress(
        Progress::Style::live, [this](const std::string& text) { screen_ += text; },
        [this] { return sampler_.now; }, 100);
    Runner runner(
        result_, iterations_, sampler_, [this](const std::string& line) { journal_ += line; },
        progress, [this] { return sampler_.now; },
        {.resolution = resolution_, .file_bytes = file_bytes_, .left_out = left_out_});
    try {
      runner.run();
    } catch (const Interrupted&) {
      interrupted_ = true;
    }
    return runner.failures();
  }

  std::size_t samples() const {
    std::size_t count = 0;
    for (const CaseResult& one : result_.cases) count += one.samples.size();
    return count;
  }

  /// Rounds by row.
  std::map<std::string, std::size_t> rounds() const {
    std::map<std::string, std::size_t> all;
    for (const CaseResult& one : result_.cases) {
      const std::size_t count = one.samples.size();
      EXPECT_EQ(all.emplace(one.id.key(), count).first->second, count) << one.id.name();
    }
    return all;
  }

  Result result_;
  Iterations iterations_;
  FakeSampler sampler_;
  ResolutionOf resolution_;
  std::set<std::string> left_out_;
  std::int64_t file_bytes_ = 32 << 20;
  std::string journal_;
  std::string screen_;
  bool interrupted_ = false;
};

}  // namespace splicebench
