#include "bench/run_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/sys.h"
#include "results/error.h"
#include "results/result_json.h"

namespace splicebench {

namespace {

std::string journal_of(const std::string& path) { return path + ".journal"; }

bool exists(const std::string& path) {
  return ::faccessat(AT_FDCWD, path.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UsageError(fmt::format("{}: cannot be opened: {}", path, std::strerror(errno)));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Groups that were measured moved so many chunks: the rest of their rounds must, too.
Iterations iterations_in(const Result& result) {
  Iterations iterations;
  for (const CaseResult& one : result.cases) {
    for (const Sample& sample : one.samples) {
      if (sample.error.empty()) iterations[group_key(one.id)] = sample.iterations;
    }
  }
  return iterations;
}

}  // namespace

EarlierRun read_earlier_run(const std::string& path) {
  EarlierRun earlier;
  const std::string journal = journal_of(path);
  if (exists(journal)) {
    JournalContents contents = parse_journal(text_of(journal), journal);
    earlier.result = std::move(contents.result);
    earlier.iterations = std::move(contents.iterations);
    for (const CaseResult& one : earlier.result.cases) {
      for (const Sample& sample : one.samples) {
        earlier.result.wall_seconds =
            std::max(earlier.result.wall_seconds, sample.start + sample.seconds);
      }
    }
    return earlier;
  }
  if (!exists(path)) {
    throw UsageError(fmt::format(
        "--resume: neither {} nor {} exists; name the file of the run to complete", path, journal));
  }
  earlier.result = read_result(path);
  earlier.iterations = iterations_in(earlier.result);
  return earlier;
}

RunStore::RunStore(std::string path, bool force, bool resume)
    : path_(std::move(path)), journal_path_(journal_of(path_)) {
  if (std::filesystem::is_directory(path_)) {
    throw UsageError(fmt::format("--out: {} is a directory; name a file in it", path_));
  }
  if (exists(path_) && !force && !resume) {
    throw UsageError(
        fmt::format("--out: {} exists; name another file, or overwrite it with --force", path_));
  }
  const bool unfinished = exists(journal_path_);
  if (unfinished && !force && !resume) {
    throw UsageError(
        fmt::format("--out: {} is of an unfinished run; complete it with --resume {}, or start "
                    "anew with --force",
                    journal_path_, path_));
  }
  journal_ =
      Fd(::open(journal_path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!journal_) {
    throw UsageError(
        fmt::format("--out: {} cannot be written: {}; name a file in a directory that can", path_,
                    std::strerror(errno)));
  }
  keep_journal_ = unfinished;
  if (::flock(journal_.get(), LOCK_EX | LOCK_NB) != 0) {
    keep_journal_ = true;
    throw UsageError(fmt::format(
        "--out: another splicebench is writing {}; wait for it or name another file", path_));
  }
}

RunStore::~RunStore() {
  if (journal_ && !keep_journal_) ::unlink(journal_path_.c_str());
}

void RunStore::restart(const Result& result, const Iterations& iterations) {
  // The old journal stays whole until the new one is: a kill in between loses nothing.
  std::string text = journal_header(result);
  for (const auto& [group, count] : iterations) text += journal_iterations(group, count);
  for (const CaseResult& one : result.cases) {
    if (!one.granted.empty()) text += journal_granted(one);
    for (const Sample& sample : one.samples) text += journal_sample(one.id, sample);
  }
  write_file_atomically(journal_path_, text);
  journal_ = Fd(check(::open(journal_path_.c_str(), O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC),
                      "open", journal_path_));
  check(::flock(journal_.get(), LOCK_EX | LOCK_NB), "lock", journal_path_);
  keep_journal_ = true;
}

void RunStore::append(const std::string& line) {
  std::size_t done = 0;
  while (done < line.size()) {
    const ssize_t written = ::write(journal_.get(), line.data() + done, line.size() - done);
    if (written < 0 && errno == EINTR) continue;
    done += static_cast<std::size_t>(check(written, "write", journal_path_));
  }
}

void RunStore::finish(const Result& result) {
  write_file_atomically(path_, to_json(result));
  keep_journal_ = false;
}

}  // namespace splicebench
