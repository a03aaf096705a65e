#pragma once

#include <string>

#include "results/model/model.h"
#include "results/tables/screen/titled.h"
#include "results/verdict/recommendation.h"
#include "results/verdict/verdict.h"

namespace splicebench {

/// What a run is to a person who looks once: what was measured and under which conditions, the
/// recommendation, the map of best modes, how far it can be trusted, at most three warnings, and
/// what to type for the rest; of an `older` run, if there is one, what changed since. At most
/// kScreenLines lines of at most kScreenWidth characters; where that is not enough the map and then
/// the paths are cut, and it says so. `file` is the result's.
std::string first_screen(const Result& result, const Verdict& verdict,
                         const Recommendation& recommendation, const std::string& file, bool colour,
                         const Result* older = nullptr);

/// The same and the tables of all cases, for a pull request.
std::string run_markdown(const Result& result, const Verdict& verdict,
                         const Recommendation& recommendation);

/// "Measured" in a sentence: paths, chunks, modes, rounds, kernel and machine.
std::string measured_text(const Result& result);

/// "throughput +24..+128%, relay CPU -78..-55%, machine CPU -47..-18%" of a YES: ends of 95 %
/// intervals, what is not claimed left out. `counts`: with "(5 of 8)" where not all are claimed.
std::string effects_text(const Advice& advice, bool counts);

/// "from 16KiB on: splice"; of a MAYBE with its doubt.
std::string advice_text(const Advice& advice, const std::vector<std::int64_t>& chunks);

/// ": splice", ": no difference told": what stands behind the chunks of `advice`; nothing of a NO.
std::string reason_text(const Advice& advice);

/// "95% intervals: half of the rows within ±1.2%, all ±9.1%; steal 0.2%".
std::string trust_text(const Trust& trust);

}  // namespace splicebench
