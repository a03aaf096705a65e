#include "results/verdict/causes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <optional>

#include "results/model/metrics.h"
#include "results/stats/paired.h"
#include "results/stats/summary.h"
#include "results/text/line.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

/// Of the throughput that is to be expected: less is a surprise.
constexpr double kSurprise = 0.75;
/// A fact that differs by less explains nothing. Not quite two: a small tail doubles a chunk's
/// segments and leaves the chunk a little longer than one.
constexpr double kTelling = 1.9;
/// In one sentence; all of them stand in the facts of the file.
constexpr std::size_t kMostCauses = 3;

using Of = std::function<std::optional<double>(const Sample&)>;

/// A fact whose excess over another case's is a cause.
struct Suspect {
  Of value;
  double least;  ///< below that, however much more than the other's, it is none
  std::string (*text)(double own, double other);
  std::string (*more)(const CaseResult& one) = nullptr;  ///< said after it
};

double gigabytes(const Sample& sample) { return static_cast<double>(sample.bytes) * 1e-9; }

std::optional<double> per_gigabyte(const Sample& sample, const Count& count) {
  if (!count) return std::nullopt;
  return static_cast<double>(*count) / gigabytes(sample);
}

/// Segments per MB of payload: the inverse of what a segment carries.
std::optional<double> segments(const Sample& sample, const std::optional<SocketFacts>& socket) {
  if (!socket || !socket->segments_out || *socket->segments_out <= 0) return std::nullopt;
  return static_cast<double>(*socket->segments_out) / gigabytes(sample) * 1e-3;
}

std::string small_segments(const char* who, double own, double other) {
  return fmt::format("{:.1f} KB per segment of {} ({:.1f})", 1e3 / own, who, 1e3 / other);
}

/// What each of the writer's chunks leaves after its full segments goes as a segment of its own
/// (TCP_NODELAY): ": 64KiB chunks leave a 53-byte tail each". Empty where there is no such tail, or
/// where the segments are fewer or more than that explains.
std::string tail_text(const CaseResult& one) {
  constexpr double kSmallTail = 0.1;  // of a full segment
  constexpr double kExplained = 0.25;
  std::optional<double> tail;
  for (const Sample& sample : one.samples) {
    const std::optional<SocketFacts>& writer = sample.facts.writer;
    if (!sample.error.empty() || !writer || !writer->mss || *writer->mss <= 0) continue;
    const std::int64_t rest = one.id.chunk % *writer->mss;
    if (tail && *tail != static_cast<double>(rest)) return {};
    tail = static_cast<double>(rest);
    const bool small =
        rest > 0 && one.id.chunk > rest && *tail < kSmallTail * static_cast<double>(*writer->mss);
    const double each = static_cast<double>(one.id.chunk / *writer->mss + 1);
    const double seen = static_cast<double>(writer->segments_out.value_or(0)) /
                        static_cast<double>(sample.iterations);
    if (!small || std::abs(seen - each) > kExplained * each) return {};
  }
  if (!tail) return {};
  return fmt::format(": {} chunks leave a {:.0f}-byte tail each", format_size(one.id.chunk), *tail);
}

/// To two digits, as a cause needs no more.
double rounded(double value) {
  if (value <= 0) return 0;
  const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
  return std::round(value / unit) * unit;
}

std::string times(const char* what, double own, double other) {
  return fmt::format("{} {:.0f} times per GB ({:.0f})", what, rounded(own), rounded(other));
}

const std::vector<Suspect>& suspects() {
  static const std::vector<Suspect> all{
      {[](const Sample& s) { return per_gigabyte(s, s.voluntary_switches); }, 2000,
       [](double own, double other) { return times("the relay sleeps", own, other); }},
      {[](const Sample& s) { return per_gigabyte(s, s.facts.reader_process.voluntary_switches); },
       2000, [](double own, double other) { return times("the reader sleeps", own, other); }},
      {[](const Sample& s) { return per_gigabyte(s, s.facts.writer_process.voluntary_switches); },
       2000, [](double own, double other) { return times("the writer sleeps", own, other); }},
      {[](const Sample& s) { return segments(s, s.facts.sink); }, 20,
       [](double own, double other) { return small_segments("the relay's", own, other); },
       tail_text},
      {[](const Sample& s) { return segments(s, s.facts.writer); }, 20,
       [](double own, double other) { return small_segments("the writer's", own, other); },
       tail_text},
      {[](const Sample& s) { return per_gigabyte(s, s.retransmits); }, 50,
       [](double own, double other) { return times("TCP retransmits", own, other); }},
      {[](const Sample& s) { return per_gigabyte(s, s.facts.net.collapsed); }, 200,
       [](double own, double other) {
         return times("a full receive buffer is compacted", own, other);
       }},
      {[](const Sample& s) { return per_gigabyte(s, s.facts.net.zero_windows); }, 200,
       [](double own, double other) { return times("a receive window is closed", own, other); }},
      {[](const Sample& s) { return per_gigabyte(s, s.facts.relay_process.minor_faults); }, 2000,
       [](double own, double other) { return times("the relay faults pages in", own, other); }},
      {[](const Sample& s) { return s.calls ? per_gigabyte(s, s.calls->total()) : std::nullopt; },
       20000,
       [](double own, double other) { return times("the relay calls the kernel", own, other); }},
  };
  return all;
}

