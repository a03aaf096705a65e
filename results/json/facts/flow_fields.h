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

template <Either<FlowRates> T, typename Visit>
void fields(T& rates, Visit& visit) {
  visit("min_bytes_per_second", rates.least);
  visit("median_bytes_per_second", rates.median);
  visit("max_bytes_per_second", rates.most);
  visit("fairness", rates.jain);
}

template <Either<FlowFacts> T, typename Visit>
void fields(T& flows, Visit& visit) {
  visit("relay_memory", flows.relay_memory);  // the first: somebody else's relay has it, too
  visit.group("", flows.rates);
  visit("engines", flows.engines);
  visit.group("pipe_", flows.pipes);
}

}  // namespace splicebench
