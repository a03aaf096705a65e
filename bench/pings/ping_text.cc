#include "bench/pings/ping_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/matrix/conditions.h"
#include "bench/matrix/hosts/host_options.h"
#include "bench/matrix/run_options.h"
#include "results/text/size.h"

namespace splicebench {

std::string plan_text(const Result& result) {
  const PingOptions& ping = result.ping->options;
  const RunOptions& options = result.options;
  const std::string effort =
      ping.count == 0 ? "until interrupted, round trips"
                      : fmt::format("{} round trips in {} rounds", ping.count, options.rounds);
  const std::string rate = ping.rate > 0 ? fmt::format(" at {:g} a second", ping.rate) : "";
  const std::string hosts =
      options.hosts.all_local()
          ? ""
          : fmt::format("hosts      {}\n", places_text(options.hosts, RoleNames::ping));
  return fmt::format("{} of {}{}\nmodes      {}\nconditions {}\nseed       {}\n{}", effort,
                     chunks_text(options.chunks), rate, fmt::join(options.modes, ", "),
                     fmt::join(conditions_texts(result), "\n           "), options.seed, hosts);
}

std::string round_text(const Result& result, std::int64_t rounds) {
  std::string line = fmt::format("{:>6}", rounds);
  for (const PingCase& one : result.ping->cases) {
    const PingBlock& block = one.blocks.back();
    std::string size = result.options.chunks.size() > 1 ? format_size(one.id.chunk) + " " : "";
    const std::string conditions = named_conditions(one.id.conditions, " ");
    if (!conditions.empty()) size += conditions.substr(1) + " ";
    line += block.error.empty()
                ? fmt::format("  {}{} {:.1f}/{:.1f}/{:.1f}", size, one.id.mode,
                              block.times.quantile(0.5) * 1e6, block.times.quantile(0.99) * 1e6,
                              block.times.max() * 1e6)
                : fmt::format("  {}{} failed", size, one.id.mode);
  }
  return (rounds == 1 ? "round  p50/p99/max in us\n" : "") + line + "\n";
}

}  // namespace splicebench
