#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

inline constexpr std::int64_t kLargestMessage = 1 << 20;

/// The flags of `ping`.
class PingArguments {
 public:
  void add_to(CLI::App& command);

  /// Turns the texts into options. Throws UsageError that names the flag.
  void resolve();

  RunOptions options;
  PingOptions ping;
  std::string server;  ///< address to serve on; the other options mean nothing then
  std::string client;  ///< addresses to ping; empty: server and relays are ours
  std::string out;
  std::string format = "table";
  bool force = false;
  bool dry_run = false;
  bool quiet = false;

 private:
  std::string sizes_;
  std::string modes_;
  std::vector<std::string> relays_;
  std::string rate_;
  std::string seed_;
  std::string timeout_;
  bool quick_ = false;
  CLI::App* command_ = nullptr;

  bool given(const char* flag) const { return command_->get_option(flag)->count() > 0; }
  void resolve_counts();
};

/// Sends per second from "500", "0.5" or "20k". Throws UsageError.
double parse_rate(const std::string& text);

}  // namespace splicebench
