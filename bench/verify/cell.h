#pragma once

// Cells of a correctness suite, each tried in a forked process, so that whatever it does to itself
// (resource limits, filters, signals, a crash, a hang) stays there and is seen.

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "results/model/verification.h"

namespace splicebench {

/// The situation cannot be made here: a privilege or a kernel feature is missing. what() says
/// which.
class NotApplicable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Cell {
  VerifiedCell names;        ///< group, situation, mode, path, handling
  std::string inapplicable;  ///< why it cannot be tried; empty: it can
  double seconds = 20;       ///< the watchdog's patience
  /// Tries it, in the cell's process. Returns what did not hold; empty: all did. May throw
  /// NotApplicable; any other exception is a failure. Null where the cell is inapplicable.
  std::function<std::string()> attempt;
};

struct CellSetting {
  int jobs = 2;        ///< cells at once
  double timeout = 0;  ///< seconds for each cell in place of its own; 0: its own
};

/// Runs the cells; `done` gets each as it ends, in no particular order, with its index. Fewer at
/// once where the system has no more processes or descriptors to give; throws std::system_error
/// when not even for one. Throws Interrupted. No process is left then either.
void run_cells(const std::vector<Cell>& cells, const CellSetting& setting,
               const std::function<void(std::size_t, VerifiedCell)>& done);

}  // namespace splicebench
