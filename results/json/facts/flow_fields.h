#pragma once

// The fields of a sample's flows (fields.h), each with "flow_" before it.

#include "results/json/fields.h"
#include "results/model/flow_facts.h"

namespace splicebench {

template <Either<PipeSizes> T, typename Visit>
void fields(T& pipes, Visit& visit) {
  visit("min", pipes.least);
  visit("median", pipes.median);
  visit("max", pipes.most);
}

template <Either<FlowFacts> T, typename Visit>
void fields(T& flows, Visit& visit) {
  visit("min_bytes_per_second", flows.rates.least);
  visit("median_bytes_per_second", flows.rates.median);
  visit("max_bytes_per_second", flows.rates.most);
  visit("fairness", flows.rates.jain);
  visit("engines", flows.engines);
  visit("relay_memory", flows.relay_memory);
  visit.group("pipe_", flows.pipes);
}

}  // namespace splicebench
