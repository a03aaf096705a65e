#include "bench/engines/buffered_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace splicebench {

bool BufferedFile::open(int fd) {
  const int error = errno;
  const int flags = ::fcntl(fd, F_GETFL);
  if ((flags & O_DIRECT) != 0) {
    std::array<char, 32> path;
    std::snprintf(path.data(), path.size(), "/proc/self/fd/%d", fd);
    file_ = Fd(::open(path.data(), (flags & ~O_DIRECT) | O_CLOEXEC));
    direct_ = fd;
  }
  errno = error;
  return static_cast<bool>(file_);
}

ssize_t BufferedFile::write(const void* bytes, std::size_t size) {
  const off_t offset = ::lseek(direct_, 0, SEEK_CUR);
  const ssize_t put = ::pwrite(file_.get(), bytes, size, offset);
  if (put < 0) return put;
  // With O_APPEND pwrite(2) appends wherever it is told to write (Linux), and the offset is the
  // end.
  const bool appended = (::fcntl(file_.get(), F_GETFL) & O_APPEND) != 0;
  ::lseek(direct_, appended ? 0 : offset + put, appended ? SEEK_END : SEEK_SET);
  return put;
}

}  // namespace splicebench
