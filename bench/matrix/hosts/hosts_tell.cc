#include "bench/matrix/hosts/hosts_tell.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bench/matrix/all_modes.h"
#include "bench/matrix/case_sampler.h"
#include "bench/matrix/hosts/over_hosts.h"
#include "bench/matrix/measure_options.h"
#include "harness/system/say.h"
#include "results/files/error.h"

namespace splicebench {

RelayMachine relays_machine(HostSet& hosts) {
  return {false, [&hosts](const std::string& command) {
            return hosts.at(Role::relay).version_by(command);
          }};
}

std::vector<std::string> left_out_there(HostSet& hosts, const RunOptions& options,
                                        const std::vector<std::string>& typed) {
  std::vector<std::string> left_out;
  const std::vector<std::string> modes = engine_modes(options);
  for (const std::string& mode : modes) {
    // Of the same build there: what is available everywhere needs not be asked.
    if (!parse_mode(mode).engine->unavailable) continue;
    const std::string reason = hosts.at(Role::relay).why_unavailable(mode);
    if (reason.empty()) continue;
    const std::string where = fmt::format("on host {}", hosts.place(Role::relay));
    if (std::find(typed.begin(), typed.end(), mode) != typed.end())
      throw UsageError(fmt::format("--modes: '{}' is not available {}: {}", mode, where, reason));
    say(left_out_of_all(mode, where, reason));
    left_out.push_back(mode);
  }
  return left_out;
}

void tell_unasked(const RunOptions& options, const std::vector<std::string>& typed) {
  if (options.hosts.all_local() || std::find(typed.begin(), typed.end(), kAll) == typed.end())
    return;
  const std::string& place = options.hosts.places[Role::relay];
  say(fmt::format(
      "--modes all: host {} was not asked which modes are available there; the run asks, and "
      "leaves the others out",
      place.empty() ? host_place_text({}) : place));
}

void note_hosts(HostSet& hosts, std::vector<HostFacts> facts, const std::vector<std::string>& typed,
                Result& result) {
  result.hosts = std::move(facts);
  tell_placements(hosts, result.options, result.hosts);
  tell_where(result);
  settle_sharing(result);
  for (const std::string& mode : left_out_there(hosts, result.options, typed)) {
    std::erase(result.options.modes, mode);
    std::erase_if(result.cases, [&mode](const CaseResult& one) { return one.id.mode == mode; });
  }
}

}  // namespace splicebench
