#include "results/files/input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "results/files/error.h"
#include "results/files/fd.h"

namespace splicebench {

namespace {

constexpr off_t kLargestOwnFile = off_t{1} << 30;

[[noreturn]] void fail(const std::string& path, const char* what, int error) {
  throw UsageError(
      fmt::format("{}: cannot be {}: {}; give a file of benchmark results, or - for standard input",
                  path, what, std::generic_category().message(error)));
}

class FileSource : public ByteSource {
 public:
  /// `awaits_writer`: it is a pipe that may have none yet, opened with O_NONBLOCK.
  FileSource(std::string path, Fd fd, bool awaits_writer)
      : path_(std::move(path)), fd_(std::move(fd)), awaits_writer_(awaits_writer) {}

  std::size_t read(std::span<char> buffer) override {
    while (true) {
      const ssize_t got = ::read(fd_.get(), buffer.data(), buffer.size());
      if (got == 0 && std::exchange(awaits_writer_, false)) {
        pollfd writer{fd_.get(), POLLIN, 0};
        ::poll(&writer, 1, kLongestWithoutWriter);
        continue;
      }
      if (got >= 0) {
        awaits_writer_ = false;
        return static_cast<std::size_t>(got);
      }
      if (errno == EAGAIN) {
        // Somebody is to write, however long it takes.
        if (::fcntl(fd_.get(), F_SETFL, 0) != 0) fail(path_, "read", errno);
      } else if (errno != EINTR) {
        fail(path_, "read", errno);
      }
    }
  }

 private:
  static constexpr int kLongestWithoutWriter = 700;  // ms; of two inputs less than two seconds

  std::string path_;
  Fd fd_;
  bool awaits_writer_;
};

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}

  std::size_t read(std::span<char> buffer) override {
    const std::size_t length = std::min(buffer.size(), bytes_.size());
    std::copy_n(bytes_.data(), length, buffer.data());
    bytes_.remove_prefix(length);
    return length;
  }

 private:
  std::string_view bytes_;
};

}  // namespace

std::unique_ptr<ByteSource> open_source(const std::string& path) {
  const bool standard = path == "-";
  Fd fd(standard ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  const std::string name = standard ? "standard input" : path;
  if (!fd) fail(name, "opened", errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) == 0 && S_ISDIR(status.st_mode)) fail(name, "read", EISDIR);
  return std::make_unique<FileSource>(name, std::move(fd), !standard && S_ISFIFO(status.st_mode));
}

std::string read_own_file(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) {
    throw UsageError(fmt::format(
        "{}: cannot be opened: {}", path,
        errno == ELOOP ? "it is a symbolic link" : std::generic_category().message(errno)));
  }
  const char* const why = !S_ISREG(status.st_mode)       ? "is no regular file"
                          : status.st_uid != ::geteuid() ? "belongs to somebody else"
                          : (status.st_mode & (S_IWGRP | S_IWOTH)) != 0
                              ? "can be written by others (chmod go-w, if you know who did)"
                          : status.st_size > kLargestOwnFile ? "is larger than 1 GiB"
                                                             : nullptr;
  if (why != nullptr) throw UsageError(fmt::format("{}: is not read: it {}", path, why));
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t got = ::read(fd.get(), text.data() + done, text.size() - done);
    if (got < 0 && errno != EINTR) fail(path, "read", errno);
    if (got == 0) break;
    if (got > 0) done += static_cast<std::size_t>(got);
  }
  text.resize(done);
  return text;
}

std::unique_ptr<ByteSource> memory_source(std::string_view bytes) {
  return std::make_unique<MemorySource>(bytes);
}

Window::Window(ByteSource& source)
    : source_(source), buffer_(std::make_unique_for_overwrite<char[]>(kCapacity)) {}

bool Window::fill() {
  if (ended_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == kCapacity) return false;
  const std::size_t got = source_.read({buffer_.get() + end_, kCapacity - end_});
  ended_ = got == 0;
  end_ += got;
  return got > 0;
}

}  // namespace splicebench
