#pragma once

// What the peers share: everything but what they do with their data connection.

#include <cstdint>
#include <vector>

#include "harness/wire/control.h"

namespace splicebench {

/// Moves transfer.bytes over kDataFd in pieces of `buffer`; fills bytes, error and hash of the
/// report.
using TransferFunction = PeerReport (*)(const Transfer& transfer,
                                        std::vector<unsigned char>& buffer);

/// Takes the task from the control socket, goes where it says, allocates a buffer of a chunk, and
/// reports. False: the other side is gone, or has been told why there is nothing to serve.
bool get_ready(PeerTask& task, std::vector<unsigned char>& buffer);

/// Serves the control socket until it ends: task, ready, then a report per transfer. Returns the
/// exit status, 0: the relay is gone or done, or has been told why there is nothing to serve.
int serve(TransferFunction transfer);

}  // namespace splicebench
