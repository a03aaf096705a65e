#pragma once

#include <cstddef>
#include <cstdint>

#include "bench/engines/buffered_file.h"
#include "bench/engines/pages.h"
#include "harness/engine/engine.h"

namespace splicebench {

/// The bytes of a read/write copy between their read and their write. Emptied before it is filled
/// again.
class CopyBuffer {
 public:
  /// Begins at a page, as O_DIRECT files and the kernel's copying like it. Throws std::bad_alloc.
  void allocate(std::size_t size);
  /// Its pages, too.
  void touch() { bytes_.touch(); }

  /// Another sink comes: what was opened for the one before is closed.
  void begin_anew() { buffered_ = {}; }

  /// Bytes read and not yet written.
  std::uint64_t held() const { return end_ - begin_; }

  /// One read of at most `most` bytes from `source` into the empty buffer. False when the transfer
  /// ends here: outcome.ended says why.
  bool fill(int source, std::uint64_t most, Calls& calls, Outcome& outcome);

  /// Writes what is held. False when the transfer ends here: outcome.ended says why.
  bool drain(int sink, Calls& calls, Outcome& outcome);

  /// A whole transfer by these two.
  void copy(int source, int sink, std::uint64_t limit, Calls& calls, Outcome& outcome);

  /// read(2) into the empty buffer, whatever it gives; for engines that take bytes back from a
  /// pipe. Bytes, 0 at the end, -1 and errno.
  std::int64_t read_into(int fd, std::uint64_t most);

 private:
  Pages bytes_;
  std::size_t size_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  BufferedFile buffered_;  ///< once O_DIRECT refused a piece
};

/// A call said EAGAIN: the transfer ends until `awaited`. Returns false, as the functions above do
/// then.
bool give_back(const Awaited& awaited, Calls& calls, Outcome& outcome);

/// Ends the transfer with `error` on `side`; returns false likewise.
bool fail(Side side, int error, Outcome& outcome);

}  // namespace splicebench
