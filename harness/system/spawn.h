#pragma once

// Child processes, through Boost.Process v2. spawn.cc is the only file that includes it.

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace splicebench {

/// Descriptor `from` of this process becomes `to` in the child. `from` stays open here.
struct InheritedFd {
  int from = -1;
  int to = -1;
};

struct SpawnRequest {
  std::string program;                 ///< path; not searched for
  std::vector<std::string> arguments;  ///< without the program's name
  std::vector<InheritedFd> fds;  ///< beside 0-2, which are this process's own; nothing else is open
  std::vector<std::string> environment;  ///< "NAME=value"; nothing else is passed on
  int network = -1;  ///< descriptor of the network namespace to start it in; -1: this process's
  /// Not touched by what a terminal, timeout(1) or a service manager sends to a whole process group
  /// (SIGINT, SIGTERM, SIGHUP, SIGTSTP): its owner gets it, too, and ends it.
  bool shielded = false;
  /// SIGKILL when the thread that starts it ends, stopped or not: programs of ours say so
  /// themselves (become_child()).
  bool ends_with_parent = false;
};

/// A started process. Its end must be waited for: the destructor kills with SIGKILL what still
/// runs, and reaps.
class Child {
 public:
  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  ~Child();

  pid_t pid() const;
  /// Readable once the process has ended (pidfd_open(2), Linux 5.3).
  int pidfd() const;

  /// Wait status (see waitpid(2)) once it has ended; nothing while it runs.
  std::optional<int> try_wait();
  /// Blocks until it has ended.
  int wait();
  /// SIGKILL; no effect on one that has ended.
  void kill();

 private:
  struct State;
  explicit Child(std::unique_ptr<State> state);
  friend Child spawn(const SpawnRequest& request);
  std::unique_ptr<State> state_;
};

/// Starts a process. Throws std::system_error with the program's path when that fails.
Child spawn(const SpawnRequest& request);

/// "was killed by signal 9 (Killed)" or "ended with status 2", from a wait status.
std::string describe_wait_status(int status);

/// Path of the program `name`: searched for on PATH unless it has a '/'. Empty when there is none
/// that can be executed.
std::string program_on_path(const std::string& name);

/// Environment of the peers: of this process's, only the named few that a user may need (LANG,
/// LC_ALL, TZ and the sanitizers' options).
std::vector<std::string> minimal_environment();

}  // namespace splicebench
