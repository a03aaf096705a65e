#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/system/process_tree.h"
#include "harness/system/spawn.h"
#include "results/files/fd.h"

namespace splicebench {

/// A sample that ends without figures; what() is one sentence.
class SampleFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A process of a visit or block, wherever it runs. Its destructor ends and reaps it.
class Actor {
 public:
  virtual ~Actor() = default;

  /// Readable once it has ended.
  virtual int ended() const = 0;
  /// Wait status (see waitpid(2)) once it has ended; blocks until then.
  virtual int wait() = 0;
  /// By SIGSTOP, a terminal's Ctrl-Z or a debugger, where that is known.
  virtual bool is_stopped() const = 0;
  virtual pid_t pid() const = 0;  ///< where it runs
  /// "process 12"; with the host where that is another.
  virtual std::string text() const = 0;
  /// "host ssh://a was last heard 4 s ago (...)" where that is longer than it should be; empty: it
  /// is heard, or runs here.
  virtual std::string silence() const { return {}; }
  /// After wait(): "was killed by signal 9 (Killed)".
  virtual std::string how_it_ended() = 0;
  /// What it used so far. Throws SampleFailed where its host does not answer.
  virtual TreeUsage usage() const = 0;
};

/// A child of this process.
class LocalActor : public Actor {
 public:
  explicit LocalActor(Child child) : child_(std::move(child)) {}
  int ended() const override { return child_.pidfd(); }
  int wait() override { return child_.wait(); }
  bool is_stopped() const override;
  pid_t pid() const override { return child_.pid(); }
  std::string text() const override;
  std::string how_it_ended() override { return describe_wait_status(child_.wait()); }
  TreeUsage usage() const override { return usage_of(child_.pid()); }

 private:
  Child child_;
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
  void add(const char* name, std::unique_ptr<Actor> process) {
    members_.push_back({name, std::move(process)});
  }

  pid_t pid(const std::string& name) const;  ///< 0: there is none of that name

  /// What it used so far; nothing where there is none of that name. Throws as Actor::usage().
  TreeUsage usage(const std::string& name) const;

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
    std::unique_ptr<Actor> process;
  };

  /// Why the time was over: who is stopped, if anybody is.
  std::string who_hangs(const char* phase) const;

  double deadline_;
  std::vector<Fd> controls_;
  std::vector<Member> members_;
};

}  // namespace splicebench
