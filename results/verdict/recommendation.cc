#include "results/verdict/recommendation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>

#include "results/model/metrics.h"
#include "results/text/size.h"
#include "results/verdict/pairs.h"

namespace splicebench {

namespace {

constexpr double kSameSize = 0.5;  ///< of the bytes per call of the other

/// A row and what is said of it.
struct RowAnswer {
  const VerdictRow* row = nullptr;
  Answer answer = Answer::kMaybe;
  Doubt doubt = Doubt::kNone;
  std::set<std::string> best;  ///< of a YES
  double could_have_told = 0;  ///< of throughput, as a factor; the greatest of all pairs
};

class Judge {
 public:
  Judge(const Result& result, const Verdict& verdict, const Pairs& pairs)
      : result_(result), verdict_(verdict), pairs_(pairs) {
    engine_ = engine_of(verdict.baseline);
    others_ = std::any_of(result.options.modes.begin(), result.options.modes.end(),
                          [&](const std::string& mode) { return is_other_engine(mode); });
  }

  /// Nothing where the baseline has no sample, or is alone.
  std::optional<RowAnswer> judge(const VerdictRow& row) const {
    std::vector<std::string> opponents;
    std::vector<std::string> candidates;
    for (const CaseFigures& one : row.modes) {
      if (one.good == 0) continue;
      if (is_opponent(one.id.mode)) opponents.push_back(one.id.mode);
      if (is_candidate(one.id.mode)) candidates.push_back(one.id.mode);
    }
    if (opponents.empty() || candidates.empty()) return std::nullopt;
    RowAnswer whole;
    whole.row = &row;
    std::set<std::string> good;
    std::set<Doubt> doubts;
    for (const std::string& mode : candidates) {
      const auto [answer, doubt] = of_mode(row, mode, opponents);
      if (answer == Answer::kYes) good.insert(mode);
      if (answer == Answer::kMaybe) doubts.insert(doubt);
      for (const std::string& other : opponents) {
        const std::optional<Told> told = pairs_.told(row.id, mode, other, 0);
        if (told) whole.could_have_told = std::max(whole.could_have_told, told->could_have_told);
      }
    }
    if (!good.empty()) {
      whole.answer = Answer::kYes;
      whole.best = undominated(row.id, good);
    } else if (doubts.empty()) {
      whole.answer = Answer::kNo;
    } else {
      whole.doubt = *doubts.rbegin();  // the one that says the most
    }
    return whole;
  }

  /// Of the baseline's engine, those that move as much per call as `mode`.
  std::vector<std::string> of_its_size(const VerdictRow& row, const std::string& mode) const {
    std::vector<std::string> same;
    for (const CaseFigures& one : row.modes) {
      if (one.good > 0 && is_opponent(one.id.mode) && same_size(row, mode, one))
        same.push_back(one.id.mode);
    }
    return same;
  }

 private:
  bool is_other_engine(const std::string& mode) const {
    const std::string engine = engine_of(mode);
    return engine != engine_ && engine != "relay" && !is_direct(mode);
  }
  bool is_candidate(const std::string& mode) const {
    return others_ ? is_other_engine(mode)
                   : mode != verdict_.baseline && engine_of(mode) == engine_;
  }
  bool is_opponent(const std::string& mode) const {
    return others_ ? engine_of(mode) == engine_ : mode == verdict_.baseline;
  }

  bool same_size(const VerdictRow& row, const std::string& mode, const CaseFigures& other) const {
    if (!others_) return true;  // the size is what is asked
    for (const CaseFigures& one : row.modes) {
      if (one.id.mode != mode) continue;
      return one.bytes_per_call && other.bytes_per_call &&
             other.bytes_per_call->centre >= kSameSize * one.bytes_per_call->centre;
    }
    return false;
  }

  std::pair<Answer, Doubt> of_mode(const VerdictRow& row, const std::string& mode,
                                   const std::vector<std::string>& opponents) const {
    bool better = true;
    bool mixed = false;
    for (const std::string& other : opponents) {
      const Standing standing = pairs_.standing(row.id, mode, other);
      if (standing == Standing::kWorse) return {Answer::kNo, Doubt::kNone};
      better = better && standing == Standing::kBetter;
      mixed = mixed || standing == Standing::kMixed;
    }
    const bool fair = !of_its_size(row, mode).empty();
    if (better && fair) return {Answer::kYes, Doubt::kNone};
    if (result_.options.rounds < pairs_.rounds_needed()) return {Answer::kMaybe, Doubt::kRounds};
    if (mixed) return {Answer::kMaybe, Doubt::kMixed};
    return {Answer::kMaybe, fair ? Doubt::kNotTold : Doubt::kSizes};
  }

  std::set<std::string> undominated(const Row& row, const std::set<std::string>& modes) const {
    std::set<std::string> best;
    for (const std::string& mode : modes) {
      if (std::none_of(modes.begin(), modes.end(), [&](const std::string& other) {
            return pairs_.standing(row, other, mode) == Standing::kBetter;
          }))
        best.insert(mode);
    }
    return best;
  }

