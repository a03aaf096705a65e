#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "bench/matrix/measure_options.h"

namespace splicebench {

inline constexpr std::int64_t kLargestMessage = 1 << 20;

/// The flags of `ping`.
class PingArguments : public MeasureArguments {
 public:
  void add_to(CLI::App& command);

  /// Fills in what was not given. Throws UsageError that names the flag.
  void resolve();

  PingOptions ping;
  std::string server;  ///< address to serve on; the other options mean nothing then
  std::string client;  ///< addresses to ping; empty: server and relays are ours

 private:
  void resolve_counts();
};

/// What to type to measure the same again; `client`: of --client, empty: none.
std::string repeat_command(const RunOptions& options, const PingOptions& ping,
                           const std::string& client);

/// Sends per second from "500", "0.5" or "20k". Throws UsageError.
double parse_rate(const std::string& text);

}  // namespace splicebench
