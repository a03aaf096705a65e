#include "results/files/input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "results/files/error.h"

namespace splicebench {

namespace {

[[noreturn]] void fail(const std::string& path, const char* what, int error) {
  throw UsageError(
      fmt::format("{}: cannot be {}: {}; give a file of benchmark results, or - for standard input",
                  path, what, std::generic_category().message(error)));
}

class FileSource : public ByteSource {
 public:
  FileSource(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource() override {
    if (fd_ != STDIN_FILENO) ::close(fd_);
  }

  std::size_t read(std::span<char> buffer) override {
    while (true) {
      const ssize_t got = ::read(fd_, buffer.data(), buffer.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) fail(path_, "read", errno);
    }
  }

 private:
  std::string path_;
  int fd_;
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
  if (path == "-") return std::make_unique<FileSource>("standard input", STDIN_FILENO);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail(path, "opened", errno);
  std::unique_ptr<ByteSource> source = std::make_unique<FileSource>(path, fd);
  struct stat status {};
  if (::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) fail(path, "read", EISDIR);
  return source;
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