  const Result& result_;
  const Verdict& verdict_;
  const Pairs& pairs_;
  std::string engine_;
  bool others_ = false;  ///< the run has another engine
};

/// The rows of a path and chunk, one per condition, as one.
RowAnswer under_every_condition(const std::vector<RowAnswer>& rows) {
  RowAnswer whole = rows.front();
  for (const RowAnswer& one : rows) {
    if (one.answer != whole.answer) {
      whole.answer = Answer::kMaybe;
      whole.doubt = Doubt::kFlips;
    }
    std::set<std::string> both;
    std::set_intersection(whole.best.begin(), whole.best.end(), one.best.begin(), one.best.end(),
                          std::inserter(both, both.begin()));
    whole.best = std::move(both);
    whole.could_have_told = std::max(whole.could_have_told, one.could_have_told);
  }
  return whole;
}

void add_effect(Effect& effect, const std::optional<Told>& told) {
  if (!told) return;
  ++effect.all;
  if (told->sign == 0) return;
  effect.low = effect.claimed == 0 ? told->low : std::min(effect.low, told->low);
  effect.high = effect.claimed == 0 ? told->high : std::max(effect.high, told->high);
  ++effect.claimed;
}

using Chunks = std::map<std::int64_t, std::vector<RowAnswer>>;  ///< a path's rows by chunk

/// The modes that are best at the most chunks of `advice`.
void name_modes(Advice& advice, const std::vector<RowAnswer>& answers,
                const std::vector<std::string>& order) {
  std::map<std::string, std::size_t> count;
  std::size_t most = 0;
  for (const RowAnswer& one : answers) {
    for (const std::string& mode : one.best) most = std::max(most, ++count[mode]);
  }
  for (const std::string& mode : order) {
    if (most > 0 && count[mode] == most) advice.modes.push_back(mode);
  }
  advice.everywhere = most == answers.size();
}

void add_effects(Advice& advice, const Chunks& chunks, const Judge& judge, const Pairs& pairs) {
  if (advice.modes.empty()) return;
  std::set<std::string> against;
  for (const std::int64_t chunk : advice.chunks) {
    for (const RowAnswer& one : chunks.at(chunk)) {
      for (const std::string& other : judge.of_its_size(*one.row, advice.modes.front())) {
        against.insert(other);
        const auto told = [&](std::size_t unit) {
          return pairs.told(one.row->id, advice.modes.front(), other, unit);
        };
        add_effect(advice.throughput, told(0));
        add_effect(advice.relay_cpu, told(1));
        add_effect(advice.system_cpu, told(2));
      }
    }
  }
  advice.against.assign(against.begin(), against.end());
}

void add_advice(Recommendation& all, const std::string& path, const Chunks& chunks,
                const Judge& judge, const Pairs& pairs) {
  for (const Answer answer : {Answer::kYes, Answer::kNo, Answer::kMaybe}) {
    Advice advice;
    advice.path = path;
    advice.answer = answer;
    std::vector<RowAnswer> answers;
    std::map<Doubt, std::size_t> doubts;
    for (const auto& [chunk, rows] : chunks) {
      const RowAnswer one = under_every_condition(rows);
      if (one.answer != answer) continue;
      advice.chunks.push_back(chunk);
      ++doubts[one.doubt];
      answers.push_back(one);
    }
    if (answers.empty()) continue;
    advice.doubt = std::max_element(doubts.begin(), doubts.end(), [](const auto& a, const auto& b) {
                     return a.second < b.second;
                   })->first;
    if (answer == Answer::kYes) {
      name_modes(advice, answers, all.modes);
      add_effects(advice, chunks, judge, pairs);
    }
    for (const RowAnswer& one : answers)
      advice.could_have_told = std::max(advice.could_have_told, one.could_have_told);
    all.advice.push_back(std::move(advice));
  }
}

MapCell cell_of(const VerdictRow& row, const Pairs& pairs) {
  std::vector<const CaseFigures*> figures;
  for (const CaseFigures& one : row.modes) {
    if (one.throughput && !is_direct(one.id.mode)) figures.push_back(&one);
  }
  std::stable_sort(figures.begin(), figures.end(), [](const CaseFigures* a, const CaseFigures* b) {
    return a->throughput->centre > b->throughput->centre;
  });
  MapCell cell;
  cell.row = row.id;
  if (!figures.empty()) cell.floor_share = floor_share(row, *figures.front());
  for (const CaseFigures* one : figures) {
    const bool slower = std::any_of(figures.begin(), figures.end(), [&](const CaseFigures* other) {
      if (other == one) return false;
      const std::optional<Told> told = pairs.told(row.id, one->id.mode, other->id.mode, 0);
      return told && told->sign < 0;
    });
    if (!slower) cell.modes.push_back(one->id.mode);
  }
  return cell;
}

}  // namespace

std::string engine_of(const std::string& mode) { return mode.substr(0, mode.find(':')); }

Recommendation recommend(const Result& result, const Verdict& verdict) {
  Recommendation all;
  all.baseline = verdict.baseline;
  std::remove_copy_if(result.options.modes.begin(), result.options.modes.end(),
                      std::back_inserter(all.modes), is_direct);
  all.chunks = planned_chunks(result);
  const Pairs pairs(result, verdict.alpha);
  const Judge judge(result, verdict, pairs);
  std::map<std::string, Chunks> paths;
  for (const VerdictRow& row : verdict.rows) {
    all.map.push_back(cell_of(row, pairs));
    const std::optional<RowAnswer> answer = judge.judge(row);
    if (answer) paths[row.id.path][row.id.chunk].push_back(*answer);
  }
  for (const std::string& path : result.options.paths) {
    const auto found = paths.find(path);
    if (found != paths.end()) add_advice(all, path, found->second, judge, pairs);
  }
  all.trust = trust_of(result, verdict);
  return all;
}

}  // namespace splicebench
