#pragma once

// What the processes of a sample reported: checked, compared, and made a sample of.

#include <vector>

#include "harness/sample/sample.h"
#include "harness/wire/control.h"
#include "results/files/fd.h"

namespace splicebench {

/// The relay has compared the three; but the numbers are taken from its message, so they must be
/// numbers, and agree. Throws SampleFailed.
void require_agreement(const RelayReport& report, const RelayTask& task);

/// What came out of the relay is what went in; `source` and `files`, a descriptor for each flow,
/// are the path's where it has them. Throws SampleFailed.
void require_content(const SamplePlan& plan, const RelayReport& report, const Fd& source,
                     const std::vector<int>& files);

Sample sample_of(const SamplePlan& plan, const RelayReport& report);

}  // namespace splicebench
