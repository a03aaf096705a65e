#pragma once

#include <string>

#include "results/model/model.h"

namespace splicebench {

/// Go benchmark text that benchstat reads: configuration lines, then a line per good sample; errors
/// as comments it passes over. `benchstat -col /mode` compares the modes.
std::string to_benchfmt(const Result& result);

/// One record per sample, all fields, base units, RFC 4180; the first names the columns.
std::string to_csv(const Result& result);

}  // namespace splicebench
