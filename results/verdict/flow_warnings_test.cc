#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "results/testing/synthetic.h"
#include "results/verdict/warnings.h"

namespace splicebench {
namespace {

/// A case a mode, of 64 flows and three rounds.
Result many_flows() {
  testing::Synthetic synthetic;
  synthetic.chunks = {65536};
  synthetic.rounds = 3;
  Result result = testing::make_result(synthetic);
  for (CaseResult& one : result.cases) {
    one.id.conditions[ConditionKind::flows] = {"64", false};
    for (Sample& sample : one.samples) sample.flows.emplace();
  }
  return result;
}

/// Jain's index of each sample of a case, in its order.
void set_indices(CaseResult& one, const std::vector<double>& indices) {
  for (std::size_t i = 0; i < indices.size(); ++i)
    one.samples[i].flows->rates = FlowRates{1, 2, 3, indices[i]};
}

std::optional<Warning> found(const Result& result, const std::string& code) {
  const std::vector<Warning> all = flow_warnings(result);
  EXPECT_LE(
      std::count_if(all.begin(), all.end(), [&](const Warning& one) { return one.code == code; }),
      1);
  for (const Warning& one : all) {
    if (one.code == code) return one;
  }
  return std::nullopt;
}

TEST(FlowWarnings, OfFlowsThatTellNothingAreNone) {
  EXPECT_TRUE(flow_warnings(many_flows()).empty());
  EXPECT_TRUE(flow_warnings(testing::make_result({})).empty());
}

TEST(FlowWarnings, UnfairIsACaseByTheMedianOfItsSamples) {
  Result result = many_flows();
  set_indices(result.cases[0], {0.2, 0.95, 1});
  set_indices(result.cases[1], {0.94, 0.97, 0.5});
  const std::optional<Warning> warning = found(result, "unfair");
  ASSERT_TRUE(warning);
  EXPECT_EQ(warning->text,
            "in 1 case flows were served unevenly: Jain's index is below 0.95, at least 0.94, of " +
                result.cases[1].id.name());
  EXPECT_NE(warning->advice.find("--min-time"), std::string::npos);
}

TEST(FlowWarnings, UnfairNamesTheWorstCase) {
  Result result = many_flows();
  set_indices(result.cases[0], {0.5, 0.5, 0.5});
  set_indices(result.cases[1], {0.9, 0.9, 0.9});
  const std::optional<Warning> warning = found(result, "unfair");
  ASSERT_TRUE(warning);
  EXPECT_NE(warning->text.find("in 2 cases"), std::string::npos) << warning->text;
  EXPECT_NE(warning->text.find("0.50, of " + result.cases[0].id.name()), std::string::npos)
      << warning->text;
}

TEST(FlowWarnings, UnfairLeavesOutSamplesThatFailed) {
  Result result = many_flows();
  set_indices(result.cases[0], {0.1, 0.99, 0.1});
  result.cases[0].samples[0].error = result.cases[0].samples[2].error = "dead";
  EXPECT_FALSE(found(result, "unfair"));
}

TEST(FlowWarnings, PipesOfOneSizeHaveNotShrunk) {
  Result result = many_flows();
  for (Sample& sample : result.cases[1].samples) sample.flows->pipes = PipeSizes{4096, 4096, 4096};
  EXPECT_TRUE(flow_warnings(result).empty());
}

TEST(FlowWarnings, PipesThatShrankAreCountedAndTheSmallestIsNamed) {
  Result result = many_flows();
  const std::int64_t large = 1 << 20;
  result.cases[0].samples[0].flows->pipes = PipeSizes{65536, large, large};
  result.cases[1].samples[1].flows->pipes = PipeSizes{8192, 65536, large};
  result.cases[1].samples[2].flows->pipes = PipeSizes{4096, 65536, large};
  result.cases[1].samples[2].error = "dead";
  const std::optional<Warning> warning = found(result, "shrunken-pipes");
  ASSERT_TRUE(warning);
  EXPECT_EQ(warning->text,
            "in 2 samples pipes were granted less the more of them there were: 1MiB to 8KiB, of " +
                result.cases[1].id.name());
  EXPECT_NE(warning->advice.find("fs.pipe-user-pages-soft"), std::string::npos);
}

}  // namespace
}  // namespace splicebench
