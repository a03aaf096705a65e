#pragma once

// Where a run is kept: FILE, and FILE.journal while it runs.

#include <string>

#include "harness/fd.h"
#include "results/journal.h"
#include "results/model.h"

namespace splicebench {

/// What there is of an earlier run in FILE or FILE.journal.
struct EarlierRun {
  Result result;
  Iterations iterations;
};

/// Reads FILE.journal where there is one (the run was killed), else FILE (it was interrupted).
/// Throws UsageError when there is neither, or when they cannot be understood.
EarlierRun read_earlier_run(const std::string& path);

class RunStore {
 public:
  /// Opens the journal for a new run, or for going on with one; locked, so that two programs do not
  /// write one file. Creates nothing else. Throws UsageError: `path` exists (unless `force` or
  /// `resume`), an unfinished journal is there, the directory cannot be written, another program
  /// holds it.
  RunStore(std::string path, bool force, bool resume);
  ~RunStore();
  RunStore(const RunStore&) = delete;
  RunStore& operator=(const RunStore&) = delete;

  /// Makes the journal hold just what `result` and `iterations` hold; further lines are appended.
  void restart(const Result& result, const Iterations& iterations);
  /// A whole line with its newline, in one write. Throws std::system_error.
  void append(const std::string& line);

  /// Writes the result file and removes the journal. Throws std::system_error and keeps the journal
  /// then.
  void finish(const Result& result);

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::string journal_path_;
  Fd journal_;
  bool keep_journal_ = false;  ///< it holds samples that are nowhere else
};

}  // namespace splicebench
