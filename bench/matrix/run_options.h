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

  /// Every flag that was given must say what `options` say, but for --relay. Throws UsageError.
  void require_same(const RunOptions& options) const;
  /// --relay likewise, once the versions of those given, `relays`, are known.
  void require_same_relays(const RunOptions& options,
                           const std::vector<RelayCommand>& relays) const;

  bool resuming() const { return !resume.empty(); }

  std::string resume;
  bool list = false;
  bool list_relays = false;
  bool details = false;  ///< the tables of all cases, too

 private:
  void require_same_flag(const char* flag, bool same) const;
};

/// "1KiB..1MiB" where the chunks are every power of two in between, else the list.
std::string chunks_text(const std::vector<std::int64_t>& chunks);

/// Prints what the run of the cases of `result` would do and how long that takes.
void print_plan(const Result& result);

/// What to type to go on with the run of `path`; `given`: what names its programs again.
std::string resume_command(const RunOptions& given, const std::string& path);

/// What to type to measure the same again.
std::string repeat_command(const RunOptions& options);

}  // namespace splicebench
