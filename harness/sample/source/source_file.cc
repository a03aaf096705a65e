#include "harness/sample/source/source_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "harness/system/nameless_file.h"
#include "harness/system/sys.h"
#include "harness/wire/content.h"

namespace splicebench {

int SourceFile::with(std::uint64_t bytes) {
  if (!file_) file_ = nameless_file(directory_);
  if (bytes > size_) {
    write_file_content(file_.get(), seed_, size_, bytes);
    size_ = bytes;
    // tmpfs has nothing to write back to and says so (EINVAL).
    if (::fdatasync(file_.get()) != 0 && errno != EINVAL)
      throw_errno("write back", "the file of the source");
  }
  return file_.get();
}

void write_file_content(int fd, std::uint64_t seed, std::uint64_t from, std::uint64_t to) {
  constexpr std::uint64_t kPiece = 1 << 20;
  std::vector<unsigned char> piece(kPiece);
  while (from < to) {
    const std::uint64_t size = std::min<std::uint64_t>(piece.size(), to - from);
    fill_content(piece.data(), size, seed, from);
    const ssize_t put = ::pwrite(fd, piece.data(), size, static_cast<off_t>(from));
    if (put < 0 && errno == EINTR) continue;
    from += static_cast<std::uint64_t>(check(put, "write", "the file of the source"));
  }
}

}  // namespace splicebench
