#pragma once

#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// How one result was measured, in pieces: machine, kernel, date, placement, rounds.
std::vector<std::string> caption_of(const Result& result);

}  // namespace splicebench
