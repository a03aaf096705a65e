#include "bench/verify/suite.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "bench/verify/trial.h"
#include "harness/system/process_tree.h"
#include "results/files/error.h"
#include "results/text/pattern.h"
#include "results/text/program_name.h"

namespace splicebench {

namespace {

constexpr std::uint64_t kDescriptorsOfCell = 32;
/// And for each flow beside the one under test: its four ends, and what its engine may open.
constexpr std::uint64_t kDescriptorsOfFlow = 8;

/// Throws NotApplicable where there are fewer: a failure would be the limit's and not the engine's.
void require_descriptors(std::int64_t flows) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t left = limit.rlim_cur - std::min<rlim_t>(open_descriptors(), limit.rlim_cur);
  const std::uint64_t needed = descriptors_of_cell(flows);
  if (left < needed) {
    throw NotApplicable(
        fmt::format("a cell takes up to {} descriptors, the limit leaves {}; raise it with: "
                    "ulimit -n {}",
                    needed, left, std::max<std::uint64_t>(1024, 2 * needed)));
  }
}

}  // namespace

std::uint64_t descriptors_of_cell(std::int64_t flows) {
  return kDescriptorsOfCell + kDescriptorsOfFlow * static_cast<std::uint64_t>(flows - 1);
}

Cell cell_of(const Situation& situation, const Subject& subject, const std::string& file_dir) {
  Cell cell;
  cell.names.group = situation.group;
  cell.names.situation = situation.name;
  cell.names.mode = subject.mode.text;
  cell.names.path = subject.path->name();
  cell.names.handling = name_of(subject.handling);
  cell.names.flows = subject.flows;
  cell.seconds = situation.seconds;
  cell.inapplicable = subject.mode.engine->why_not(subject.path->kinds);
  if (cell.inapplicable.empty() && subject.flows > 1 && !subject.path->kinds.has_writer())
    cell.inapplicable = "a path from a file has one flow";
  if (cell.inapplicable.empty() && situation.inapplicable)
    cell.inapplicable = situation.inapplicable(subject);
  if (!cell.inapplicable.empty()) return cell;
  cell.attempt = [&situation, subject, file_dir] {
    require_descriptors(subject.flows);
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

std::vector<Cell> cells_of(const SuiteOptions& options,
                           const std::function<bool(const VerifiedCell&)>& wanted) {
  std::vector<Cell> cells;
  for (const Situation& situation : situations()) {
    if (options.quick && !situation.quick) continue;
    for (const Mode& mode : options.modes) {
      for (const PathInfo* path : options.paths) {
        for (const std::int64_t flows : options.flows) {
          for (const Handling handling :
               {Handling::blocking, Handling::non_blocking, Handling::event_loop}) {
            if (flows > 1 && handling != Handling::event_loop) continue;
            Cell cell = cell_of(situation, {mode, path, handling, flows}, options.file_dir);
            if (!wanted || wanted(cell.names)) cells.push_back(std::move(cell));
          }
        }
      }
    }
  }
  return cells;
}

}  // namespace splicebench
