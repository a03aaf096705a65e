#include "bench/matrix/gbench.h"

#include <benchmark/benchmark.h>

#include <iostream>
#include <stdexcept>
#include <utility>

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

/// Google Benchmark looks at the machine once, for a context that we do not print, and says on
/// std::cerr that there is no /proc/cpuinfo (1.7: sysinfo.cc). We say what is missing ourselves.
/// Nothing else is written meanwhile: this is one call, before the first sample.
void look_at_machine() {
  std::streambuf* const buffer = std::cerr.rdbuf(nullptr);
  benchmark::CPUInfo::Get();
  std::cerr.rdbuf(buffer);  // clears the state, too
}

/// BENCHMARK_* of the environment are flags to Google Benchmark, which read them before main().
/// Ours are these: one repetition, once, reported to us alone.
void ignore_environment() {
  static bool done = false;
  if (std::exchange(done, true)) return;
  look_at_machine();
  std::vector<std::string> flags{"splicebench",
                                 "--benchmark_list_tests=false",
                                 "--benchmark_filter=all",
                                 "--benchmark_min_warmup_time=0",
                                 "--benchmark_repetitions=1",
                                 "--benchmark_enable_random_interleaving=false",
                                 "--benchmark_report_aggregates_only=false",
                                 "--benchmark_display_aggregates_only=false",
                                 "--benchmark_out=",
                                 "--benchmark_format=console",
                                 "--benchmark_out_format=console",
                                 "--benchmark_color=false",
                                 "--benchmark_time_unit=ns",
                                 "--benchmark_perf_counters=",
                                 "--v=0"};
  std::vector<char*> arguments;
  for (std::string& flag : flags) arguments.push_back(flag.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
}

}  // namespace

Repetition run_repetition(const std::string& name, std::int64_t iterations, const Timing& timing) {
  ignore_environment();
  const auto body = [&timing](benchmark::State& state) {
    while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(state.max_iterations))) {
      state.SetIterationTime(timing.seconds);
      state.SetBytesProcessed(timing.bytes);
    }
  };
  benchmark::RegisterBenchmark(name.c_str(), body)
      ->Iterations(iterations)
      ->UseManualTime()
      ->Repetitions(1);
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector, "all");
  benchmark::ClearRegisteredBenchmarks();
  if (collector.repetition.name.empty())
    throw std::logic_error("Google Benchmark reported no repetition");
  return collector.repetition;
}

}  // namespace splicebench
