#pragma once

// How long a run takes.

#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// Seconds a run of `cases` will take, roughly: what a sample of min_time costs with its warm-up,
/// its processes and the slower mode of a group, plus verification and calibration. Over hosts with
/// a control path of such a round trip (HostSet::control_round_trip()), which makes samples longer
/// and has messages of its own; 0: on this machine, or it is not known.
double planned_seconds(const RunOptions& options, std::size_t cases, double control_round_trip = 0);

/// "132 cases x 20 rounds, about 3:10", or up to when it goes on.
std::string effort_text(const RunOptions& options, std::size_t cases,
                        double control_round_trip = 0);

/// The time of the options suffices for a first stage (harness/sample/schedule/plan.h). Throws
/// UsageError that says what would.
void require_first_stage(const RunOptions& options, const std::vector<CaseResult>& cases,
                         double control_round_trip = 0);

/// Share of the rounds' time that was warm-up and timed transfer.
double measured_share(const Result& result);

}  // namespace splicebench
