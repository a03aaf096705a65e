#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "harness/system/spawn.h"
#include "results/files/fd.h"

namespace splicebench {

/// A sample that ends without figures; what() is one sentence.
class SampleFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The processes of one visit, or block, and this side of their control sockets. Ends and reaps all
/// that still run at its own end.
class Members {
 public:
  /// `deadline` in seconds of CLOCK_MONOTONIC.
  explicit Members(double deadline) : deadline_(deadline) {}
  void set_deadline(double deadline) { deadline_ = deadline; }

  /// Keeps this side of a control socket until hang_up(); returns its number.
  int keep(Fd control);

  /// Starts `program` as `name`, shielded (SpawnRequest): this object ends it. Throws
  /// std::system_error.
  void start(const char* name, SpawnRequest request);

  pid_t pid(const std::string& name) const;  ///< 0: there is none of that name

  /// Waits until there is something on `control`. Throws SampleFailed that names who died, who was
  /// stopped or what took too long (`phase`: "before the report"), and Interrupted.
  void wait_for_message(int control, const char* phase);

  /// Who was killed or failed, as "the writer (process 12) was killed by signal 9 (Killed)";
  /// `otherwise` when all ended in order or live on. Hangs up.
  std::string who_died(const std::string& otherwise);

  /// Closes this side of the control sockets: all that live end.
  void hang_up() { controls_.clear(); }

  /// All end by themselves and in order, once hung up. Throws SampleFailed.
  void dismiss();

 private:
  struct Member {
    const char* name;
    Child process;
  };

  /// Why the time was over: who is stopped, if anybody is.
  std::string who_hangs(const char* phase) const;

  double deadline_;
  std::vector<Fd> controls_;
  std::vector<Member> members_;
};

}  // namespace splicebench
