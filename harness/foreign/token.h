#pragma once

#include "harness/engine/path.h"
#include "harness/foreign/foreign_relay.h"

namespace splicebench {

/// One of many connections through `relay`, whose other side is `target`: the writer's end and the
/// reader's, told by a token that the one sends and the other gets. So it does not matter in which
/// order a relay connects, and looking for the owner of each of a thousand in /proc is spared; who
/// sends no token is a stranger. Waits until `deadline` (seconds of CLOCK_MONOTONIC). Throws as
/// ForeignRelay::connect.
PathEnds connect_by_token(ForeignRelay& relay, const Listener& target, double deadline);

}  // namespace splicebench
