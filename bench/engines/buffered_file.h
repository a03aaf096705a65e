#pragma once

#include <sys/types.h>

#include <cstddef>

#include "results/files/fd.h"

namespace splicebench {

/// A file that was opened with O_DIRECT, written to through the page cache where O_DIRECT says
/// EINVAL: a tail, or a piece, that is no multiple of the block size. The caller's descriptor keeps
/// its flags (others may share them), and its offset moves as by write(2).
class BufferedFile {
 public:
  /// Opens the file of `fd` once more without O_DIRECT. False, with nothing changed, when that is
  /// not what stands in the way, or when it cannot be opened.
  bool open(int fd);

  explicit operator bool() const { return static_cast<bool>(file_); }

  /// As write(2) on the descriptor.
  ssize_t write(const void* bytes, std::size_t size);

 private:
  int direct_ = -1;
  Fd file_;
};

}  // namespace splicebench
