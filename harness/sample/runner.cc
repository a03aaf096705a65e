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
/// Of each of many flows, at least: less lies in its sockets' buffers before anybody has waited for
/// another, and says nothing of who is served when.
constexpr std::int64_t kLeastFlowBytes = 256 << 10;
/// A calibrating sample of at least this share of --min-time is long enough to scale from.
constexpr double kLongEnough = 0.35;
constexpr int kMostCalibrations = 5;
/// The fastest sample of a group is aimed at this multiple of --min-time: rates differ from sample
/// to sample.
constexpr double kMargin = 1.25;

constexpr const char* kVerification = "verification: ";

/// What kept an earlier run from measuring a case is no sample of it, and is tried again: wrong
/// bytes will be wrong again, a process killed by chance will not.
void forget_verification(CaseResult& one) {
  std::erase_if(one.samples,
                [](const Sample& sample) { return sample.error.starts_with(kVerification); });
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

double least_seconds(const RunOptions& options, double control_round_trip) {
  return std::max(options.min_time,
                  std::min(kControlTrips * control_round_trip, kMostOfTimeout * options.timeout));
}

bool nothing_left(const Result& result) {
  if (result.options.time > 0) return result.complete;
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

  const TimeInto rounds(result_.rounds_seconds, now_);
  if (result_.options.time > 0) {
    measure_by_plan();
  } else {
    measure_rounds();
  }
  progress_.end();
  result_.complete = limits_.left_out.empty();
}

void Runner::prepare() {
  progress_.begin("verifying and calibrating", static_cast<std::int64_t>(result_.cases.size()));
  for (const Group& group : groups_) {
    Group unfinished;
    for (const std::size_t index : group) {
      CaseResult& one = result_.cases[index];
      if (broken_[index]) continue;
      forget_verification(one);
      if (result_.options.time > 0 || !is_finished(one, result_.options.rounds))
        unfinished.push_back(index);
    }
    if (unfinished.empty()) continue;
    verify(unfinished);
    std::erase_if(unfinished, [this](std::size_t index) { return broken_[index]; });
    if (!unfinished.empty()) calibrate(group);
  }
  progress_.end();
}

void Runner::visit(const Group& cases, std::int64_t iterations, Purpose purpose,
                   const TakeResult& take) {
  std::vector<SampleRequest> requests;
  for (const std::size_t index : cases) {
    const CaseId& id = result_.cases[index].id;
    const WarmUp warmup =
        purpose == Purpose::verify ? WarmUp() : warm_up_of(iterations, flows_of(id.conditions));
    requests.push_back({id, iterations, warmup, purpose});
  }
  sampler_.visit(requests, take);
}

void Runner::verify(const Group& group) {
  const CaseId& id = result_.cases[group.front()].id;
  const std::int64_t flows = flows_of(id.conditions);
  const std::int64_t each = std::max<std::int64_t>(1, kVerifiedBytes / id.chunk / flows);
  for (const std::size_t index : group) progress_.step(progress_name(result_.cases[index].id));
  visit(group, each * flows, Purpose::verify, [&](std::size_t place, SampleResult taken) {
    const std::size_t index = group[place];
    CaseResult& one = result_.cases[index];
    keep_granted(one, taken);
    strangers_ += taken.sample.hosts.strangers.value_or(0);
    broken_[index] = !taken.sample.error.empty();
    if (!broken_[index]) return;
    taken.sample.error = kVerification + taken.sample.error;
    record(one, std::move(taken.sample), 0);
  });
}

void Runner::calibrate(const Group& group) {
  const CaseId& id = result_.cases[group.front()].id;
  const std::string key = id.key();
  if (iterations_.contains(key)) return;
  Group sound = group;
  std::erase_if(sound, [this](std::size_t index) { return broken_[index]; });
  double wanted = result_.options.min_time;
  std::vector<double> round_trips;
  const double guess_bytes = last_rate_bytes_ > 0 ? last_rate_bytes_ / 2 : kFirstGuessBytes;
  std::int64_t iterations = bounded(id, guess_bytes / static_cast<double>(id.chunk));
  for (int attempt = 0;; ++attempt) {
    double fastest = 0;
    visit(sound, iterations, Purpose::calibrate, [&](std::size_t, const SampleResult& taken) {
      const Sample& sample = taken.sample;
      // An error will show again, and be counted, in the rounds.
      if (sample.error.empty() && (fastest == 0 || sample.seconds < fastest))
        fastest = sample.seconds;
      strangers_ += sample.hosts.strangers.value_or(0);
      if (sample.hosts.control_round_trip) round_trips.push_back(*sample.hosts.control_round_trip);
    });
    if (fastest == 0) break;
    // One of them may have stalled.
    std::sort(round_trips.begin(), round_trips.end());
    if (!round_trips.empty()) wanted = least_seconds(result_.options, middle_of(round_trips));
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
  const std::int64_t flows = flows_of(id.conditions);
  const std::int64_t least = flows == 1 ? 1 : std::max<std::int64_t>(1, kLeastFlowBytes / id.chunk);
  std::int64_t each = std::max<std::int64_t>(
      least, std::llround(std::ceil(iterations / static_cast<double>(flows))));
  const std::optional<PathKinds> kinds = kinds_of(id.path);
  if (kinds && kinds->has_file())
    each = std::min(each, std::max<std::int64_t>(1, limits_.file_bytes / id.chunk / flows));
  return each * flows;
}

void Runner::measure(std::int64_t first, std::int64_t end, const Group& group) {
  Group missing;
  std::vector<std::int64_t> rounds;
  for (std::int64_t round = first; round < end; ++round) {
    for (const std::size_t index : case_order(group, result_.options.seed, round)) {
      if (broken_[index] || has_round(result_.cases[index], round)) continue;
      missing.push_back(index);
      rounds.push_back(round);
    }
  }
  if (missing.empty()) return;
  result_.options.rounds = std::max(result_.options.rounds, rounds.back() + 1);
  const std::int64_t iterations = iterations_.at(result_.cases[missing.front()].id.key());
  const auto step = [&](std::size_t place) {
    const CaseId& id = result_.cases[missing[place]].id;
    if (result_.options.time > 0) {
      progress_.step(progress_name(id));
    } else {
      progress_.step(rounds[place], result_.options.rounds, id);
    }
  };
  step(0);
  visit(missing, iterations, Purpose::measure, [&](std::size_t place, SampleResult taken) {
    CaseResult& one = result_.cases[missing[place]];
    keep_granted(one, taken);
    record(one, std::move(taken.sample), rounds[place]);
    if (place + 1 < missing.size()) step(place + 1);
  });
}

void Runner::record(CaseResult& one, Sample sample, std::int64_t round) {
  sample.round = round;
  sample.sequence = sequence_++;
  sample.start = wall_before_ + std::max(0.0, sample.start - began_);
  if (!sample.error.empty()) ++failures_;
  if (sample.hosts.strangers) *sample.hosts.strangers += std::exchange(strangers_, 0);
  one.samples.push_back(std::move(sample));
  log_(journal_sample(one.id, one.samples.back()));
}

void Runner::keep_granted(CaseResult& one, const SampleResult& taken) {
  for (const Granted& granted : taken.granted) {
    if (granted.got < granted.asked.value_or(granted.got)) warn_of_small(one.id, granted);
  }
  std::map<std::string, std::int64_t> got = got_by_name(taken.granted);
  const bool same_congestion =
      taken.relay_congestion.empty() || taken.relay_congestion == one.relay_congestion;
  if ((got.empty() || got == one.granted) && same_congestion) return;
  if (!got.empty()) one.granted = std::move(got);
  if (!same_congestion) one.relay_congestion = taken.relay_congestion;
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
  log_(journal_warning(result_.warnings.back()));
}

bool Runner::has_round(const CaseResult& one, std::int64_t round) const {
  return std::any_of(one.samples.begin(), one.samples.end(),
                     [round](const Sample& sample) { return sample.round == round; });
}

}  // namespace splicebench
