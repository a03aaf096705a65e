#include "bench/verify/suite.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "bench/verify/trial.h"
#include "harness/system/process_tree.h"
#include "results/files/error.h"
#include "results/text/pattern.h"
#include "results/text/program_name.h"

namespace splicebench {

namespace {

/// Descriptors that a cell may take at once, beside what is open: with fewer a failure would be the
/// limit's and not the engine's.
constexpr rlim_t kDescriptorsOfCell = 32;

/// Throws NotApplicable where there are fewer.
void require_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t left = limit.rlim_cur - std::min<rlim_t>(open_descriptors(), limit.rlim_cur);
  if (left < kDescriptorsOfCell) {
    throw NotApplicable(
        fmt::format("a cell takes up to {} descriptors, the limit leaves {}; raise it with: "
                    "ulimit -n 1024",
                    kDescriptorsOfCell, left));
  }
}

}  // namespace

Cell cell_of(const Situation& situation, const Subject& subject, const std::string& file_dir) {
  Cell cell;
  cell.names.group = situation.group;
  cell.names.situation = situation.name;
  cell.names.mode = subject.mode.text;
  cell.names.path = subject.path->name();
  cell.names.handling = name_of(subject.handling);
  cell.seconds = situation.seconds;
  cell.inapplicable = subject.mode.engine->why_not(subject.path->kinds);
  if (cell.inapplicable.empty() && situation.inapplicable)
    cell.inapplicable = situation.inapplicable(subject);
  cell.attempt = [&situation, subject, file_dir] {
    require_descriptors();
    Trial trial(subject, file_dir);
    try {
      situation.act(trial);
      trial.finish();
    } catch (const NotApplicable&) {
      if (trial.failures().empty()) throw;  // what went wrong before counts
    } catch (const std::exception& error) {
      trial.expect(false, error.what());
    }
    return trial.failures();
  };
  return cell;
}

std::vector<Cell> matching(std::vector<Cell> cells, const std::string& filter) {
  if (filter.empty()) return cells;
  const Pattern wanted(filter, "--filter");
  std::erase_if(cells, [&wanted](const Cell& cell) { return !wanted.matches(cell.names.name()); });
  if (cells.empty()) {
    throw UsageError(fmt::format("--filter: '{}' matches no cell; see them with: {} verify --list",
                                 filter, program_name()));
  }
  return cells;
}

std::vector<Cell> cells_of(const SuiteOptions& options) {
  std::vector<Cell> cells;
  for (const Situation& situation : situations()) {
    if (options.quick && !situation.quick) continue;
    for (const Mode& mode : options.modes) {
      for (const PathInfo* path : options.paths) {
        for (const Handling handling :
             {Handling::blocking, Handling::non_blocking, Handling::event_loop}) {
          cells.push_back(cell_of(situation, {mode, path, handling}, options.file_dir));
        }
      }
    }
  }
  return cells;
}

}  // namespace splicebench
