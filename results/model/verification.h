#pragma once

// What `splicebench verify` found: a value, printed by print_verification.h and written by
// verification_json.h and verification_junit.h.

#include <cstdint>
#include <string>
#include <vector>

namespace splicebench {

struct VerifiedCell {
  enum class Status { pass, fail, not_applicable };

  std::string group;       ///< "ends"
  std::string situation;   ///< "reader gone"
  std::string mode;        ///< "splice"
  std::string path;        ///< "tcp-to-tcp"
  std::string handling;    ///< "blocking", "non-blocking" or "event-loop"
  std::int64_t flows = 1;  ///< through one loop: the one under test among others
  Status status = Status::pass;
  std::string text;  ///< of a failure: expected and seen; not applicable: why; else empty
  double seconds = 0;

  /// "ends/reader gone/mode=splice/tcp-to-tcp/blocking", and "/flows=64" behind it where there are
  /// several: what --filter looks at.
  std::string name() const;
};

/// A fact about splice(2) that the engines were written by.
struct KernelFact {
  std::string name;
  std::string expected;  ///< as Linux 6.18 behaves
  std::string seen;      ///< equal to `expected`, or what this kernel does
  bool same() const { return expected == seen; }
};

struct Verification {
  std::string kernel;
  std::string user;         ///< "root" or "unprivileged (uid 1000)"
  std::string file_system;  ///< of the directory of the file sinks, e.g. "ext4 (/tmp)"
  double seconds = 0;
  bool complete = true;  ///< false: interrupted
  std::vector<VerifiedCell> cells;
  std::vector<KernelFact> facts;

  std::size_t count(VerifiedCell::Status status) const;
};

/// "pass", "fail" or "not applicable".
const char* name_of(VerifiedCell::Status status);

}  // namespace splicebench
