#pragma once

#include <optional>

#include "results/model/model.h"

namespace splicebench {

/// The rate of the second half of the samples of a case to that of their first half, by the marks
/// at each eighth of their bytes, of which the first is left out: in it sockets and pipes fill, at
/// the beginning of every transfer, which is no drift: Hodges-Lehmann over the samples. Only where
/// it is clearly more than 5 % off 1, to either side: its 95 % interval (rank/signed_rank.h) lies
/// beyond. Absent where it is not, and with fewer than six samples that have marks.
std::optional<double> drift_within(const CaseResult& result);

}  // namespace splicebench
