#pragma once

#include <string>

#include "results/model/verification.h"

namespace splicebench {

/// A table of situations by modes, every failure with what was expected and seen, why cells were
/// not applicable, how the kernel differs, and the totals. `colour`: ANSI colours.
std::string verification_text(const Verification& verification, bool colour);

}  // namespace splicebench
