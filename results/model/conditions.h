#pragma once

// Conditions: what is held the same for all modes of a row, beside its path and chunk, because it
// decides figures as much as the engine does.
//
// Names. A name has "/congestion=bbr" only where that is not the machine's usual condition, the one
// that is measured there when nothing is asked for: of the placement what `auto` comes to with its
// CPUs and on that path, of congestion control the first of cubic, reno and the system's that is
// allowed. So the names of a default run are the same on every machine, and a result says apart
// what they stand for (AppliedCondition).
//
// A new condition is an entry of ConditionKind and kConditions here, what its flag takes in
// bench/matrix/conditions.cc, and the place in the harness that obeys it.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace splicebench {

enum class ConditionKind : std::uint32_t {
  flows,
  relay_threads,
  peer_threads,
  placement,
  congestion,
  socket_buffer,
  link
};

struct ConditionInfo {
  ConditionKind kind;
  const char* name;   ///< in names of cases, keys of files, and with "--" before it as a flag
  const char* plain;  ///< what is not worth a word where it is the only one; empty: all are
  const char* words;  ///< for people; {} is the value
};

/// All of them, in the order in which names, files and tables have them.
inline constexpr std::array<ConditionInfo, 7> kConditions{{
    {ConditionKind::flows, "flows", "1", "{} flows"},
    {ConditionKind::relay_threads, "relay-threads", "1", "{} threads of the relay"},
    {ConditionKind::peer_threads, "peer-threads", "1", "{} threads of writer and reader each"},
    {ConditionKind::placement, "placement", "", "{}"},
    {ConditionKind::congestion, "congestion", "", "congestion control {}"},
    {ConditionKind::socket_buffer, "socket-buffer", "auto", "socket buffers of {}"},
    {ConditionKind::link, "link", "loopback", "{}"},
}};

/// A T for each condition.
template <typename T>
class PerCondition {
 public:
  T& operator[](ConditionKind kind) { return all_[static_cast<std::size_t>(kind)]; }
  const T& operator[](ConditionKind kind) const { return all_[static_cast<std::size_t>(kind)]; }
  friend bool operator==(const PerCondition&, const PerCondition&) = default;

 private:
  std::array<T, kConditions.size()> all_{};
};

/// What a row has of one condition.
struct Condition {
  std::string value;  ///< as typed: "bbr", "64KiB"; empty: it means nothing on the path (congestion
                      ///< control without TCP, threads with one flow), or an older result does
                      ///< not tell
  bool usual = true;  ///< for the machine, see above: not named

  friend bool operator==(const Condition& a, const Condition& b) { return a.value == b.value; }
};

using Conditions = PerCondition<Condition>;

/// Of those that are counts (flows, threads): 1 where there is none; 0: it is no number.
std::int64_t count_of(const Conditions& conditions, ConditionKind kind);
/// Connections at once of a sample.
inline std::int64_t flows_of(const Conditions& conditions) {
  return count_of(conditions, ConditionKind::flows);
}

/// Those that are not usual, each with `before` it: "/congestion=bbr/link=veth".
std::string named_conditions(const Conditions& conditions, const char* before);

/// Which processes of a sample share a CPU: what one saves there the other has. Round trips: the
/// client stands for the writer, the server for the reader.
struct Sharing {
  bool peers = false;   ///< writer and reader with each other
  bool writer = false;  ///< writer and relay
  bool reader = false;  ///< reader and relay
};

/// How this machine applied a value of a condition.
struct AppliedCondition {
  ConditionKind kind = ConditionKind::placement;
  std::string value;
  bool usual = true;  ///< on some path; then it is here even if no row has it
  std::string text;   ///< "writer+relay: writer and relay share CPU 1, reader on CPU 0"
  Sharing sharing{};  ///< of a placement
};

}  // namespace splicebench
