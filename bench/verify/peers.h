#pragma once

// The two ends of a transfer under test: threads that write and read the seeded content in the
// manner a situation asks for, and say where the first wrong byte is.

#include <cstddef>
#include <cstdint>
#include <string>

#include "results/files/fd.h"

namespace splicebench {

inline constexpr std::uint64_t kContentSeed = 0x73706c696365;
inline constexpr std::uint64_t kNever = ~std::uint64_t{0};

/// How an end leaves its connection.
enum class Leave { keep, shutdown, close, reset };

struct Writing {
  std::uint64_t bytes = 0;
  std::size_t size = 64 << 10;      ///< of each write
  double pause = 0;                 ///< seconds before each write ...
  std::uint64_t pause_from = 0;     ///< ... from this stream position on
  std::uint64_t stall_at = kNever;  ///< stream position before which it waits once ...
  double stall = 0;                 ///< ... so many seconds
  Leave leave = Leave::shutdown;
};

struct Reading {
  std::size_t size = 64 << 10;         ///< of each read
  double pause = 0;                    ///< seconds before each read ...
  std::uint64_t pause_until = kNever;  ///< ... up to this stream position
  std::uint64_t stall_at = kNever;     ///< as above
  double stall = 0;
  std::uint64_t stop_at = kNever;  ///< leaves after so many bytes, with the rest unread
  Leave leave = Leave::close;
};

/// Writes until all is written or the other end is gone; then leaves. Returns the bytes written.
std::uint64_t write_content(Fd& fd, const Writing& writing);

/// Bytes that arrived, and what was wrong with them.
struct Arrived {
  std::uint64_t bytes = 0;
  bool ended = false;  ///< the stream ended, in order or by an error
  int error = 0;       ///< errno that ended it; 0: end of stream, or enough
  std::string wrong;   ///< empty: all as sent
};

/// Compares arriving bytes with the content from a position on.
class ContentChecker {
 public:
  explicit ContentChecker(std::uint64_t position, std::uint64_t seed = kContentSeed)
      : position_(position), seed_(seed) {}

  void take(const unsigned char* bytes, std::size_t size);

  /// Of the next byte.
  std::uint64_t position() const { return position_; }
  /// What was wrong first; empty: nothing.
  const std::string& wrong() const { return wrong_; }

 private:
  std::uint64_t position_;
  std::uint64_t seed_;
  std::string wrong_;
};

/// Reads the content from stream position 0 on until it ends; then leaves.
Arrived read_content(Fd& fd, const Reading& reading);

/// Reads what is still in a socket, the content from stream position `from` on: until it ends, or
/// has given `most` bytes, or gives nothing for two seconds.
Arrived read_rest(int fd, std::uint64_t from, std::uint64_t most);

/// Compares bytes of a file with the content of `seed`: `size` of them at `offset` are the content
/// from its beginning.
Arrived read_file(int fd, std::uint64_t offset, std::uint64_t size,
                  std::uint64_t seed = kContentSeed);

/// Leaves the connection as said.
void leave(Fd& fd, Leave how);

/// Makes socket buffers small, so that a pause is soon felt: 16 KiB, which Linux doubles. Less, and
/// TCP on loopback (its segments are larger) sits waiting for its window timers.
void shrink_buffers(int fd);

}  // namespace splicebench
