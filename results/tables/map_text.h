#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/text/paint.h"
#include "results/verdict/recommendation.h"

namespace splicebench {

/// The map: a line per path and conditions, a column per chunk, in it the letters of the best
/// modes; of one chunk their names. A legend and an empty line below. No line longer than `width`.
std::vector<std::string> map_lines(const Recommendation& recommendation, std::size_t width,
                                   const Paint& paint);

/// "A" of the first mode.
std::string letter_of(std::size_t mode);

/// The letters of a cell, "C", "BC"; "C+4" for more than three.
std::string letters_of(const MapCell& cell, const std::vector<std::string>& modes);

/// "2K-8K, 64K": `chunks` among `all`, both ascending.
std::string short_ranges(const std::vector<std::int64_t>& chunks,
                         const std::vector<std::int64_t>& all);

/// "64K" for 64KiB.
std::string short_size(std::int64_t bytes);

}  // namespace splicebench
