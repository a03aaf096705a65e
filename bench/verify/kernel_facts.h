#pragma once

#include <vector>

#include "results/verification.h"

namespace splicebench {

/// What splice(2) and its neighbours do on this kernel, beside what they do on Linux 6.18, where
/// the engines were written. A difference is a finding, not a failure: the engines must cope.
std::vector<KernelFact> probe_kernel();

}  // namespace splicebench
