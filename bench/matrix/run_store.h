#pragma once

// Where a run is kept: FILE, and FILE.journal while it runs.

#include <cstdint>
#include <string>

#include "results/files/fd.h"
#include "results/formats/journal.h"
#include "results/model/model.h"

namespace splicebench {

/// Throws UsageError when a new result cannot go to `path`: one that stands there, or the journal
/// of an unfinished run, is overwritten by `force` alone, and where a result is complete the
/// sentence says how to look at it.
void require_new_result(const std::string& path, bool force);

/// What there is of an earlier run in FILE or FILE.journal.
struct EarlierRun {
  Result result;
  Iterations iterations;
  std::int64_t journal_bytes = 0;  ///< whole lines of FILE.journal; 0: it comes from FILE
};

/// Reads FILE.journal where there is one (the run was killed), else FILE (it was interrupted, or
/// killed before its journal held anything). Throws UsageError when there is neither, or when they
/// cannot be understood.
EarlierRun read_earlier_run(const std::string& path);

/// The run goes on where it was begun, `then`, for figures of two machines do not mix. Throws
/// UsageError.
void require_same_machine(const Environment& then, const Environment& now, const std::string& path);

/// Where the result of a run went.
struct Stored {
  std::string path;     ///< empty: nowhere, it could not be written at all
  std::string trouble;  ///< one sentence when `path` is not the one that was asked for; else empty
};

/// Writes `result` to `path`; where that fails, under a new name to $TMPDIR, /tmp, /var/tmp or the
/// working directory.
Stored store_result(const std::string& path, const Result& result);

class RunStore {
 public:
  /// Opens the journal for a new run, or for going on with one; locked, so that two programs do not
  /// write one file. Creates nothing else and follows no link. Throws UsageError: `path` exists
  /// (unless `force` or `resume`) or is no regular file, an unfinished journal is there, the
  /// directory cannot be written, another program holds it.
  RunStore(std::string path, bool force, bool resume);
  ~RunStore();
  RunStore(const RunStore&) = delete;
  RunStore& operator=(const RunStore&) = delete;

  // One of the two comes before append(). Both throw std::system_error.
  /// Makes the journal hold just what `result` and `iterations` hold.
  void begin(const Result& result, const Iterations& iterations);
  /// Makes it hold just the first `bytes` of what it holds: the whole lines of a run to complete.
  void go_on(std::int64_t bytes);

  /// A whole line with its newline. A line that cannot be written (disk full, journal removed) is
  /// held here and tried again with the next one; the journal ends with a whole line in any case.
  /// Returns a sentence about it the first time, else nothing.
  std::string append(const std::string& line);

  /// store_result(), then removes the journal, which is kept where the result went elsewhere.
  Stored finish(const Result& result);

 private:
  bool write_pending();
  bool is_journal_there() const;

  std::string path_;
  std::string journal_path_;
  Fd journal_;
  std::string pending_;        ///< lines that are not in the journal yet
  bool complained_ = false;    ///< about them
  bool keep_journal_ = false;  ///< it holds samples that are nowhere else
};

}  // namespace splicebench
