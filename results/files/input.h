#pragma once

// Bytes in, in bounded memory: a file or standard input read through one fixed buffer.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace splicebench {

/// A source of bytes. read() fills the front of `buffer` and returns how much; 0 is the end.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;
  virtual std::size_t read(std::span<char> buffer) = 0;
};

/// A file by path; "-" is standard input. Throws UsageError when it cannot be opened, is a
/// directory, or cannot be read.
std::unique_ptr<ByteSource> open_source(const std::string& path);

/// All of a file that this user's own programs wrote: what stands in it is acted upon. A regular
/// file of at most 1 GiB that nobody else can write to; no link is followed, no pipe waited for.
/// Throws UsageError.
std::string read_own_file(const std::string& path);

/// Bytes that are in memory already; the owner keeps them.
std::unique_ptr<ByteSource> memory_source(std::string_view bytes);

/// A ByteSource behind a window of 256 KiB that can be looked at before it is consumed.
class Window {
 public:
  static constexpr std::size_t kCapacity = std::size_t{256} * 1024;

  explicit Window(ByteSource& source);

  /// What is buffered and not consumed.
  std::string_view view() const { return {buffer_.get() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes) {
    begin_ += bytes;
    consumed_ += bytes;
  }
  /// Reads more behind view(); false at the end of the source or when the window is full.
  bool fill();
  /// Bytes consumed so far: the position of view() in the source.
  std::uint64_t position() const { return consumed_; }

 private:
  ByteSource& source_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t consumed_ = 0;
  bool ended_ = false;
};

}  // namespace splicebench
