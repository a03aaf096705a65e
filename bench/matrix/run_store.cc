#include "bench/matrix/run_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <random>
#include <utility>

#include "harness/system/sys.h"
#include "results/files/error.h"
#include "results/files/input.h"
#include "results/files/write_file.h"
#include "results/json/result_json.h"
#include "results/text/program_name.h"

namespace splicebench {

namespace {

std::string journal_of(const std::string& path) { return path + ".journal"; }

bool exists(const std::string& path) {
  return ::faccessat(AT_FDCWD, path.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/// Groups that were measured moved so many chunks: the rest of their rounds must, too.
Iterations iterations_in(const Result& result) {
  Iterations iterations;
  for (const CaseResult& one : result.cases) {
    for (const Sample& sample : one.samples) {
      if (sample.error.empty()) iterations[one.id.key()] = sample.iterations;
    }
  }
  return iterations;
}

/// A journal of a run that had begun: it has a whole line.
bool has_begun(const std::string& journal) {
  return exists(journal) && read_own_file(journal).find('\n') != std::string::npos;
}

/// Is `fd` still what stands at `path`? Another program may have replaced or removed it.
bool is_at(const Fd& fd, const std::string& path) {
  struct stat here {};
  struct stat there {};
  return ::fstat(fd.get(), &here) == 0 && ::lstat(path.c_str(), &there) == 0 &&
         here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

/// Where a result goes that cannot be written where it should be: directories, best first.
std::vector<std::string> places_of_refuge() {
  std::vector<std::string> places;
  const char* const temporary = std::getenv("TMPDIR");
  if (temporary != nullptr && *temporary != '\0') places.emplace_back(temporary);
  places.insert(places.end(), {"/tmp", "/var/tmp", "."});
  return places;
}

/// A name nobody can have taken before.
std::string refuge_in(const std::string& directory, const std::string& path) {
  std::random_device random;
  const std::string stem = std::filesystem::path(path).stem();
  return fmt::format("{}/{}-{:08x}{:08x}.json", directory, stem, random(), random());
}

bool is_complete_result(const std::string& path) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown)) return false;  // a pipe would be waited for
  try {
    return read_result(path).complete;
  } catch (const UsageError&) {
    return false;
  }
}

}  // namespace

void require_new_result(const std::string& path, bool force) {
  try {
    require_output({path, "--out", "", force}, {});
  } catch (const UsageError& error) {
    if (!is_complete_result(path)) throw;
    throw UsageError(fmt::format("{}; what it holds is printed by: {} show {}", error.what(),
                                 program_name(), path));
  }
  const std::string journal = journal_of(path);
  require_replaceable(journal);
  if (!has_begun(journal) || force) return;
  throw UsageError(
      fmt::format("--out: {} is of an unfinished run; complete it with --resume {}, or start anew "
                  "with --force",
                  journal, path));
}

EarlierRun read_earlier_run(const std::string& path) {
  EarlierRun earlier;
  for (const std::string& file : {path, journal_of(path)}) {
    // A pipe would be waited for, a device read without end.
    std::error_code unknown;
    const std::filesystem::file_status status = std::filesystem::status(file, unknown);
    if (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status)) continue;
    throw UsageError(fmt::format(
        "--resume: {} is no file that can be gone on with; name the one of the run to complete",
        file));
  }
  const std::string journal = journal_of(path);
  if (has_begun(journal) || (exists(journal) && !exists(path))) {
    const std::string text = read_own_file(journal);
    JournalContents contents = parse_journal(text, journal);
    earlier.journal_bytes = static_cast<std::int64_t>(text.rfind('\n') + 1);
    earlier.result = std::move(contents.result);
    earlier.iterations = std::move(contents.iterations);
    for (const CaseResult& one : earlier.result.cases) {
      for (const Sample& sample : one.samples) {
        earlier.result.wall_seconds =
            std::max(earlier.result.wall_seconds, sample.start + sample.seconds);
        earlier.result.rounds_seconds +=
            sample.warmup_seconds + sample.seconds + sample.overhead_seconds;
      }
    }
    return earlier;
  }
  if (!exists(path)) {
    throw UsageError(fmt::format(
        "--resume: neither {} nor {} exists; name the file of the run to complete", path, journal));
  }
  require_replaceable(path);  // a pipe would be waited for
  earlier.result = read_result(path);
  if (earlier.result.ping) {
    throw UsageError(
        fmt::format("--resume: {} holds round trips, not a run; measure them anew with: {} ping",
                    path, program_name()));
  }
  earlier.iterations = iterations_in(earlier.result);
  return earlier;
}

