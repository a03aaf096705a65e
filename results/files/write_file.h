#pragma once

// Files that are there whole or not at all, made without following anybody's links.

#include <string>
#include <string_view>
#include <vector>

#include "results/files/fd.h"

namespace splicebench {

/// A file on its way to `path`. Until publish() it has no name where the file system can do that
/// (O_TMPFILE, open(2)), so that a program killed meanwhile leaves nothing; elsewhere a random one
/// beside `path`, made with O_EXCL | O_NOFOLLOW. Its mode is 0666 less the user's umask. Removes
/// at its end what was not published.
/// A file that stands at `path` goes a moment before the new one comes: no system call gives a
/// nameless file the name of another, and a second name would be left behind by a kill. So `path`
/// must be one that the user gave up (--force) or that can be made again.
class NewFile {
 public:
  /// Throws UsageError when something stands at `path` that is no regular file (a link is not
  /// followed and not replaced), std::system_error when the directory takes no file.
  explicit NewFile(std::string path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  /// Appends all of `text`. Throws std::system_error.
  void write(std::string_view text);
  /// Syncs it to disk and gives it its name, in place of the file that had it. Throws
  /// std::system_error; `path` then holds what it held, or nothing.
  void publish();

  /// Open for reading and appending, CLOEXEC; the object's.
  int fd() const { return fd_.get(); }
  /// The same, the caller's from now on.
  Fd release();

 private:
  bool open_nameless();
  void open_named();
  void name_it();

  std::string path_;
  std::string temporary_;  ///< its present name; empty: none
  Fd fd_;
};

/// What a command may write to. The rule for every output: never an input, never a file of another
/// kind, unless by force; "-" is no file.
struct Output {
  std::string path;
  std::string flag;  ///< what names another place
  /// Stands within the first 4 KiB of each file of this kind: such a one is replaced. Empty: none.
  std::string mark{};
  bool force = false;  ///< --force: any is
};

/// Throws UsageError when `output` breaks the rule or cannot be written: before the work whose
/// outcome it is to hold.
void require_output(const Output& output, const std::vector<std::string>& inputs);

/// Throws UsageError when something stands at `path` that is no regular file.
void require_replaceable(const std::string& path);

/// Writes `text` to `path` as a NewFile. Throws as it does.
void write_file_atomically(const std::string& path, std::string_view text);

}  // namespace splicebench
