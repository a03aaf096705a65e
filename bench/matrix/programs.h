#pragma once

#include "harness/system/programs.h"

namespace splicebench {

/// Finds them beside the running program: in the build tree and as installed. Throws UsageError.
Programs find_programs();

}  // namespace splicebench
