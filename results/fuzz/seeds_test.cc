#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "results/fuzz/targets.h"
#include "results/testing/testdata.h"

namespace splicebench {
namespace {

/// Every seed of a fuzzer, what it once found among them, through its target.
std::size_t run_seeds(const std::string& target, void (*run)(std::string_view)) {
  std::size_t seeds = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(results_path("fuzz/seeds/" + target))) {
    SCOPED_TRACE(entry.path().string());
    EXPECT_NO_THROW(run(read_whole(entry.path())));
    ++seeds;
  }
  return seeds;
}

TEST(FuzzSeeds, GoText) { EXPECT_GE(run_seeds("go_text", fuzz_go_text), 10U); }
TEST(FuzzSeeds, BenchmarkJson) { EXPECT_GE(run_seeds("benchmark_json", fuzz_benchmark_json), 9U); }
TEST(FuzzSeeds, ResultJson) { EXPECT_GE(run_seeds("result_json", fuzz_result_json), 3U); }
TEST(FuzzSeeds, Journal) { EXPECT_GE(run_seeds("journal", fuzz_journal), 4U); }
TEST(FuzzSeeds, Filter) { EXPECT_GE(run_seeds("filter", fuzz_filter), 30U); }
TEST(FuzzSeeds, Projection) { EXPECT_GE(run_seeds("projection", fuzz_projection), 20U); }

}  // namespace
}  // namespace splicebench
