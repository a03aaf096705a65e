#include "results/files/write_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <random>
#include <system_error>
#include <utility>

#include "results/files/error.h"

namespace splicebench {

namespace {

constexpr int kFlags = O_RDWR | O_APPEND | O_CLOEXEC;
/// Random names in a row that were all taken: somebody is guessing, or the device of randomness is
/// broken.
constexpr int kMostNames = 20;

[[noreturn]] void fail(const char* operation, const std::string& path) {
  throw std::system_error(errno, std::generic_category(), fmt::format("{} {}", operation, path));
}

std::string random_name(const std::string& path) {
  std::random_device random;
  return fmt::format("{}.{:08x}{:08x}.tmp", path, random(), random());
}

std::string directory_of(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path();
  return directory.empty() ? "." : directory;
}

const char* kind_of(mode_t mode) {
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISDIR(mode)) return "a directory";
  return "a device, pipe or socket";
}

/// Whether `mark` stands at the beginning of the file.
bool holds(const std::string& path, std::string_view mark) {
  std::string begin(4096, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  begin.resize(static_cast<std::size_t>(file.gcount()));
  return begin.find(mark) != std::string::npos;
}

}  // namespace

void require_replaceable(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return;
  throw UsageError(fmt::format("{} is {}, which is not written through; name a file", path,
                               kind_of(status.st_mode)));
}

NewFile::NewFile(std::string path) : path_(std::move(path)) {
  require_replaceable(path_);
  if (!open_nameless()) open_named();
}

NewFile::~NewFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

bool NewFile::open_nameless() {
  if (::access("/proc/self/fd", X_OK) != 0) return false;  // it could not be given a name
  fd_ = Fd(::open(directory_of(path_).c_str(), O_TMPFILE | kFlags, 0666));
  if (fd_) return true;
  // File systems without it, and kernels that do not know the flag.
  if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL) return false;
  fail("make a file for", path_);
}

void NewFile::open_named() {
  for (int attempt = 0; attempt < kMostNames; ++attempt) {
    temporary_ = random_name(path_);
    fd_ = Fd(::open(temporary_.c_str(), kFlags | O_CREAT | O_EXCL | O_NOFOLLOW, 0666));
    if (fd_) return;
    if (errno != EEXIST) break;
  }
  std::string tried = std::exchange(temporary_, "");  // not ours to remove
  fail("make", tried);
}

void NewFile::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path_);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// linkat(2) does not replace.
void NewFile::name_it() {
  require_replaceable(path_);
  if (::unlink(path_.c_str()) != 0 && errno != ENOENT) fail("replace", path_);
  const std::string self = fmt::format("/proc/self/fd/{}", fd());
  if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path_.c_str(), AT_SYMLINK_FOLLOW) != 0)
    fail("name", path_);
}

void NewFile::publish() {
  if (::fsync(fd()) != 0 && errno != EINVAL && errno != EROFS) fail("sync", path_);
  if (temporary_.empty()) return name_it();
  require_replaceable(path_);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("write", path_);
  temporary_.clear();
}

Fd NewFile::release() { return std::move(fd_); }

void require_output(const Output& output, const std::vector<std::string>& inputs) {
  const auto& [path, flag, mark, force] = output;
  if (path == "-")
    throw UsageError(fmt::format("{}: standard output takes no file; name a file", flag));
  require_replaceable(path);
  for (const std::string& input : inputs) {
    std::error_code missing;
    if (std::filesystem::equivalent(path, input, missing)) {
      throw UsageError(
          fmt::format("{}: {} is read, and would be lost; name another file", flag, path));
    }
  }
  struct stat status {};
  const bool exists = ::lstat(path.c_str(), &status) == 0;
  if (exists && !force && (mark.empty() || !holds(path, mark))) {
    throw UsageError(fmt::format(
        "{}: {} exists{}", flag, path,
        mark.empty() ? "; name another file, or overwrite it with --force"
                     : " and is no such file as would be written; name another, or remove it"));
  }
  try {
    if (!exists && errno != ENOENT) fail("look at", path);
    const NewFile probe(path);
  } catch (const std::system_error& error) {
    throw UsageError(
        fmt::format("{}: {} cannot be written: {}; name a file in a directory that can", flag, path,
                    error.code().message()));
  }
}

void write_file_atomically(const std::string& path, std::string_view text) {
  NewFile file(path);
  file.write(text);
  file.publish();
}

}  // namespace splicebench
