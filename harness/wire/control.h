#pragma once

// What runner, relay, writer and reader say to each other over their control sockets (AF_UNIX,
// SOCK_SEQPACKET: one message, one packet). All four are built together, so messages are plain
// structs.
//
//   runner -> relay   RelayTask           for each sample of a visit, on a fresh connection
//   relay  -> peer    PeerTask            once
//   peer   -> relay   PeerReady
//   relay  -> runner  RelayReady
//   relay  -> peer    Transfer            for each piece of the warm-up
//   runner -> relay   RelayGo             where its task says that it waits
//   relay  -> peer    Transfer            for the timed part
//   peer   -> relay   PeerReport          the reader's says that the last byte arrived
//   relay  -> writer  Transfer            that asks, after the clock
//   writer -> relay   PeerReport          its socket once all has been acknowledged
//   relay  -> runner  RelayReport
//
// With many flows a sample has a connection each, numbered on from its first. A Transfer of no
// bytes makes a peer prepare them. What takes time to find out is no part of a transfer: both peers
// are asked before the clock and after it, and answer by a FlowReport.
//
// End of stream on its control socket tells a process that the other side is gone: it exits.

#include <sched.h>
#include <string.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "results/model/facts.h"
#include "results/model/flow_facts.h"
#include "results/model/granted.h"
#include "results/model/path_kinds.h"
#include "results/model/usage.h"
#include "results/model/visit_rounds.h"

