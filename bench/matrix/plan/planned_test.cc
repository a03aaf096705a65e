#include "bench/matrix/plan/planned.h"

#include <gtest/gtest.h>

#include "results/files/error.h"

namespace splicebench {
namespace {

RunOptions options() {
  RunOptions options;
  options.conditions[ConditionKind::flows] = {"1"};
  options.min_time = 0.01;
  options.rounds = 10;
  return options;
}

TEST(Planned, SamplesOverHostsAreAtLeast200RoundTripsOfTheControlPathLong) {
  const double here = planned_seconds(options(), 3);
  EXPECT_GT(planned_seconds(options(), 3, 1e-5), here)
      << "samples as long, with messages of theirs";
  EXPECT_LT(planned_seconds(options(), 3, 1e-5), 1.05 * here);
  EXPECT_GT(planned_seconds(options(), 3, 1e-3), 30 * 0.2);
  RunOptions patient = options();
  patient.timeout = 100;
  EXPECT_GT(planned_seconds(patient, 3, 0.1), 30 * 20.0);
  EXPECT_LT(planned_seconds(options(), 3, 0.1), 30 * 20.0) << "a quarter of --timeout at most";
}

TEST(Planned, EffortCountsOnTheControlPath) {
  EXPECT_EQ(effort_text(options(), 3), "3 cases x 10 rounds, about 1 s");
  EXPECT_EQ(effort_text(options(), 3, 0.01).find("3 cases x 10 rounds, about 2"), 0U)
      << effort_text(options(), 3, 0.01);
}

TEST(Planned, TimeThatIsTooShortOverHostsIsRefusedWithWhatSuffices) {
  RunOptions some = options();
  some.time = 60;
  std::vector<CaseResult> cases(2);
  cases[0].id.mode = "generic";
  cases[1].id.mode = "splice";
  EXPECT_NO_THROW(require_first_stage(some, cases));
  EXPECT_NO_THROW(require_first_stage(some, cases, 1e-3));
  try {
    require_first_stage(some, cases, 0.1);
    ADD_FAILURE() << "it takes minutes";
  } catch (const UsageError& refused) {
    EXPECT_EQ(std::string(refused.what()).find("--time: 60 s is too short for a first stage of 8 "),
              0U)
        << refused.what();
  }
}

}  // namespace
}  // namespace splicebench
