#pragma once

#include <string>

#include "results/model/model.h"
#include "results/verdict/verdict.h"

namespace splicebench {

/// What `run` prints at its end: a table per path, a sentence per path, the warnings. `colour`:
/// ANSI colours.
std::string run_text(const Result& result, const Verdict& verdict, bool colour,
                     std::size_t width = 0);

}  // namespace splicebench
