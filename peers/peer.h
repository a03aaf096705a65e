#pragma once

// What the peers share: everything but what they do with their data connection.

#include <cstdint>
#include <vector>

#include "harness/wire/control.h"

namespace splicebench {

/// When each part of a transfer has passed. One comparison per call of the peer's.
class Marks {
 public:
  explicit Marks(std::uint64_t bytes) : bytes_(bytes), next_(end_of(0)) {}
  /// So many bytes have passed now.
  void passed(std::uint64_t bytes, PeerReport& report) {
    if (bytes >= next_) mark(bytes, report);
  }

 private:
  std::uint64_t end_of(std::size_t part) const {
    return (bytes_ * (part + 1) + kMarks - 1) / kMarks;
  }
  void mark(std::uint64_t bytes, PeerReport& report);

  std::uint64_t bytes_;
  std::uint64_t next_;
  std::size_t done_ = 0;
};

/// Moves transfer.bytes over descriptor `data` in pieces of `buffer`; fills bytes, error, hash and
/// marks of the report.
using TransferFunction = PeerReport (*)(int data, const Transfer& transfer,
                                        std::vector<unsigned char>& buffer);

/// Takes the task from the control socket, goes where it says, allocates a buffer of a chunk, and
/// reports. False: the other side is gone, or has been told why there is nothing to serve.
bool get_ready(PeerTask& task, std::vector<unsigned char>& buffer);

/// Serves the control socket until it ends: task, ready, then a report per transfer. Returns the
/// exit status, 0: the relay is gone or done, or has been told why there is nothing to serve.
int serve(TransferFunction transfer);

}  // namespace splicebench
