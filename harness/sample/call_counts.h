#pragma once

#include "harness/wire/control.h"
#include "results/model/model.h"

namespace splicebench {

/// What an engine counted, as it is recorded.
inline CallCounts call_counts(const Calls& calls) {
  return {calls.in,       calls.out,       calls.wait,    calls.eagain,
          calls.short_in, calls.short_out, calls.fallback};
}

}  // namespace splicebench
