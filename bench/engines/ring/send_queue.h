#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "bench/engines/ring/buffer_ring.h"

namespace splicebench {

/// Bytes that came in buffers and are not sent, in the order of the stream.
class SendQueue {
 public:
  static constexpr std::size_t kMostPieces = 64;  ///< of one send

  /// `most` buffers at a time.
  SendQueue(BufferRing& buffers, std::size_t most) : buffers_(buffers) { pieces_.reserve(most); }

  std::uint64_t bytes() const { return bytes_; }
  bool is_empty() const { return bytes_ == 0; }

  void add(unsigned buffer, std::size_t size) {
    pieces_.push_back({buffer, 0, size});
    bytes_ += size;
  }

  /// The first piece; there must be one.
  iovec first() const {
    const Piece& piece = pieces_.front();
    return {buffers_.at(piece.buffer) + piece.begin, piece.end - piece.begin};
  }

  /// As much as one send takes, for sendmsg(2); stays valid until the next call.
  const msghdr& message() {
    const std::size_t count = std::min(pieces_.size(), kMostPieces);
    for (std::size_t i = 0; i < count; ++i) {
      const Piece& piece = pieces_[i];
      vectors_[i] = {buffers_.at(piece.buffer) + piece.begin, piece.end - piece.begin};
      in_message_[i] = piece.buffer;
    }
    message_.msg_iov = vectors_;
    message_.msg_iovlen = count;
    return message_;
  }

  /// The buffers of that one.
  std::span<const unsigned> in_message() const { return {in_message_, message_.msg_iovlen}; }

  /// Nothing of it will be sent.
  void clear() { remove(bytes_); }

  /// The first `size` bytes are sent: their buffers are let go.
  void remove(std::size_t size) {
    bytes_ -= size;
    std::size_t done = 0;
    while (size > 0) {
      Piece& piece = pieces_[done];
      const std::size_t part = std::min(size, piece.end - piece.begin);
      piece.begin += part;
      size -= part;
      if (piece.begin < piece.end) break;
      buffers_.give_free(piece.buffer);
      ++done;
    }
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(done));
  }

 private:
  struct Piece {
    unsigned buffer = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  BufferRing& buffers_;
  std::vector<Piece> pieces_;
  std::uint64_t bytes_ = 0;
  iovec vectors_[kMostPieces] = {};
  unsigned in_message_[kMostPieces] = {};
  msghdr message_{};
};

}  // namespace splicebench
