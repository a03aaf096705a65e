#pragma once

// A relay that is somebody else's program: started for a sample, ended with all its processes.

#include <sched.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/network/listener.h"
#include "harness/network/socket_settings.h"
#include "harness/system/members.h"
#include "results/model/model.h"

namespace splicebench {

/// How long a failure that may be the relay's death waits for the guard to tell: seconds.
inline constexpr double kGuardPatience = 0.5;

/// What it is started with.
struct ForeignRelayPlan {
  RelayCommand relay;
  bool listen_unix = false;  ///< {listen} is a unix socket's path, else a TCP port
  /// Of that port, with any port in it; none: on loopback.
  std::optional<Address> listen{};
  Address connect;           ///< where it shall connect to: the caller listens there
  std::string guard;         ///< path of splicebench-guard
  int network = -1;          ///< descriptor of the namespace of all of it; -1: this process's
  SocketSettings sockets{};  ///< of our ends; its own are its own
  cpu_set_t cpus{};          ///< for it and all its processes; empty: anywhere
  std::int64_t flows = 1;    ///< connections through it at once
  std::int64_t threads = 1;  ///< that it shall have, where it can be told
};

/// The program runs below a guard of ours (peers/guard.cc) that ends every process of it and
/// removes its directory when this object goes, or this process dies, by SIGKILL, too.
class ForeignRelay {
 public:
  /// Starts it and does not wait for it. Throws SampleFailed with the last lines it wrote,
  /// UsageError (placeholders), and std::system_error.
  explicit ForeignRelay(const ForeignRelayPlan& plan);
  ~ForeignRelay();
  ForeignRelay(const ForeignRelay&) = delete;
  ForeignRelay& operator=(const ForeignRelay&) = delete;

  /// A connection to it: blocking, CLOEXEC, TCP with TCP_NODELAY. Asks again while nobody listens,
  /// until `deadline` (seconds of CLOCK_MONOTONIC). No connection is made only to find out whether
  /// it listens: a relay that serves just one would have spent it. One that has listened before is
  /// not asked again. Throws SampleFailed and Interrupted.
  Fd connect(double deadline);

  /// The relay's own connection to `target`, on which plan.connect was: blocking, CLOEXEC, TCP with
  /// TCP_NODELAY. A stranger's that comes first is not taken for it. Throws as connect().
  Fd accept(const Listener& target, double deadline);

  /// Its processes are those below this one: see harness/process_tree.h for what they used.
  pid_t root() const;
  /// Where it was told to listen.
  const Address& listens_on() const { return listen_; }
  /// Readable once all of them have ended.
  int pidfd() const;

  /// Throws SampleFailed when it has ended.
  void require_alive();
  /// Throws SampleFailed: "relay NAME: `what`", with the last lines it wrote.
  [[noreturn]] void fail(const std::string& what) const;
  /// "relay NAME ended with status 1; its last lines: ...", or "" while it runs. The guard knows it
  /// a moment after the relay's sockets are closed, so it is waited for
  /// that long (seconds).
  std::string how_it_ended(double patience = 0);

 private:
  static Address free_address(const ForeignRelayPlan& plan);
  void start(const ForeignRelayPlan& plan, const std::string& what);
  void end();
  std::string last_lines() const;

  std::string name_;
  int network_;             ///< the namespace of connections to it; -1: this process's
  SocketSettings sockets_;  ///< of those connections
  Address listen_;
  std::string directory_;  ///< private, removed at the end
  Fd output_;              ///< what it wrote: a file in memory
  Fd control_;             ///< to the guard, which ends with it
  std::string ended_;      ///< how; empty while it runs
  std::unique_ptr<Child> guard_;
  pid_t root_ = 0;
  bool has_listened_ = false;
};

/// A TCP port of `address`, in the network namespace of this thread, that is free now, outside of
/// the range the kernel takes ports of outgoing connections from: nobody gets it by chance, and a
/// connect to it before anybody listens cannot meet itself.
unsigned free_port(Address address);

}  // namespace splicebench
