#pragma once

#include <string>

#include "results/verdict/ping_verdict.h"

namespace splicebench {

/// What `ping` prints at its end: a table per size, a sentence per comparison, the warnings.
std::string ping_text(const Result& result, const PingVerdict& verdict, bool colour);

}  // namespace splicebench
