#pragma once

// What the frames between runner and agent hold (frame.h).

#include <optional>
#include <string>
#include <vector>

#include "harness/hosts/host.h"
#include "harness/hosts/reach/frame.h"
#include "harness/network/socket_settings.h"
#include "harness/wire/control.h"
#include "harness/wire/ping_control.h"
#include "results/model/hosts/hosts.h"
#include "results/model/model.h"

namespace splicebench {

/// The first line of an agent, without its end: "splicebench agent VERSION PROTOCOL".
std::string agent_greeting();
inline constexpr const char* kGreetingBegin = "splicebench agent ";

/// Of the sizes of everything that is sent as it lies in memory, and of how many kinds of frames
/// there are (FNV-1a): two builds that differ in one do not talk to each other.
constexpr std::uint64_t protocol_hash() {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::size_t size :
       {sizeof(RelayTask), sizeof(RelayReady), sizeof(RelayGo), sizeof(RelayReport),
        sizeof(PeerTask), sizeof(PeerReady), sizeof(PeerReport), sizeof(Transfer),
        sizeof(FlowReport), sizeof(TwoWayTask), sizeof(PingTask), sizeof(PingGo),
        sizeof(PingReport), sizeof(Address), sizeof(DataEnd), sizeof(Introduction),
        static_cast<std::size_t>(FrameKind::beat)}) {
    hash = (hash ^ size) * 0x100000001b3;
  }
  return hash;
}

/// What an agent says of its host before it is asked.
struct HostHello {
  std::vector<int> cpus;      ///< that it may use
  std::string ssh_address;    ///< at which ssh(1) reached it; empty: it came otherwise
  std::string first_address;  ///< the first that others may reach; empty: it has loopback alone
};
std::string packed(const HostHello& hello);
HostHello unpacked_hello(const std::string& payload);

/// Role, place and placement are the runner's to know.
std::string packed(const HostFacts& facts);
HostFacts unpacked_facts(const std::string& payload);

struct ListenRequest {
  Address address;  ///< a port of the kernel's choice
  SocketSettings sockets;
  std::uint32_t connections = 0;
};
struct ListenReply {
  std::uint32_t listener = 0;
  Address address;
};
std::string packed(const ListenRequest& request);
ListenRequest unpacked_listen(const std::string& payload);

/// A channel becomes descriptor `to` of the process.
struct ChannelEnd {
  std::uint32_t channel = 0;
  std::int32_t to = -1;
};
struct StartRequest {
  StartPlan plan;  ///< holds nothing of the runner's own
  std::vector<ChannelEnd> controls;
};
/// Somebody else's relay, which a host is asked to start or to try.
struct RelayWish {
  RelayCommand relay;        ///< name, commands and configuration
  bool listen_unix = false;  ///< as ForeignRelayPlan's; of this machine alone, and not sent
  cpu_set_t cpus{};          ///< empty: anywhere
  std::int64_t flows = 1;    ///< as ForeignRelayPlan's
  std::int64_t threads = 1;
  double seconds = 0;  ///< in which it must listen; of a trial: in which all must be over
};
struct RelayRequest {
  RelayWish wish;
  Address listen;     ///< any port
  Address connect{};  ///< of a trial: none
};
struct RelayReply {
  std::int32_t root = 0;  ///< ForeignRelay::root()
  Address listen;
};
std::string packed(const RelayRequest& request);
RelayRequest unpacked_relay(const std::string& payload);

/// What is known of such a relay while its connections are there.
struct RelayFacts {
  std::string congestion;                     ///< congestion_below()
  std::optional<std::int64_t> memory_growth;  ///< bytes, since it listened, at its peak
};
std::string packed(const RelayFacts& facts);
RelayFacts unpacked_relay_facts(const std::string& payload);

struct StartReply {
  std::int32_t pid = 0;
  std::int64_t strangers = 0;
};
std::string packed(const TreeUsage& usage);
TreeUsage unpacked_usage(const std::string& payload);
std::string packed(const StartRequest& request);
StartRequest unpacked_start(const std::string& payload);

}  // namespace splicebench
