#pragma once

// Why a transfer of so many bytes was none that counts, in one sentence; empty when it was whole.

#include <cstdint>
#include <string>

#include "harness/engine/engine.h"
#include "harness/wire/control.h"

namespace splicebench {

/// By what the relay's engines did.
std::string shortcoming(const Outcome& outcome, std::uint64_t bytes);

/// By what `who`, the "writer" or the "reader", saw of it.
std::string shortcoming(const char* who, const PeerReport& report, std::uint64_t bytes);

}  // namespace splicebench
