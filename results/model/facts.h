#pragma once

// Why a sample was as fast as it was: what kernel and processes say of it, read outside the clock.
// Values that also go over a control socket as they are. Base units. What was not measured is
// absent.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace splicebench {

using Count = std::optional<std::int64_t>;

/// Of one socket: counts and times are of the timed part, states are those at its end. Those above
/// `receive_queue` only of TCP (TCP_INFO, linux/tcp.h), each where the kernel knows it.
struct SocketFacts {
  std::array<char, 16> congestion{};  ///< NUL-terminated; empty: no TCP socket
  Count cwnd;                         ///< segments
  Count mss;                          ///< bytes of a segment that is sent
  Count segments_out;                 ///< with those sent again; of GSO's bundles each segment
  Count retransmits;
  Count spurious;                      ///< retransmits that had arrived before (DSACK, RFC 3708)
  Count delivery_rate;                 ///< bytes per second, the kernel's latest estimate
  std::optional<double> busy_seconds;  ///< something was sent and not acknowledged
  std::optional<double> receiver_limited;  ///< of these: the receive window was full, seconds
  std::optional<double> sender_limited;    ///< of these: the send buffer was full, seconds
  Count reordering;                        ///< segments; 3 is where it begins
  Count receive_queue;                     ///< bytes not read (SIOCINQ)
  Count receive_memory;                    ///< bytes of memory (SO_MEMINFO) ...
  Count receive_buffer;                    ///< ... and its limit
  Count send_memory;
  Count send_buffer;
};

/// With the names they have in files, after the socket's.
struct SocketCount {
  const char* name;
  Count SocketFacts::*value;
};
inline constexpr std::array<SocketCount, 12> kSocketCounts{{
    {"cwnd", &SocketFacts::cwnd},
    {"mss", &SocketFacts::mss},
    {"segments_out", &SocketFacts::segments_out},
    {"retransmits", &SocketFacts::retransmits},
    {"spurious_retransmits", &SocketFacts::spurious},
    {"delivery_rate", &SocketFacts::delivery_rate},
    {"reordering", &SocketFacts::reordering},
    {"receive_queue", &SocketFacts::receive_queue},
    {"receive_memory", &SocketFacts::receive_memory},
    {"receive_buffer", &SocketFacts::receive_buffer},
    {"send_memory", &SocketFacts::send_memory},
    {"send_buffer", &SocketFacts::send_buffer},
}};
struct SocketTime {
  const char* name;
  std::optional<double> SocketFacts::*value;
};
inline constexpr std::array<SocketTime, 3> kSocketTimes{{
    {"busy_seconds", &SocketFacts::busy_seconds},
    {"receiver_limited_seconds", &SocketFacts::receiver_limited},
    {"sender_limited_seconds", &SocketFacts::sender_limited},
}};

/// Of a process in the timed part (getrusage(2)).
struct ProcessFacts {
  Count voluntary_switches;    ///< it waited
  Count involuntary_switches;  ///< it had to make room
  Count minor_faults;
  Count major_faults;
};
struct ProcessCount {
  const char* name;
  Count ProcessFacts::*value;
};
inline constexpr std::array<ProcessCount, 4> kProcessCounts{{
    {"voluntary_switches", &ProcessFacts::voluntary_switches},
    {"involuntary_switches", &ProcessFacts::involuntary_switches},
    {"minor_faults", &ProcessFacts::minor_faults},
    {"major_faults", &ProcessFacts::major_faults},
}};

/// Of all TCP sockets of the relay's network namespace in the timed part (TcpExt in
/// /proc/net/netstat, linux/snmp.h).
struct NetFacts {
  Count collapsed;          ///< segments merged because a receive buffer was full
  Count zero_windows;       ///< a window was closed to the sender
  Count backlog_coalesced;  ///< segments merged because their socket was in use
};
struct NetCount {
  const char* name;    ///< in files
  const char* kernel;  ///< in /proc/net/netstat
  Count NetFacts::*value;
};
inline constexpr std::array<NetCount, 3> kNetCounts{{
    {"tcp_collapsed", "TCPRcvCollapsed", &NetFacts::collapsed},
    {"tcp_zero_windows", "TCPToZeroWindowAdv", &NetFacts::zero_windows},
    {"tcp_backlog_coalesced", "TCPBacklogCoalesce", &NetFacts::backlog_coalesced},
}};

/// Seconds that one CPU was not idle (/proc/stat: steps of 10 ms).
struct CpuBusy {
  std::int32_t cpu = -1;  ///< -1: none
  double seconds = 0;
};

/// Of one sample.
struct Facts {
  std::optional<SocketFacts> writer;  ///< the writer's socket, the relay's two, the reader's
  std::optional<SocketFacts> source;
  std::optional<SocketFacts> sink;
  std::optional<SocketFacts> reader;
  ProcessFacts writer_process;  ///< the relay's switches stand in Usage
  ProcessFacts relay_process;
  ProcessFacts reader_process;
  NetFacts net;
  std::array<CpuBusy, 16> cpus{};  ///< of the placement, ascending; those that are none at the end
};
static_assert(std::is_trivially_copyable_v<Facts>);

}  // namespace splicebench
