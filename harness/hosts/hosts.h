#pragma once

// Where the processes of a sample are, one role here and one there.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "harness/hosts/host.h"
#include "harness/hosts/requests.h"
#include "results/model/hosts/hosts.h"

namespace splicebench {

/// Waits on a host for connections until this object goes, or a process that takes them is started.
class HostListener {
 public:
  virtual ~HostListener() = default;
  HostListener(const HostListener&) = delete;
  HostListener& operator=(const HostListener&) = delete;
  std::uint32_t number() const { return reply_.listener; }
  /// With the port that the kernel chose there.
  const Address& address() const { return reply_.address; }

 protected:
  explicit HostListener(const ListenReply& reply) : reply_(reply) {}

 private:
  ListenReply reply_;
};

/// Somebody else's relay, which runs on a host until this object goes.
class HostRelay {
 public:
  virtual ~HostRelay() = default;
  HostRelay(const HostRelay&) = delete;
  HostRelay& operator=(const HostRelay&) = delete;
  pid_t root() const { return reply_.root; }
  const Address& listens_on() const { return reply_.listen; }
  /// Readable once it has ended, where this process can see that; else -1.
  virtual int ended() const { return -1; }
  /// What its processes used so far.
  virtual TreeUsage usage() = 0;
  /// While its connections are there.
  virtual RelayFacts facts() = 0;
  /// As ForeignRelay's; why it cannot be told, where the host is gone.
  virtual std::string how_it_ended() = 0;

 protected:
  explicit HostRelay(RelayReply reply) : reply_(std::move(reply)) {}

 private:
  RelayReply reply_;
};

class Hosts {
 public:
  virtual ~Hosts() = default;

  virtual Host& host(Role role) = 0;
  /// On another machine than the relay, where CPUs and clocks are others.
  virtual bool apart(Role role) const = 0;

  // Throw SampleFailed that names the host where that is another, Interrupted, and of this process
  // std::system_error.

  /// On the address of `role` and a port of the kernel's choice there.
  virtual std::unique_ptr<HostListener> listen(Role role, const SocketSettings& sockets,
                                               std::size_t connections) = 0;
  /// On the address of the relay, so that it connects to `target`. It listens when this returns.
  virtual std::unique_ptr<HostRelay> start_relay(const RelayWish& wish, const Address& target) = 0;
  /// Starts it to see whether it can be, and ends it.
  virtual void try_start(const RelayWish& wish) = 0;
  /// As require_half_close(), with both ends on the relay's host.
  virtual void try_half_close(const RelayWish& wish) = 0;

  /// Before a visit: starts anew what has ended since. Throws std::runtime_error that says why that
  /// cannot be, and Interrupted.
  virtual void revive() = 0;
};

}  // namespace splicebench