std::optional<double> median_of(const CaseResult& one, const Of& value) {
  std::vector<double> values;
  for (const Sample& sample : one.samples) {
    if (!sample.error.empty()) continue;
    if (const std::optional<double> known = value(sample)) values.push_back(*known);
  }
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  return median_of_sorted(values);
}

std::optional<double> throughput(const CaseResult& one) {
  return median_of(one,
                   [](const Sample& sample) { return std::optional(sample.bytes_per_second()); });
}

/// BBR paces by its estimate of the path: its sender then neither waits for the receiver nor for
/// its own buffer (TCP_INFO), and still does not send.
bool is_paced(const CaseResult& one, const std::optional<SocketFacts> Facts::*socket) {
  double busy = 0;
  double limited = 0;
  bool bbr = false;
  for (const Sample& sample : one.samples) {
    const std::optional<SocketFacts>& facts = sample.facts.*socket;
    if (!sample.error.empty() || !facts || !facts->busy_seconds) continue;
    bbr = std::string(facts->congestion.data()).starts_with("bbr");
    busy += *facts->busy_seconds;
    limited += facts->receiver_limited.value_or(0) + facts->sender_limited.value_or(0);
  }
  return bbr && busy > 0 && limited < 0.5 * busy;
}

class Search {
 public:
  explicit Search(const Result& result) : baseline_(baseline_mode(result)) {
    for (const CaseResult& one : result.cases) {
      const std::optional<double> rate = throughput(one);
      if (!rate) continue;
      const Known& known = known_.emplace(one.id.name(), Known{&one, *rate}).first->second;
      const Known*& best = best_[one.id.key()];
      if (best == nullptr || known.rate > best->rate) best = &known;
    }
  }

  std::optional<Cause> of(const CaseResult& one) const {
    const auto found = known_.find(one.id.name());
    if (found == known_.end()) return std::nullopt;
    const CaseResult* const against = faster(found->second);
    if (against == nullptr) return std::nullopt;
    std::string text;
    double most = kTelling;
    for (const Suspect& suspect : suspects()) {
      const std::optional<double> own = median_of(one, suspect.value);
      const std::optional<double> other = median_of(*against, suspect.value);
      if (!own || !other || *own < suspect.least) continue;
      const double times_more = *own / std::max(*other, suspect.least / 10);
      if (times_more < most) continue;
      most = times_more;
      text = suspect.text(*own, *other);
      if (suspect.more != nullptr) text += suspect.more(one);
    }
    if (is_paced(one, &Facts::sink) || is_paced(one, &Facts::writer)) text = "paced by bbr";
    if (text.empty()) return std::nullopt;
    return Cause{one.id, against->id, text, is_surprising(found->second, *against)};
  }

 private:
  struct Known {
    const CaseResult* one;
    double rate;
  };

  const Known* neighbour(const CaseId& id, std::int64_t chunk) const {
    CaseId other = id;
    other.chunk = chunk;
    const auto found = known_.find(other.name());
    return found == known_.end() ? nullptr : &found->second;
  }

  bool is_surprising(const Known& one, const CaseResult& against) const {
    if (against.id.chunk != one.one->id.chunk) return true;
    const auto baseline = known_.find(CaseId{one.one->id.row(), baseline_}.name());
    return baseline != known_.end() && one.rate < kSurprise * baseline->second.rate;
  }

  /// The one it should be as fast as, and is not.
  const CaseResult* faster(const Known& one) const {
    const CaseId& id = one.one->id;
    const Known* const below = neighbour(id, id.chunk / 2);
    const Known* const above = neighbour(id, id.chunk * 2);
    if (below != nullptr && above != nullptr) {
      const Known* const slower = below->rate < above->rate ? below : above;
      if (one.rate < kSurprise * slower->rate) return slower->one;
    }
    const Known* const best = best_.at(id.key());
    return one.rate < kSurprise * best->rate ? best->one : nullptr;
  }

  std::string baseline_;
  std::map<std::string, Known> known_;        ///< by name
  std::map<std::string, const Known*> best_;  ///< by row
};

std::string label_of_cause(const CaseId& id) {
  return fmt::format("{} {} {}", id.path, format_size(id.chunk), id.mode);
}

}  // namespace

std::vector<Cause> causes_of(const Result& result) {
  const Search search(result);
  std::vector<Cause> causes;
  for (const CaseResult& one : result.cases) {
    if (std::optional<Cause> cause = search.of(one)) causes.push_back(std::move(*cause));
  }
  return causes;
}

std::vector<Warning> cause_warnings(const Result& result) {
  std::vector<Cause> causes = causes_of(result);
  std::erase_if(causes, [](const Cause& cause) { return !cause.surprising; });
  if (causes.empty()) return {};
  std::vector<std::string> texts;
  for (const Cause& cause : causes) {
    if (texts.size() == kMostCauses) break;
    texts.push_back(fmt::format("{}: {}", label_of_cause(cause.id), cause.text));
  }
  return {
      {"why",
       fmt::format("{} slower by a quarter than the baseline or both neighbours: {}{}",
                   causes.size() == 1 ? "a case is" : fmt::format("{} cases are", causes.size()),
                   fmt::join(texts, "; "), causes.size() > texts.size() ? "; ..." : ""),
       "in brackets what is so of the faster one; all facts stand with each sample in the "
       "result file"}};
}

}  // namespace splicebench
