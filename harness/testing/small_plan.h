#pragma once

#include "bench/paths/paths.h"
#include "harness/sample/sample.h"

namespace splicebench::testing {

/// A sample of 2.5 MiB by splice from TCP to TCP.
inline SamplePlan small_plan() {
  SamplePlan plan;
  plan.path = &path_named("tcp-to-tcp");
  plan.mode = "splice";
  plan.chunk = 65536;
  plan.iterations = 40;
  plan.warmup = {20, 1};
  plan.seed = 42;
  return plan;
}

}  // namespace splicebench::testing
