#pragma once

// What a relay says to writer and reader before a transfer.

#include <string>

#include "harness/wire/control.h"

namespace splicebench {

/// On the first connection of a visit, and of many flows on those of each sample. Throw
/// std::runtime_error, one sentence.
void prepare_reader(const RelayTask& task);
void prepare_writer(const RelayTask& task);

/// Of a message to the reader and its answer, seconds: the middle of a few. Throws likewise.
double round_trip_to_reader(const RelayTask& task);

/// The writer's socket in the transfer that was confirmed just now: the writer itself was done when
/// its last bytes were in the socket, and has not told what was sent again after that. What went
/// wrong, one sentence; empty: nothing.
std::string ask_writer(const RelayTask& task, PeerReport& writer);

/// Of many flows, the sockets of both peers since they were asked before, and in the report's
/// flows, if it has them, how evenly they were read. As ask_writer().
std::string ask_flows(const RelayTask& task, RelayReport& report);

/// Clocks of two hosts do not compare: the marks of a reader that is apart as if it had started
/// when the relay did, at `started`.
void rebase(PeerReport& reader, double started);

}  // namespace splicebench
