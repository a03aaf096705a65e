#pragma once

#include <string>

#include "results/stats/runs/runs_apart.h"

namespace splicebench::testing {

/// A case whose visits lie around `older` and `newer` at these distances.
inline CaseApart case_apart(int row, const std::string& group, double older, double newer) {
  CaseApart one;
  one.row = std::to_string(row);
  one.group = group;
  for (const double off : {-0.02, 0.01, 0.0, 0.02, -0.01}) {
    one.older.push_back(older + off);
    one.newer.push_back(newer - off);
  }
  return one;
}

}  // namespace splicebench::testing
