#pragma once

// The suite as a whole: which cells there are.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/verify/cell.h"
#include "bench/verify/situation.h"

namespace splicebench {

struct SuiteOptions {
  std::vector<Mode> modes;
  std::vector<const PathInfo*> paths;
  std::vector<std::int64_t> flows{1};
  bool quick = false;
  std::string file_dir;
};

/// One situation on one subject.
Cell cell_of(const Situation& situation, const Subject& subject, const std::string& file_dir);

/// Leaves the cells whose name the regular expression matches; empty: all. Throws UsageError when
/// it is none, or nothing is left.
std::vector<Cell> matching(std::vector<Cell> cells, const std::string& filter);

/// Descriptors that a cell may take at once, beside what is open.
std::uint64_t descriptors_of_cell(std::int64_t flows);

/// Situations x modes x paths x handlings; of several flows in an event loop alone. Of them those
/// that are `wanted`; null: all. What is not wanted takes no memory: each cell's process is forked
/// with all that is there.
std::vector<Cell> cells_of(const SuiteOptions& options,
                           const std::function<bool(const VerifiedCell&)>& wanted = nullptr);

}  // namespace splicebench
