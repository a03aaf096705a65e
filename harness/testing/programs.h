#pragma once

#include "harness/system/programs.h"

namespace splicebench::testing {

/// Those of this build.
inline Programs programs() {
  return {SPLICEBENCH_WRITER, SPLICEBENCH_READER, SPLICEBENCH_RELAY,  SPLICEBENCH_GUARD,
          SPLICEBENCH_ECHO,   SPLICEBENCH_PINGER, SPLICEBENCH_PROGRAM};
}

}  // namespace splicebench::testing
