#pragma once

#include "results/model/model.h"

namespace splicebench {

/// Throws UsageError, one sentence, when what a file holds cannot have been measured: options no
/// run takes, a case or a good round twice, a round that was not planned, bytes that are not
/// iterations x chunk. A run goes on with it, and tables divide by it.
void require_sense(const Result& result);

/// The same of what alone says so: a case, and a good sample of it.
void require_case(const CaseId& id);
void require_sample(const CaseId& id, const Sample& sample);

/// The same of the `iterations` that a group of `chunk` is to have.
void require_iterations(std::int64_t iterations, std::int64_t chunk);

}  // namespace splicebench
