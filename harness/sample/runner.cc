#include "harness/sample/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include "results/model/path_kinds.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

/// Bytes of the transfer that is hashed before a case is timed.
constexpr std::int64_t kVerifiedBytes = 4 << 20;
/// The first guess of a calibration; later groups start from their neighbour's rate.
constexpr double kFirstGuessBytes = 4 << 20;
/// A calibrating sample of at least this share of --min-time is long enough to scale from.
constexpr double kLongEnough = 0.35;
constexpr int kMostCalibrations = 5;
/// The fastest sample of a group is aimed at this multiple of --min-time: rates differ from sample
/// to sample.
constexpr double kMargin = 1.25;
/// Part of the timed iterations that runs before as warm-up.
constexpr std::int64_t kWarmupShare = 8;

constexpr const char* kVerification = "verification: ";

/// What kept an earlier run from measuring a case is no sample of it, and is tried again: wrong
/// bytes will be wrong again, a process killed by chance will not.
void forget_verification(CaseResult& one) {
  std::erase_if(one.samples,
                [](const Sample& sample) { return sample.error.starts_with(kVerification); });
}

std::int64_t warmup_of(std::int64_t iterations) {
  return std::max<std::int64_t>(1, iterations / kWarmupShare);
}

bool is_finished(const CaseResult& one, std::int64_t rounds) {
  return std::count_if(one.samples.begin(), one.samples.end(), [](const Sample& sample) {
           return !sample.error.starts_with(kVerification);
         }) >= rounds;
}

/// Adds the time of this call to a total, whichever way it ends.
class TimeInto {
 public:
  TimeInto(double& total, const std::function<double()>& now)
      : total_(total), now_(now), began_(now()) {}
  TimeInto(const TimeInto&) = delete;
  TimeInto& operator=(const TimeInto&) = delete;
  ~TimeInto() { total_ += now_() - began_; }

 private:
  double& total_;
  const std::function<double()>& now_;
  double began_;
};

}  // namespace

bool nothing_left(const Result& result) {
  return std::all_of(result.cases.begin(), result.cases.end(), [&](const CaseResult& one) {
    return is_finished(one, result.options.rounds);
  });
}

Runner::Runner(Result& result, Iterations& iterations, Sampler& sampler, Log log,
               Progress& progress, std::function<double()> now, RunLimits limits)
    : result_(result),
      iterations_(iterations),
      sampler_(sampler),
      log_(std::move(log)),
      progress_(progress),
      now_(std::move(now)),
      limits_(limits),
      groups_(groups_of(result.cases)),
      broken_(result.cases.size()) {
  for (std::size_t index = 0; index < result_.cases.size(); ++index) {
    const CaseResult& one = result_.cases[index];
    broken_[index] = limits_.left_out.contains(one.id.mode);
    for (const Sample& sample : one.samples) sequence_ = std::max(sequence_, sample.sequence + 1);
  }
}

void Runner::run() {
  began_ = now_();
  wall_before_ = result_.wall_seconds;
  const TimeInto wall(result_.wall_seconds, now_);
  prepare();

  std::int64_t left = 0;
  for (std::size_t index = 0; index < result_.cases.size(); ++index) {
    const std::int64_t done = static_cast<std::int64_t>(result_.cases[index].samples.size());
    if (!broken_[index]) left += std::max<std::int64_t>(0, result_.options.rounds - done);
  }
  const TimeInto rounds(result_.rounds_seconds, now_);
  progress_.begin("measuring", left);
  for (std::int64_t round = 0; round < result_.options.rounds; ++round) {
    for (const std::size_t index : round_order(groups_, result_.options.seed, round)) {
      CaseResult& one = result_.cases[index];
      if (!broken_[index] && !has_round(one, round)) measure(round, one);
    }
  }
  progress_.end();
  result_.complete = limits_.left_out.empty();
}

void Runner::prepare() {
  progress_.begin("verifying and calibrating", static_cast<std::int64_t>(result_.cases.size()));
  for (const Group& group : groups_) {
    bool measurable = false;
    for (const std::size_t index : group) {
      CaseResult& one = result_.cases[index];
      progress_.step(progress_name(one.id));
      if (broken_[index]) continue;
      forget_verification(one);
      if (is_finished(one, result_.options.rounds)) continue;
      broken_[index] = !verify(one);
      measurable = measurable || !broken_[index];
    }
    if (measurable) calibrate(group);
  }
  progress_.end();
}

