#include "bench/gbench.h"

#include <benchmark/benchmark.h>

#include <exception>

namespace splicebench {

namespace {

class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      repetition.name = run.run_name.function_name;
      repetition.iterations = run.iterations;
      repetition.seconds = run.real_accumulated_time;
    }
  }

  Repetition repetition;
};

}  // namespace

Repetition run_repetition(const std::string& name, std::int64_t iterations,
                          const std::function<Timing()>& measured) {
  std::exception_ptr thrown;
  const auto body = [&](benchmark::State& state) {
    try {
      while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(state.max_iterations))) {
        const Timing timing = measured();
        if (!timing.error.empty()) {
          state.SkipWithError(timing.error.c_str());
          return;
        }
        state.SetIterationTime(timing.seconds);
        state.SetBytesProcessed(timing.bytes);
      }
    } catch (...) {
      // Not through Google Benchmark's frames: it is no longer usable after that.
      thrown = std::current_exception();
      state.SkipWithError("interrupted");
    }
  };
  benchmark::RegisterBenchmark(name.c_str(), body)
      ->Iterations(iterations)
      ->UseManualTime()
      ->Repetitions(1);
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector, "all");
  benchmark::ClearRegisteredBenchmarks();
  if (thrown) std::rethrow_exception(thrown);
  return collector.repetition;
}

}  // namespace splicebench
