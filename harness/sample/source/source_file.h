#pragma once

#include <cstdint>
#include <string>

#include "results/files/fd.h"

namespace splicebench {

/// What the samples of a path from a file read: made once per run, outside the clock, without a
/// name, so that it goes with this process. Its pages were just written, so they are in the page
/// cache, and clean: a write-back in the middle of a sample would be somebody else's work.
class SourceFile {
 public:
  /// Nothing is made before it is asked for. `directory`: as for files that are sinks.
  SourceFile(std::string directory, std::uint64_t seed)
      : directory_(std::move(directory)), seed_(seed) {}

  /// The file with at least `bytes` of the pseudo-random content of the seed; this object's own
  /// descriptor. Throws std::system_error.
  int with(std::uint64_t bytes);

 private:
  std::string directory_;
  std::uint64_t seed_;
  Fd file_;
  std::uint64_t size_ = 0;
};

/// Writes the content of `seed` from stream position `from` to `to` at the same offsets; the file's
/// own offset stays. Throws std::system_error.
void write_file_content(int fd, std::uint64_t seed, std::uint64_t from, std::uint64_t to);

}  // namespace splicebench
