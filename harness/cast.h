#pragma once

#include <vector>

#include "harness/control.h"
#include "harness/sample.h"
#include "harness/spawn.h"

namespace splicebench {

/// A sample that ends without figures; what() is one sentence.
class SampleFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The processes of one sample and the wire to its relay. The runner keeps no end of the data
/// connections, so that the end of one process is an end of stream for the others. Ends and reaps
/// all that still run at its own end.
class Cast {
 public:
  /// Starts them on `ends`; `deadline` in seconds of CLOCK_MONOTONIC.
  Cast(PathEnds ends, const Programs& programs, double deadline);

  void tell(const RelayTask& task);

  /// The relay's next messages. Throw SampleFailed that names who died or what took too long, and
  /// Interrupted.
  RelayReady hear_ready();
  RelayReport hear_report();

  /// All end by themselves and in order. Throws SampleFailed.
  void dismiss();

  /// Who was killed or failed, as "the writer (process 12) was killed by signal 9 (Killed)";
  /// `otherwise` when all ended in order or live on. Ends the conversation.
  std::string who_died(const std::string& otherwise);

 private:
  struct Member {
    const char* name;
    Child process;
  };

  void start(const char* name, const std::string& program, const std::vector<InheritedFd>& fds);
  void wait_for_message(const char* phase);

  double deadline_;
  Fd control_;
  std::vector<Member> members_;
};

}  // namespace splicebench
