#pragma once

// What the measuring subcommands share of their flags.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "bench/matrix/conditions.h"
#include "bench/recipes/recipes.h"
#include "harness/hosts/host_set.h"
#include "harness/network/link.h"
#include "results/model/model.h"

namespace splicebench {

class MeasureArguments {
 public:
  RunOptions options;
  std::string out;
  std::string format = "table";
  bool force = false;
  bool quick = false;
  bool dry_run = false;
  bool quiet = false;
  std::vector<std::string> typed_modes;  ///< `all` is itself

  /// Those of --relay, as they are on `machine`; that may start programs to ask their versions.
  /// Throws UsageError.
  std::vector<RelayCommand> relays_on(const RelayMachine& machine) const;

 protected:
  /// What of the flags' help differs.
  struct Words {
    const char* one;     ///< "sample"
    const char* rounds;  ///< "samples of each case, interleaved"
    const char* quick;
    const char* placements;            ///< those it has
    std::vector<std::string> formats;  ///< of standard output
    const char* modes;                 ///< where none are given
    bool direct;                       ///< the mode without a relay is one, too
    bool flows;                        ///< samples of many, too
  };

  void add_shared(CLI::App& command, const Words& words);

  /// Fills in what was not given, and the relays as relays_on(). Throws UsageError.
  void resolve_shared(const RelayMachine& machine);

  bool given(const char* flag) const { return command_->get_option(flag)->count() > 0; }

  CLI::App* command_ = nullptr;

 private:
  std::vector<std::string> relays_;
  const char* modes_ = "";
  bool direct_ = false;
  bool allow_same_ = false;
};

/// This one, where they are asked their versions.
RelayMachine this_machine();

/// The modes that are no relays of somebody else.
std::vector<std::string> engine_modes(const RunOptions& options);

/// The flags of those of `modes` that are engines, of the relays and of the conditions, to repeat
/// the command: with a blank before them.
std::string shared_flags(const RunOptions& options, const std::vector<std::string>& modes,
                         Whose whose = Whose::all);

/// The devices that the options ask for, of all rows; null: none. Throws UsageError.
std::unique_ptr<Link> make_link(const RunOptions& options);

/// The hosts that the options ask for; null: all is on this machine. Throws UsageError.
std::unique_ptr<HostSet> reach_hosts(const RunOptions& options, const Programs& programs);

}  // namespace splicebench
