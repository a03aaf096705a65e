#pragma once

// Hosts: where writer, relay and reader of a run are, when that is not all here. Those of a ping
// are the same three under other words: client, relay, server.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "results/model/usage.h"

namespace splicebench {

enum class Role : std::uint32_t { writer, relay, reader };

struct RoleInfo {
  Role role;
  const char* name;  ///< in flags and files
  const char* ping;  ///< the same of a ping
};
inline constexpr std::array<RoleInfo, 3> kRoles{{
    {Role::writer, "writer", "client"},
    {Role::relay, "relay", "relay"},
    {Role::reader, "reader", "server"},
}};

/// A T for each role.
template <typename T>
class PerRole {
 public:
  T& operator[](Role role) { return all_[static_cast<std::size_t>(role)]; }
  const T& operator[](Role role) const { return all_[static_cast<std::size_t>(role)]; }
  friend bool operator==(const PerRole&, const PerRole&) = default;

 private:
  std::array<T, kRoles.size()> all_{};
};

struct HostPlace {
  enum class Kind {
    local,  ///< where the runner is
    netns,  ///< in a network namespace of this machine, by its name (ip-netns(8))
    ssh     ///< wherever ssh(1) gets to
  };
  Kind kind = Kind::local;
  std::string user{};  ///< of ssh; empty: as its configuration says
  std::string host{};  ///< of ssh, or the namespace's name; an IPv6 address without brackets
  unsigned port = 0;   ///< of ssh; 0: as its configuration says

  friend bool operator==(const HostPlace&, const HostPlace&) = default;
};

/// "local", "netns://NAME", "ssh://[USER@]HOST[:PORT]" (an IPv6 address in brackets). None: it is
/// nothing of that, or a name that a command would take for an option.
std::optional<HostPlace> parse_host_place(std::string_view text);
/// What parse_host_place() takes, for sentences.
inline constexpr const char* kHostPlaceForms = "local, netns://NAME or ssh://[USER@]HOST[:PORT]";
/// The same as text again.
std::string host_place_text(const HostPlace& place);

/// What a user says of hosts.
struct HostOptions {
  PerRole<std::string> places;       ///< as host_place_text() has them; empty: local
  PerRole<std::string> addresses{};  ///< of the data connections; empty: as found out there
  std::string remote_program{};      ///< splicebench on hosts behind ssh; empty: that on their PATH
  bool copy = false;                 ///< this program is sent there, and used

  /// All is on this machine as ever: no agents.
  bool all_local() const;
  friend bool operator==(const HostOptions&, const HostOptions&) = default;
};

/// Of one role's host, as it was found. What is not known is empty or absent.
struct HostFacts {
  Role role = Role::writer;
  std::string place{};    ///< "ssh://a"
  std::string address{};  ///< of its data connections: "10.0.0.2"
  std::string host{};     ///< its own name
  std::string kernel{};   ///< release and version
  std::string cpu_model{};
  std::int64_t cpus = 0;    ///< that an agent may use there
  std::string placement{};  ///< of its process there, for people
  std::string nic{};        ///< the interface that has the address, with its driver and speed
  std::string offloads{};   ///< those of it that are on: "tso gso gro"
  std::optional<std::int64_t> mtu{};
  std::string qdisc{};
  std::string congestion{};  ///< that new sockets get there
  std::string clock_source{};

  friend bool operator==(const HostFacts&, const HostFacts&) = default;
};

/// Of one sample over hosts.
struct HostSample {
  /// Of a message from relay to reader and back on the control path, seconds: by so much at most
  /// the sample's time is too long, for the reader's confirmation comes that way.
  std::optional<double> control_round_trip{};
  /// Connections that came to the listeners of its visit, or of one before that was not recorded,
  /// and were not ours.
  std::optional<std::int64_t> strangers{};
  /// CPUs of the role's placement on its host while it transferred; of hosts other than the
  /// relay's, which stands in Usage.
  PerRole<std::optional<SystemTimes>> usage{};
};

}  // namespace splicebench
