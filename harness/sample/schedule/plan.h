#pragma once

// Where the time of a run goes that was given a time and a precision instead of rounds (design.md,
// Precision and claims). Widths of intervals alone decide, never a p-value: a row that stops when
// it is narrow enough claims no more falsely than another.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace splicebench {

/// Rounds after which there is an interval (results/stats/width.h needs six) that is worth looking
/// at.
inline constexpr std::int64_t kFirstStage = 8;

/// Rounds of the first stage of a row of so many modes: whole blocks (schedule.h), in which each
/// mode stood in each place equally often.
std::int64_t first_stage(std::size_t modes);

struct PlanRow {
  std::optional<double> width;  ///< of its widest mode; infinite: none yet; absent: of no interest
  double seconds = 0;           ///< that its next block of rounds will take
  std::int64_t rounds = 1;      ///< that it has had
  std::int64_t block = 1;       ///< rounds of a block
  double told = 0;  ///< of its modes the greatest (results/stats/width.h); infinite: none
};

/// Rows wider than so many times the precision come down to that first, whatever is still to come.
inline constexpr double kCoarse = 3;

/// As long as a row is that wide it has at least so many: two states are the likeliest reason, and
/// fewer seldom tell them (results/stats/two_states.h).
inline constexpr std::int64_t kToTellStates = 24;

/// Rows that get a block of rounds next. Those come first whose next goal (kToTellStates, kCoarse
/// times `precision`, then `precision`) costs least, by their width, which falls with the square
/// root of the rounds; then those that would claim a difference of `precision` for least time (an
/// interval that is so narrow tells one in two of them at best, and among many comparisons fewer);
/// as far as they can reach it within `seconds`: so most rows get there, and one that cannot takes
/// nothing from them. Where none can, all that are wide, in that order, as far as `seconds` last.
/// None: the run is over.
///
/// On samples (of 10 ms) of a run of the default matrix (150 s), drawn anew: 79 of 88 comparisons
/// within 3 %, and 41 that would claim 3 % with 80 % power in throughput or relay CPU; without the
/// last goal 81 and 14. Two runs with samples of 7 ms had 84 and 56, 81 and 36.
std::vector<std::size_t> next_pass(const std::vector<PlanRow>& rows, double precision,
                                   double seconds);

/// Rows that are no wider than `precision`.
std::size_t rows_there(const std::vector<PlanRow>& rows, double precision);

/// Of these, those that would claim a difference of `precision`: they get no more rounds.
std::size_t rows_telling(const std::vector<PlanRow>& rows, double precision);

}  // namespace splicebench
