#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// The flags of `run`.
class RunArguments {
 public:
  void add_to(CLI::App& command);

  /// Turns the texts into options. Throws UsageError that names the flag.
  void resolve();

  /// Every flag that was given must say what `options` say. Throws UsageError.
  void require_same(const RunOptions& options) const;

  bool resuming() const { return !resume.empty(); }

  RunOptions options;
  std::string out;
  std::string resume;
  std::string format = "table";
  bool quick = false;
  bool force = false;
  bool list = false;
  bool list_relays = false;
  bool dry_run = false;
  bool quiet = false;

 private:
  std::string paths_;
  std::string chunks_;
  std::string modes_;
  std::vector<std::string> relays_;
  std::string min_time_;
  std::string seed_;
  std::string timeout_;
  CLI::App* command_ = nullptr;

  bool given(const char* flag) const { return command_->get_option(flag)->count() > 0; }
};

/// "1KiB..1MiB" where the chunks are every power of two in between, else the list.
std::string chunks_text(const std::vector<std::int64_t>& chunks);

/// The modes that are no relays of somebody else.
std::vector<std::string> engine_modes(const RunOptions& options);

/// Of --seed. Throws UsageError.
std::uint64_t parse_seed(const std::string& text);

enum class ZeroSeconds { kRefused, kAllowed };

/// Seconds from "0.05", "0.05s", "50ms". Throws UsageError that names `flag`.
double parse_seconds(const std::string& text, const std::string& flag,
                     ZeroSeconds zero = ZeroSeconds::kRefused);

}  // namespace splicebench
