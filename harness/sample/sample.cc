#include "harness/sample/sample.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <future>
#include <optional>
#include <utility>
#include <vector>

#include "harness/foreign/foreign_link.h"
#include "harness/machine/placement.h"
#include "harness/sample/cast.h"
#include "harness/sample/hosted/hosted_ends.h"
#include "harness/sample/hosted/hosted_relay.h"
#include "harness/sample/prepared.h"
#include "harness/sample/report/report.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

/// The cast does what `task` says, and reports. Fills in what the engine got.
/// `before_clock` is done while the relay warms up, where the task says that it waits.
RelayReport converse(Cast& cast, const RelayTask& task, double timeout, SampleResult& result,
                     const std::function<void()>& before_clock = {}) {
  cast.tell(task, monotonic_seconds() + timeout);
  const RelayReady ready = cast.hear_ready();
  if (ready.error[0] != '\0') throw SampleFailed(cast.who_died(text_of(ready.error)));
  result.granted = granted_in(ready);
  if (task.waits) {
    before_clock();
    cast.let_go();
  }
  const RelayReport report = cast.hear_report();
  if (report.error[0] != '\0') throw SampleFailed(cast.who_died(text_of(report.error)));
  require_agreement(report, task);
  return report;
}

/// The same failure with what is known of the relay; `end`: how it ended, or empty.
SampleFailed through(const RelayCommand& relay, const SampleFailed& failure,
                     const std::string& end) {
  return SampleFailed(fmt::format("through relay {}: {}{}", relay.name, failure.what(),
                                  end.empty() ? "" : "; " + end));
}

/// A sample through somebody else's relay on a host of its own.
SampleResult perform_hosted_foreign(const SamplePlan& plan, const SampleSetting& setting) {
  SampleResult result;
  if (plan.hashed && !plan.relay->drops_half_close)
    setting.hosts->try_half_close(wish_of(plan, setting));
  HostedRelay hosted(plan, setting);
  HostRelay& relay = hosted.relay();
  RelayTask task = task_of(plan, setting, plan.path->kinds);
  task.foreign = relay.root();
  try {
    Cast cast(hosted.cast());
    const RelayReport report = converse(cast, task, setting.timeout, result);
    // While the connections are there, as of one here.
    RelayFacts facts;
    if (plan.hashed || plan.flows > 1) facts = relay.facts();
    cast.dismiss();
    require_content(plan, report, Fd(), {});
    result.sample = sample_of(plan, report);
    result.sample.hosts.strangers = cast.strangers();
    if (plan.hashed) result.relay_congestion = facts.congestion;
    if (result.sample.flows) result.sample.flows->relay_memory = facts.memory_growth;
  } catch (const SampleFailed& failure) {
    throw through(*plan.relay, failure, relay.how_it_ended());
  }
  return result;
}

/// A sample through somebody else's relay.
SampleResult perform_foreign(const SamplePlan& plan, const SampleSetting& setting) {
  SampleResult result;
  const ForeignRelayPlan relay = relay_plan_of(plan, setting);
  if (plan.hashed && !plan.relay->drops_half_close)
    require_half_close(relay, monotonic_seconds() + setting.timeout);
  const double deadline = monotonic_seconds() + setting.timeout;
  ForeignLink link(relay, deadline);
  if (plan.hashed) result.relay_congestion = link.congestion();
  RelayTask task = task_of(plan, setting, plan.path->kinds);
  task.foreign = link.relay().root();
  try {
    Cast cast(link.take_flows(), setting.programs);
    const RelayReport report =
        converse(cast, task, std::max(0.0, deadline - monotonic_seconds()), result);
    // While the connections are there: what a relay keeps for them goes with them.
    const std::optional<std::int64_t> memory = link.memory_growth();
    cast.dismiss();
    require_content(plan, report, Fd(), {});
    result.sample = sample_of(plan, report);
    if (result.sample.flows) result.sample.flows->relay_memory = memory;
  } catch (const SampleFailed& failure) {
    throw through(*plan.relay, failure, link.relay().how_it_ended(kGuardPatience));
  }
  return result;
}

SampleResult failed(const SamplePlan& plan, double begin, const SampleFailed& failure) {
  // What ends a run may have ended the processes of a sample first: then it is no failure of
  // theirs.
  if (interrupted()) throw Interrupted();
  SampleResult result;
  result.sample.iterations = plan.iterations;
  result.sample.start = begin;
  result.sample.error = failure.what();
  return result;
}

/// Samples that one cast takes, and those through other people's relays between them.
class Visit {
 public:
  /// Of the plans from `first` on, as many as a cast has connections for.
  Visit(const std::vector<SamplePlan>& plans, const SampleSetting& setting, std::size_t first)
      : plans_(plans), setting_(setting), next_(first), now_(monotonic_seconds()) {
    std::vector<PathEnds> connections;
    VisitPairs pairs(setting);
    if (setting.hosts != nullptr) hosted_.emplace(setting);
    std::size_t taken = 0;
    for (end_ = first; end_ < plans.size(); ++end_) {
      if (plans[end_].relay != nullptr) continue;
      const std::size_t more = static_cast<std::size_t>(plans[end_].flows);
      if (prepared_.size() == kVisitSamples || (taken > 0 && taken + more > kVisitConnections))
        break;
      taken += more;
      Prepared& prepared = prepared_.emplace_back();
      prepare(plans[end_], setting, pairs, prepared, connections);
      if (hosted_) hosted_->add(plans[end_]);
    }
    if (taken == 0) return;
    if (hosted_) {
      cast_.emplace(hosted_->listen(plans[first].path->kinds, connections));
    } else {
      cast_.emplace(std::move(connections), setting.programs);
    }
    started_seconds_ = (elapsed()) / static_cast<double>(prepared_.size());
  }

