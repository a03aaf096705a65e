#pragma once

#include <map>
#include <memory>

#include "harness/hosts/host.h"
#include "harness/system/programs.h"

namespace splicebench {

/// This process starts them: the host of every role where nothing is asked for, that of each role
/// in its own namespace over a link, and what an agent is for a runner elsewhere.
class LocalHost : public Host {
 public:
  /// In the network namespace of descriptor `network`, connections and all; -1: this process's.
  /// `programs` must outlive it.
  explicit LocalHost(const Programs& programs, int network = -1)
      : programs_(programs), network_(network) {}

  /// Number of a listener for `connections`; its address with a port is in `address` then. Throws
  /// std::system_error.
  std::uint32_t listen(Address& address, const SocketSettings& settings, std::size_t connections);
  void forget(std::uint32_t listener) { listeners_.erase(listener); }

  std::unique_ptr<Actor> start(const StartPlan& plan, std::vector<ControlEnd> controls,
                               std::int64_t& strangers) override;

 private:
  /// Makes the connections of `plan` and adds them to `request`; they are `kept` until it is met.
  void connect(const StartPlan& plan, std::vector<Fd>& kept, SpawnRequest& request,
               std::int64_t& strangers);

  const Programs& programs_;
  int network_;
  std::map<std::uint32_t, TokenListener> listeners_;
  std::uint32_t next_listener_ = 1;
};

/// For sentences: "writer".
const char* name_of(Part part);

}  // namespace splicebench
