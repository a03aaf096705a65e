#pragma once

#include <cstdint>
#include <string>

#include "harness/engine/engine.h"
#include "harness/engine/path.h"

namespace splicebench {

/// How an engine is driven and in what state its descriptors are.
enum class Handling {
  blocking,      ///< blocking descriptors
  non_blocking,  ///< O_NONBLOCK on both: as in a sample of `run`
  event_loop,    ///< O_NONBLOCK on both, in turns of few bytes: as in a proxy
};

const char* name_of(Handling handling);

/// What a situation is tried on.
struct Subject {
  Mode mode;
  const PathInfo* path = nullptr;
  Handling handling = Handling::non_blocking;
  std::int64_t flows = 1;  ///< in one loop (harness/engine/flow_loop.h); several: event_loop alone
};

}  // namespace splicebench
