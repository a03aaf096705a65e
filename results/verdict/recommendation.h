#pragma once

// What a run says to do, and where it is silent. The rule is written for those who read the answer,
// in bench/manual/splicebench-show.1, section THE RECOMMENDATION, and nowhere else.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/model/model.h"
#include "results/verdict/verdict.h"

namespace splicebench {

enum class Answer { kYes, kNo, kMaybe };

/// Why a MAYBE is none of the others.
enum class Doubt {
  kNone,
  kRounds,   ///< too few rounds to claim anything
  kNotTold,  ///< no difference was claimed
  kSizes,    ///< no mode of the baseline's engine moves as much per call
  kMixed,    ///< better in one thing, worse in another
  kFlips,    ///< another answer under another condition
};

/// Change of a metric, as ratios to 1.
struct Effect {
  std::int64_t claimed = 0;  ///< comparisons in which it is claimed
  std::int64_t all = 0;
  double low = 0;   ///< least end of the intervals of those
  double high = 0;  ///< greatest
};

/// The answer for some chunks of a path.
struct Advice {
  std::string path;
  Answer answer = Answer::kMaybe;
  Doubt doubt = Doubt::kNone;        ///< of a MAYBE: that of most of its chunks
  std::vector<std::int64_t> chunks;  ///< ascending
  std::vector<std::string> modes;    ///< of a YES: that hold at the most chunks; see above
  bool everywhere = true;            ///< they hold at all
  std::vector<std::string> against;  ///< the modes that the effects are against
  Effect throughput, relay_cpu, system_cpu;
  double could_have_told = 0;  ///< of a MAYBE for kNotTold: the least factor; 0: unknown
};

/// The best modes of a row by throughput: the one with the highest median first, then those that
/// are not claimed to be slower than any other.
struct MapCell {
  Row row;
  std::vector<std::string> modes;
  std::optional<double> floor_share{};  ///< of the first of these; see verdict.h
};

/// How far the figures can be trusted.
struct Trust {
  double median_half_width = 0;  ///< of the 95 % intervals of throughput ratios, relative
  double worst_half_width = 0;   ///< +infinity: some had too few rounds
  CaseId worst;
  double steal = 0;          ///< share of busy time
  std::int64_t failed = 0;   ///< samples
  std::int64_t samples = 0;  ///< of all
  /// Over hosts: the largest part of a sample by which it may be too long.
  std::optional<double> off = {};
};

struct Recommendation {
  std::string baseline;
  std::vector<std::string> modes;    ///< that were measured, in the order of the options; no floor
  std::vector<std::int64_t> chunks;  ///< ascending
  std::vector<Advice> advice;        ///< by path in the order of the options; YES, NO, MAYBE
  std::vector<MapCell> map;          ///< matrix order
  std::optional<Trust> trust;        ///< absent where no two modes share a round
};

/// "splice" of "splice:pipe=64KiB".
std::string engine_of(const std::string& mode);

std::optional<Trust> trust_of(const Result& result, const Verdict& verdict);

Recommendation recommend(const Result& result, const Verdict& verdict);

/// "yes", "no", "maybe".
const char* name_of(Answer answer);

/// One clause: "no difference could be told; one of 4% would have been".
std::string doubt_text(const Advice& advice);

/// "at every chunk", "at 1KiB", "from 8KiB on", "to 4KiB", "from 2KiB to 8KiB, at 64KiB": `chunks`
/// among `all`, both ascending.
std::string chunk_ranges(const std::vector<std::int64_t>& chunks,
                         const std::vector<std::int64_t>& all);

}  // namespace splicebench
