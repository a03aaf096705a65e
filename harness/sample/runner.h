#pragma once

// The run: verify, calibrate, then rounds. It knows nothing of processes or files: a sampler takes
// the samples, a log keeps them.

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "harness/sample/progress.h"
#include "harness/sample/sample.h"
#include "harness/sample/schedule/plan.h"
#include "harness/sample/schedule/schedule.h"
#include "results/formats/journal.h"
#include "results/model/model.h"
#include "results/stats/width.h"

namespace splicebench {

/// A sample over hosts is at least so many round trips of the control path long: the reader's
/// confirmation is half of one of them, and a part in 200 of it at most.
inline constexpr double kControlTrips = 200;
/// That makes it no longer than this part of --timeout: its warm-up, modes that are slower than the
/// one it is calibrated by, and a machine that has other work, too, take more.
inline constexpr double kMostOfTimeout = 0.25;

/// How long a sample of `options` is at least, seconds, over a control path of that round trip; 0:
/// there is none.
double least_seconds(const RunOptions& options, double control_round_trip);

enum class Purpose { verify, calibrate, measure };

struct SampleRequest {
  CaseId id;
  std::int64_t iterations = 0;
  WarmUp warmup;
  Purpose purpose = Purpose::measure;
};

class Sampler {
 public:
  virtual ~Sampler() = default;
  /// Takes a sample for each request in their order; all are of one row. `take` gets each as soon
  /// as it is there. May throw Interrupted.
  virtual void visit(const std::vector<SampleRequest>& requests, const TakeResult& take) = 0;
};

/// How well two cases are told apart; absent where there is no interval yet.
using ResolutionOf =
    std::function<std::optional<Resolution>(const CaseResult& baseline, const CaseResult& mode)>;

/// Where a run is kept as it goes: lines of journal.h.
using Log = std::function<void(const std::string& line)>;

struct RunLimits {
  /// Asked where the options give a time; of a row of one mode it is not.
  ResolutionOf resolution = {};
  /// A file never holds more bytes; longer samples are cut to it.
  std::int64_t file_bytes = 512 << 20;
  /// Modes of cases that are not measured further.
  std::set<std::string> left_out = {};
};

/// Every case has all its rounds, or its time is over: there is nothing to go on with.
bool nothing_left(const Result& result);

class Runner {
 public:
  /// `result` holds options, environment, all cases, and what was measured before; it is completed
  /// in place. `iterations` likewise. `now`: seconds, only differences matter.
  Runner(Result& result, Iterations& iterations, Sampler& sampler, Log log, Progress& progress,
         std::function<double()> now, RunLimits limits = {});

  /// Throws Interrupted; what was measured up to then is in the result.
  void run();

  /// Samples (or whole cases, by verification) that ended in an error, in this call of run().
  std::int64_t failures() const { return failures_; }

 private:
  void prepare();
  /// A sample of each of `cases`, which are of one group and may repeat. `take` gets the place in
  /// `cases`.
  void visit(const Group& cases, std::int64_t iterations, Purpose purpose, const TakeResult& take);
  void verify(const Group& group);
  void calibrate(const Group& group);
  /// What the group lacks of the rounds from `first` up to `end`.
  void measure(std::int64_t first, std::int64_t end, const Group& group);
  void record(CaseResult& one, Sample sample, std::int64_t round);
  bool has_round(const CaseResult& one, std::int64_t round) const;
  void measure_rounds();
  /// Every group until it has as many rounds as `rounds` says of it.
  void measure_up_to(const std::function<std::int64_t(const Group&)>& rounds);
  /// Until the time of the options is over or every row is precise enough, but at least the first
  /// stage.
  void measure_by_plan();
  std::vector<PlanRow> plan_rows() const;
  /// The worst of its modes; infinite where there is none yet.
  Resolution resolution_of(const Group& group) const;
  /// The first round that the group lacks a sample of.
  std::int64_t next_round(const Group& group) const;
  std::int64_t bounded(const CaseId& id, double iterations) const;
  void keep_granted(CaseResult& one, const SampleResult& taken);
  void warn_of_small(const CaseId& id, const Granted& granted);

  Result& result_;
  Iterations& iterations_;
  Sampler& sampler_;
  Log log_;
  Progress& progress_;
  std::function<double()> now_;
  RunLimits limits_;
  std::vector<Group> groups_;
  std::vector<bool>
      broken_;  ///< by case: its bytes were wrong or it is left out, it gets no number
  std::int64_t sequence_ = 0;
  std::int64_t failures_ = 0;
  std::int64_t strangers_ = 0;  ///< that came where no sample was recorded: the next one's
  double began_ = 0;
  double wall_before_ = 0;
  double last_rate_bytes_ = 0;  ///< bytes of min_time in the group calibrated last
};

}  // namespace splicebench