namespace splicebench {

// Descriptors the children are started with: those of the first connection, and of others by their
// number from 0.
inline constexpr int kControlFd = 3;
inline constexpr int kWriterControlFd = 4;  ///< relay; not open where the source is a file
inline constexpr int kReaderControlFd = 5;  ///< relay; not open where the sink is a file
inline constexpr int kDataFd = 6;           ///< writer, reader
inline constexpr int kSourceFd = 6;         ///< relay
inline constexpr int kSinkFd = 7;           ///< relay
constexpr int data_fd(std::uint32_t connection) { return kDataFd + static_cast<int>(connection); }
constexpr int source_fd(std::uint32_t connection) {
  return kSourceFd + 2 * static_cast<int>(connection);
}
constexpr int sink_fd(std::uint32_t connection) {
  return kSinkFd + 2 * static_cast<int>(connection);
}
/// Connections that the processes of a visit are started with, at most, where a sample of many
/// flows does not take more.
inline constexpr std::size_t kVisitConnections = 1024;

/// Pieces of a warm-up, at most.
inline constexpr std::size_t kMostPieces = 8;

struct PeerTask {
  std::uint64_t chunk = 0;    ///< bytes of each write or read
  std::uint32_t flows = 1;    ///< of each sample
  std::uint32_t threads = 1;  ///< that serve them
  cpu_set_t cpus{};           ///< to run on; empty: anywhere
  bool apart = false;         ///< the relay is on another host
};

struct PeerReady {
  std::int32_t error = 0;  ///< errno of preparing; 0: ready
};

/// To the guard of somebody else's relay (peers/guard.cc), once.
struct GuardTask {
  cpu_set_t cpus{};  ///< for all of its processes; empty: anywhere
};

/// From the guard: when it has started the program, and when all its processes have ended.
struct GuardReport {
  std::int32_t error = 0;   ///< errno of starting it
  std::int32_t status = 0;  ///< wait status of the process that ended last
  std::int32_t root = 0;    ///< process of the guard below which the program's are
};

struct Transfer {
  std::uint32_t connection = 0;  ///< a peer closes the one before when it hears of another
  std::uint64_t bytes = 0;       ///< of all flows together; a multiple of the chunk for each
  std::uint64_t seed = 0;        ///< of the pseudo-random content when hashed
  bool hashed = false;           ///< writer: send pseudo-random content; both: report its XXH3
  /// Nothing is moved: a report comes back at once, to time the way of both, and with the socket as
  /// it now is since the transfer before began; of many flows a FlowReport.
  bool asks = false;
};

struct PeerReport {
  std::uint64_t bytes = 0;
  std::int32_t error = 0;  ///< errno; 0 with too few bytes: end of stream
  CpuTime cpu;             ///< of the transfer
  double started = 0;      ///< CLOCK_MONOTONIC seconds, of this host
  /// CLOCK_MONOTONIC seconds when each eighth of the bytes, rounded up, had passed this process.
  std::array<double, kMarks> marks{};
  std::uint64_t hash = 0;             ///< XXH3, 64 bits; of many flows that of theirs, in order
  std::optional<SocketFacts> socket;  ///< of the data socket
  ProcessFacts process;
  bool apart = false;               ///< as its task had it
  std::optional<SystemTimes> host;  ///< where it is: CPUs of its placement during the transfer
};

/// Of many flows.
struct FlowReport {
  std::optional<SocketFacts> socket;  ///< of all data sockets together, since it was asked before
  FlowRates rates;                    ///< of the last transfer; the reader's alone mean anything
};

struct RelayTask {
  std::array<char, 256> mode{};  ///< NUL-terminated
  std::uint32_t connection = 0;  ///< the first task of a relay also prepares its peers
  std::uint32_t flows = 1;
  std::uint32_t relay_threads = 1;  ///< at most as many as flows
  std::uint32_t peer_threads = 1;   ///< likewise
  std::uint64_t chunk = 0;
  std::uint64_t warmup_bytes = 0;   ///< of a piece of the warm-up
  std::uint32_t warmup_pieces = 0;  ///< at most; 0: no warm-up
  std::uint64_t bytes = 0;
  std::uint64_t seed = 0;
  bool hashed = false;
  bool waits = false;         ///< once warm, for RelayGo
  bool writer_apart = false;  ///< on another host than this relay
  bool reader_apart = false;
  PathKinds kinds;
  /// Above 0: somebody else's relay, the processes below this one, moves the bytes; this one only
  /// times. There is no source and no sink then.
  std::int32_t foreign = 0;
  cpu_set_t relay_cpus{};
  cpu_set_t writer_cpus{};
  cpu_set_t reader_cpus{};
};

/// What an engine got (results/model/granted.h).
struct GrantedMessage {
  std::array<char, 64> name{};  ///< NUL-terminated
  std::int64_t got = 0;
  std::optional<std::int64_t> asked;
};

/// An engine that gets more things, or of longer names, is refused before anything is measured.
struct RelayReady {
  std::array<GrantedMessage, 16> granted{};
  std::uint32_t count = 0;        ///< of them
  std::array<char, 256> error{};  ///< empty: ready
};

std::vector<Granted> granted_in(const RelayReady& ready);

/// A text of a message; it may be no text at all.
template <std::size_t size>
std::string text_of(const std::array<char, size>& text) {
  return {text.data(), ::strnlen(text.data(), size)};
}

struct RelayGo {
  bool go = true;
};

struct RelayReport {
  double started = 0;                       ///< CLOCK_MONOTONIC seconds
  std::uint64_t in = 0, out = 0, left = 0;  ///< of the timed part
  Usage usage;  ///< of the timed part; what the peers used stands in their reports
  std::array<double, kMostPieces> warmup_rates{};  ///< bytes per second of each piece
  std::uint32_t warmup_pieces = 0;                 ///< of them
  std::array<double, kMarks> marks{};              ///< as PeerReport's, where there is no reader
  /// Of a message to the reader and back, seconds; where it is apart: the middle of a few before
  /// the transfer, or by how much the relay's time was longer than the reader's own, whichever is
  /// more. Its marks are rebased then, to the relay's clock as if both had begun at once.
  std::optional<double> control_round_trip;
  Facts facts;  ///< of the timed part; what the peers know stands in their reports
  std::optional<FlowFacts> flows;  ///< of more than one
  PeerReport writer;
  PeerReport reader;
  std::array<char, 256> error{};  ///< empty: all three saw the same bytes
};

/// Sends one message whole. False with errno when the other side is gone.
bool send_bytes(int socket, const void* message, std::size_t size);
/// Receives one message of just `size` bytes, waiting for it. False when the other side is gone
/// (errno 0), sent a message of another size (errno EPROTO), or on an error (errno).
bool receive_bytes(int socket, void* message, std::size_t size);

/// Why the call before was false, from its errno, after "the writer " and before ", ": "was gone"
/// or "sent a message that is none of ours".
const char* why_not_received(int error);

template <typename Message>
bool send(int socket, const Message& message) {
  static_assert(std::is_trivially_copyable_v<Message>);
  return send_bytes(socket, &message, sizeof message);
}

template <typename Message>
bool receive(int socket, Message& message) {
  static_assert(std::is_trivially_copyable_v<Message>);
  return receive_bytes(socket, &message, sizeof message);
}

}  // namespace splicebench