bool Runner::verify(CaseResult& one) {
  const std::int64_t iterations = std::max<std::int64_t>(1, kVerifiedBytes / one.id.chunk);
  SampleResult taken = sampler_.take(one.id, iterations, 0, Purpose::verify);
  keep_granted(one, taken);
  if (taken.sample.error.empty()) return true;
  taken.sample.error = kVerification + taken.sample.error;
  record(one, std::move(taken.sample), 0);
  return false;
}

void Runner::calibrate(const Group& group) {
  const CaseId& id = result_.cases[group.front()].id;
  const std::string key = id.key();
  if (iterations_.contains(key)) return;
  const double wanted = result_.options.min_time;
  const double guess_bytes = last_rate_bytes_ > 0 ? last_rate_bytes_ / 2 : kFirstGuessBytes;
  std::int64_t iterations = bounded(id, guess_bytes / static_cast<double>(id.chunk));
  for (int attempt = 0;; ++attempt) {
    double fastest = 0;
    for (const std::size_t index : group) {
      if (broken_[index]) continue;
      const SampleResult taken = sampler_.take(result_.cases[index].id, iterations,
                                               warmup_of(iterations), Purpose::calibrate);
      const Sample& sample = taken.sample;
      // An error will show again, and be counted, in the rounds.
      if (sample.error.empty() && (fastest == 0 || sample.seconds < fastest))
        fastest = sample.seconds;
    }
    if (fastest == 0) break;
    const double per_second = static_cast<double>(iterations) / fastest;
    last_rate_bytes_ = per_second * wanted * static_cast<double>(id.chunk);
    const bool enough = fastest >= kLongEnough * wanted || attempt + 1 == kMostCalibrations;
    const std::int64_t scaled = bounded(id, per_second * wanted * kMargin);
    const bool stuck = scaled == iterations;
    iterations = scaled;
    if (enough || stuck) break;
  }
  iterations_[key] = iterations;
  log_(journal_iterations(key, iterations));
}

std::int64_t Runner::bounded(const CaseId& id, double iterations) const {
  const std::int64_t wanted = std::max<std::int64_t>(1, std::llround(std::ceil(iterations)));
  const std::optional<PathKinds> kinds = kinds_of(id.path);
  if (!kinds || kinds->sink != EndKind::file) return wanted;
  return std::clamp<std::int64_t>(wanted, 1,
                                  std::max<std::int64_t>(1, limits_.file_bytes / id.chunk));
}

void Runner::measure(std::int64_t round, CaseResult& one) {
  progress_.step(round, result_.options.rounds, one.id);
  const std::int64_t iterations = iterations_.at(one.id.key());
  SampleResult taken = sampler_.take(one.id, iterations, warmup_of(iterations), Purpose::measure);
  keep_granted(one, taken);
  record(one, std::move(taken.sample), round);
}

void Runner::record(CaseResult& one, Sample sample, std::int64_t round) {
  sample.round = round;
  sample.sequence = sequence_++;
  sample.start = wall_before_ + std::max(0.0, sample.start - began_);
  if (!sample.error.empty()) ++failures_;
  one.samples.push_back(std::move(sample));
  log_(journal_sample(one.id, one.samples.back()));
}

void Runner::keep_granted(CaseResult& one, const SampleResult& taken) {
  for (const Granted& granted : taken.granted) {
    if (granted.got < granted.asked.value_or(granted.got)) warn_of_small(one.id, granted);
  }
  std::map<std::string, std::int64_t> got = got_by_name(taken.granted);
  if (got.empty() || got == one.granted) return;
  one.granted = std::move(got);
  log_(journal_granted(one));
}

/// The kernel gave less than was asked for. One says it for all.
void Runner::warn_of_small(const CaseId& id, const Granted& granted) {
  if (std::any_of(result_.warnings.begin(), result_.warnings.end(),
                  [](const Warning& warning) { return warning.code == "granted"; }))
    return;
  result_.warnings.push_back(
      {"granted",
       fmt::format("{} asked for a {} of {} and got {}", id.name(), granted.name,
                   format_size(*granted.asked), format_size(granted.got)),
       granted.name == "pipe"
           ? fmt::format("raise it with: sysctl fs.pipe-max-size={}", *granted.asked)
           : "ask for no more than that, or raise the limit that stands in the way"});
}

bool Runner::has_round(const CaseResult& one, std::int64_t round) const {
  return std::any_of(one.samples.begin(), one.samples.end(),
                     [round](const Sample& sample) { return sample.round == round; });
}

}  // namespace splicebench