void require_same_machine(const Environment& then, const Environment& now,
                          const std::string& path) {
  if (then.kernel == now.kernel && then.cpu_model == now.cpu_model && then.cpus == now.cpus) return;
  throw UsageError(fmt::format(
      "--resume: {} was measured on {} with {} CPUs ({}), this is {} with {} ({}); start a new run",
      path, then.kernel, then.cpus, then.cpu_model, now.kernel, now.cpus, now.cpu_model));
}

RunStore::RunStore(std::string path, bool force, bool resume)
    : path_(std::move(path)), journal_path_(journal_of(path_)) {
  require_new_result(path_, force || resume);
  const bool unfinished = has_begun(journal_path_);
  journal_ =
      Fd(::open(journal_path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!journal_) {
    throw UsageError(
        fmt::format("--out: {} cannot be written: {}; name a file in a directory that can", path_,
                    std::strerror(errno)));
  }
  keep_journal_ = unfinished;
  // The one that was opened may have been replaced (begin()) before it was locked.
  if (::flock(journal_.get(), LOCK_EX | LOCK_NB) != 0 || !is_at(journal_, journal_path_)) {
    keep_journal_ = true;
    throw UsageError(fmt::format(
        "--out: another splicebench is writing {}; wait for it or name another file", path_));
  }
}

RunStore::~RunStore() {
  if (journal_ && !keep_journal_) ::unlink(journal_path_.c_str());
}

void RunStore::begin(const Result& result, const Iterations& iterations) {
  std::string text = journal_header(result);
  for (const Warning& warning : result.warnings) text += journal_warning(warning);
  for (const auto& [group, count] : iterations) text += journal_iterations(group, count);
  for (const CaseResult& one : result.cases) {
    if (!one.granted.empty()) text += journal_granted(one);
    for (const Sample& sample : one.samples) text += journal_sample(one.id, sample);
  }
  // Whole from the start, for of half a copy of FILE's samples one would go on without the others;
  // and locked before it has its name, so that nobody comes in between. The one that stands there
  // is this object's empty one, or of a run that --force gave up.
  NewFile fresh(journal_path_);
  // A resumed run acts upon it: nobody else may write there, whatever the umask says.
  struct stat status {};
  check(::fstat(fresh.fd(), &status), "stat", journal_path_);
  check(::fchmod(fresh.fd(), status.st_mode & 0755U), "protect", journal_path_);
  fresh.write(text);
  check(::flock(fresh.fd(), LOCK_EX | LOCK_NB), "lock", journal_path_);
  fresh.publish();
  journal_ = fresh.release();
  keep_journal_ = true;
}

void RunStore::go_on(std::int64_t bytes) {
  check(::ftruncate(journal_.get(), bytes), "shorten", journal_path_);
  keep_journal_ = true;
}

bool RunStore::is_journal_there() const {
  struct stat status {};
  return ::fstat(journal_.get(), &status) == 0 && status.st_nlink > 0;
}

bool RunStore::write_pending() {
  struct stat before {};
  if (::fstat(journal_.get(), &before) != 0) return false;
  std::size_t done = 0;
  while (done < pending_.size()) {
    const ssize_t written = ::write(journal_.get(), pending_.data() + done, pending_.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error = errno;
      // Half a line would make what is appended later unreadable.
      if (::ftruncate(journal_.get(), before.st_size) != 0) pending_.erase(0, done);
      errno = error;
      return false;
    }
    done += static_cast<std::size_t>(written);
  }
  pending_.clear();
  return true;
}

std::string RunStore::append(const std::string& line) {
  pending_ += line;
  std::string trouble;
  if (!write_pending()) {
    trouble = fmt::format("{} cannot be written: {}", journal_path_, std::strerror(errno));
  } else if (!is_journal_there()) {
    trouble = fmt::format("{} was removed", journal_path_);
  }
  if (trouble.empty() || std::exchange(complained_, true)) return "";
  return trouble +
         "; the run goes on and its result is written at the end, but were it killed, samples from "
         "here on would be lost";
}

Stored RunStore::finish(const Result& result) {
  // The journal still holds all that an earlier FILE held.
  Stored stored = store_result(path_, result);
  if (!stored.trouble.empty()) return stored;
  keep_journal_ = false;
  ::unlink(journal_path_.c_str());
  journal_.reset();
  return stored;
}

Stored store_result(const std::string& path, const Result& result) {
  const std::string text = to_json(result);
  Stored stored;
  try {
    write_file_atomically(path, text);
    stored.path = path;
    return stored;
  } catch (const std::exception& error) {
    stored.trouble = fmt::format("{} cannot be written ({})", path, error.what());
  }
  for (const std::string& directory : places_of_refuge()) {
    const std::string refuge = refuge_in(directory, path);
    try {
      write_file_atomically(refuge, text);
      stored.path = refuge;
      break;
    } catch (const std::exception&) {
      // The next place; the first one's reason is the one to tell.
    }
  }
  return stored;
}

}  // namespace splicebench
