#pragma once

// The suite as a whole: which cells there are.

#include <string>
#include <vector>

#include "bench/verify/cell.h"
#include "bench/verify/situation.h"

namespace splicebench {

struct SuiteOptions {
  std::vector<Mode> modes;
  std::vector<const PathInfo*> paths;
  bool quick = false;
  std::string file_dir;
};

/// One situation on one subject.
Cell cell_of(const Situation& situation, const Subject& subject, const std::string& file_dir);

/// Leaves the cells whose name the regular expression matches; empty: all. Throws UsageError when
/// it is none, or nothing is left.
std::vector<Cell> matching(std::vector<Cell> cells, const std::string& filter);

/// Situations x modes x paths x handlings.
std::vector<Cell> cells_of(const SuiteOptions& options);

}  // namespace splicebench
