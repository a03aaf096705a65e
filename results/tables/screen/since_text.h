#pragma once

#include <string>

#include "results/model/model.h"

namespace splicebench {

/// What changed since `older`, for one look: "since 2026-11-28 12:00: of 132 cases 3 slower (worst
/// -4.0%)", claims only (case_change.h), what whole paths did, which is none, and what else is not
/// the same. Both are runs.
std::string since_text(const Result& older, const Result& newer);

}  // namespace splicebench
