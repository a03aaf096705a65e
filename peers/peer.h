#pragma once

// What the peers share: everything but what they do with their data connection.

#include <vector>

#include "harness/wire/control.h"

namespace splicebench {

/// Moves transfer.bytes over descriptor `data` in pieces of `buffer`; fills bytes, error, hash and
/// marks of the report.
using TransferFunction = PeerReport (*)(int data, const Transfer& transfer,
                                        std::vector<unsigned char>& buffer);

/// Takes the task from the control socket, goes where it says, allocates a buffer of a chunk, and
/// reports. False: the other side is gone, or has been told why there is nothing to serve.
bool get_ready(PeerTask& task, std::vector<unsigned char>& buffer);

/// Serves the control socket until it ends, one connection at a time: a report per transfer.
/// Returns the exit status, 0: the relay is gone or done.
int serve(TransferFunction transfer, const PeerTask& task, std::vector<unsigned char>& buffer);

}  // namespace splicebench
