#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "bench/matrix/measure_options.h"

namespace splicebench {

/// The flags of `run`.
class RunArguments : public MeasureArguments {
 public:
  void add_to(CLI::App& command);

  /// Fills in what was not given. Throws UsageError that names the flag.
  void resolve();

  /// Every flag that was given must say what `options` say. Throws UsageError.
  void require_same(const RunOptions& options) const;

  bool resuming() const { return !resume.empty(); }

  std::string resume;
  bool list = false;
  bool list_relays = false;
  bool details = false;  ///< the tables of all cases, too
};

/// "1KiB..1MiB" where the chunks are every power of two in between, else the list.
std::string chunks_text(const std::vector<std::int64_t>& chunks);

/// "132 cases x 20 rounds, about 3:10", or up to when it goes on.
std::string effort_text(const RunOptions& options, std::size_t cases);

/// The time of the options suffices for a first stage (harness/sample/schedule/plan.h). Throws
/// UsageError that says what would.
void require_first_stage(const RunOptions& options, const std::vector<CaseResult>& cases);

/// Prints what the run of the cases of `result` would do and how long that takes.
void print_plan(const Result& result);

/// What to type to go on with the run of `path`; `given`: what names its programs again.
std::string resume_command(const RunOptions& given, const std::string& path);

/// What to type to measure the same again.
std::string repeat_command(const RunOptions& options);

}  // namespace splicebench
