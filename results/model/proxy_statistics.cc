#include "results/model/proxy_statistics.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace splicebench {

namespace {

using nlohmann::ordered_json;

std::string direction_text(const char* name, const DirectionStatistics& direction) {
  return fmt::format("  {:<13}{} bytes in, {} out; {} calls in, {} out, {} EAGAIN, {} fallbacks\n",
                     name, direction.in, direction.out, direction.calls.in, direction.calls.out,
                     direction.calls.eagain, direction.calls.fallback);
}

ordered_json direction_json(const DirectionStatistics& direction) {
  return {{"in", direction.in},
          {"out", direction.out},
          {"calls_in", direction.calls.in},
          {"calls_out", direction.calls.out},
          {"eagain", direction.calls.eagain},
          {"fallback", direction.calls.fallback}};
}

}  // namespace

DirectionStatistics& DirectionStatistics::operator+=(const DirectionStatistics& other) {
  in += other.in;
  out += other.out;
  calls += other.calls;
  return *this;
}

ProxyStatistics& ProxyStatistics::operator+=(const ProxyStatistics& other) {
  to_connect += other.to_connect;
  from_connect += other.from_connect;
  accepted += other.accepted;
  active += other.active;
  finished += other.finished;
  refused += other.refused;
  unreachable += other.unreachable;
  broken += other.broken;
  unfinished += other.unfinished;
  silent += other.silent;
  wakeups += other.wakeups;
  unfinished_names.insert(unfinished_names.end(), other.unfinished_names.begin(),
                          other.unfinished_names.end());
  return *this;
}

std::string relay_text(const ProxyStatistics& statistics) {
  const double moved = static_cast<double>(statistics.to_connect.out + statistics.from_connect.out);
  std::string text = fmt::format(
      "relay: {:.1f} s; connections: {} accepted, {} active, {} finished, {} unreachable, {} "
      "broken, {} unfinished; {} refused\n",
      statistics.seconds, statistics.accepted, statistics.active, statistics.finished,
      statistics.unreachable, statistics.broken, statistics.unfinished, statistics.refused);
  text += direction_text("to connect", statistics.to_connect);
  text += direction_text("from connect", statistics.from_connect);
  text += fmt::format("  CPU          {:.3f} s user, {:.3f} s system", statistics.cpu.user,
                      statistics.cpu.system);
  if (moved > 0) text += fmt::format(", {:.3f} s/GB", statistics.cpu.total() / moved * 1e9);
  text += fmt::format("; {} wakeups\n", statistics.wakeups);
  if (statistics.silent > 0) {
    text += fmt::format(
        "  unix         {} ends without a reset: they look orderly there, and were not\n",
        statistics.silent);
  }
  for (const std::string& name : statistics.unfinished_names)
    text += fmt::format("  unfinished   {}\n", name);
  const std::int64_t more =
      statistics.unfinished - static_cast<std::int64_t>(statistics.unfinished_names.size());
  if (more > 0) text += fmt::format("  unfinished   and {} more\n", more);
  return text;
}

std::string relay_json(const ProxyStatistics& statistics) {
  const ordered_json json{{"seconds", statistics.seconds},
                          {"accepted", statistics.accepted},
                          {"active", statistics.active},
                          {"finished", statistics.finished},
                          {"refused", statistics.refused},
                          {"unreachable", statistics.unreachable},
                          {"broken", statistics.broken},
                          {"unfinished", statistics.unfinished},
                          {"unfinished_names", statistics.unfinished_names},
                          {"silent", statistics.silent},
                          {"to_connect", direction_json(statistics.to_connect)},
                          {"from_connect", direction_json(statistics.from_connect)},
                          {"cpu_user", statistics.cpu.user},
                          {"cpu_system", statistics.cpu.system},
                          {"wakeups", statistics.wakeups}};
  // Paths of unix sockets need not be UTF-8.
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace splicebench
