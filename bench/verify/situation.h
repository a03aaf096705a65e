#pragma once

// A situation: one row of the correctness suite, described once and tried on every mode, path and
// handling. The rows are those of the matrix of ordinary and extraordinary things that happen to a
// relay: sizes, limits, ends, pace, faults, files, limits of the system, residue, long use.

#include <functional>
#include <string>
#include <vector>

#include "bench/verify/subject.h"

namespace splicebench {

class Trial;

struct Situation {
  std::string group;  ///< "ends"
  std::string name;   ///< unique in its group
  /// Prepares, runs and says what is expected; throws NotApplicable (bench/verify/cell.h) where
  /// only the running system tells that it cannot be tried.
  std::function<void(Trial&)> act;
  /// Why `subject` cannot be in this situation; empty: it can. Null: everybody can.
  std::function<std::string(const Subject&)> inapplicable;
  bool quick = false;   ///< part of verify --quick and of the ordinary tests
  double seconds = 20;  ///< the watchdog's patience
};

/// All of them, in the order of the table.
const std::vector<Situation>& situations();

// One file each.
std::vector<Situation> size_situations();
std::vector<Situation> limit_situations();
std::vector<Situation> end_situations();
std::vector<Situation> two_way_situations();
std::vector<Situation> pace_situations();
std::vector<Situation> fault_situations();
std::vector<Situation> file_situations();
std::vector<Situation> socket_situations();
std::vector<Situation> system_limit_situations();
std::vector<Situation> reuse_situations();

// What several of them need as `inapplicable`.
std::string needs_reader(const Subject& subject);
std::string needs_writer(const Subject& subject);
std::string needs_both_peers(const Subject& subject);
std::string needs_file(const Subject& subject);
std::string needs_tcp_source(const Subject& subject);
std::string needs_own_engine(const Subject& subject);

}  // namespace splicebench
