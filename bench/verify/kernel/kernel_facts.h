#pragma once

#include <vector>

#include "bench/verify/cell.h"
#include "results/model/verification.h"

namespace splicebench {

/// What splice(2) and its neighbours do on this kernel, beside what they do on Linux 6.18, where
/// the engines were written. A difference is a finding, not a failure: the engines must cope. Each
/// is asked in a process of its own, under the watchdog of `setting`: on another kernel any of them
/// may wait for ever. Throws as run_cells.
std::vector<KernelFact> probe_kernel(const CellSetting& setting);

}  // namespace splicebench