  /// Returns the index of the first plan that was not taken: one was an error, or all were.
  std::size_t run(const TakeResult& take) {
    while (next_ < end_) {
      SampleResult result;
      const bool good = attempt(result);
      take(next_++, std::move(result));
      elapsed();  // what the caller took is no part of the next sample
      if (!good) break;
    }
    return next_;
  }

 private:
  /// Seconds since this was called last.
  double elapsed() {
    const double now = monotonic_seconds();
    return now - std::exchange(now_, now);
  }

  bool attempt(SampleResult& result) {
    const SamplePlan& plan = plans_[next_];
    const double begin = now_;
    double share = 0;
    try {
      if (plan.relay != nullptr) {
        result = setting_.hosts == nullptr ? perform_foreign(plan, setting_)
                                           : perform_hosted_foreign(plan, setting_);
      } else {
        share = started_seconds_;
        result = perform(plan);
      }
    } catch (const SampleFailed& failure) {
      result = failed(plan, begin, failure);
      return plan.relay != nullptr;
    }
    Sample& sample = result.sample;
    sample.overhead_seconds = share + elapsed() - sample.seconds - sample.warmup_seconds;
    return true;
  }

  SampleResult perform(const SamplePlan& plan) {
    SampleResult result;
    Prepared prepared = std::move(prepared_[taken_]);
    RelayTask task = task_of(plan, setting_, prepared.kinds);
    task.connection = static_cast<std::uint32_t>(taken_++) * task.flows;
    task.waits = prepared.kinds.sink == EndKind::file;
    const RelayReport report = converse(*cast_, task, setting_.timeout, result, [this] {
      if (emptied_.valid()) emptied_.get();
    });
    const bool last = taken_ == prepared_.size();
    if (last) cast_->hang_up();
    std::vector<int> files;
    for (const SinkFile& file : prepared.files) files.push_back(file.fd().get());
    require_content(plan, report, prepared.source, files);
    if (last) {
      prepared = {};  // while the processes end
      cast_->dismiss();
    } else if (!prepared.files.empty()) {
      empty(std::move(prepared));
    }
    result.sample = sample_of(plan, report);
    // Once for the visit.
    if (hosted_) result.sample.hosts.strangers = taken_ == 1 ? cast_->strangers() : 0;
    return result;
  }

  /// A file takes 80 us and more to empty for each MiB, longer than all the rest: on a CPU that
  /// moves none of its bytes while the next is warmed up, whose clock waits for it; or at once,
  /// where there is none.
  void empty(Prepared prepared) {
    const cpu_set_t apart =
        cpus_beside(setting_.placement.relay, setting_.placement.writer, allowed_cpus());
    if (CPU_COUNT(&apart) == 0) return;
    emptied_ = std::async(std::launch::async, [apart, spent = std::move(prepared)]() mutable {
      run_on(apart);
      const Prepared gone = std::move(spent);
    });
  }

  const std::vector<SamplePlan>& plans_;
  const SampleSetting& setting_;
  std::size_t next_;
  std::size_t end_ = 0;
  std::vector<Prepared> prepared_;    ///< by connection
  std::future<void> emptied_;         ///< the sample before: nothing of it is left in the next
  std::size_t taken_ = 0;             ///< of the connections
  double now_;                        ///< when elapsed() was called last
  double started_seconds_ = 0;        ///< of a sample's share in making connections and processes
  std::optional<HostedEnds> hosted_;  ///< none: all is on this machine
  std::optional<Cast> cast_;          ///< none: all are through other people's relays
};

}  // namespace

WarmUp warm_up_of(std::int64_t iterations, std::int64_t flows) {
  const std::int64_t piece = std::max<std::int64_t>(1, iterations / flows / 8) * flows;
  return {piece, std::max<std::int64_t>(1, iterations / 2 / piece)};
}

void take_visit(const std::vector<SamplePlan>& plans, const SampleSetting& setting,
                const TakeResult& take) {
  for (std::size_t next = 0; next < plans.size();) {
    const double begin = monotonic_seconds();
    try {
      if (setting.hosts != nullptr) setting.hosts->revive();
      next = Visit(plans, setting, next).run(take);
    } catch (const SampleFailed& failure) {
      // A host did not start its process of the cast.
      take(next, failed(plans[next], begin, failure));
      ++next;
    }
  }
}

SampleResult take_sample(const SamplePlan& plan, const SampleSetting& setting) {
  SampleResult taken;
  take_visit({plan}, setting, [&](std::size_t, SampleResult result) { taken = std::move(result); });
  return taken;
}

}  // namespace splicebench
