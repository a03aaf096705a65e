#pragma once

#include <sys/types.h>

#include "harness/network/address.h"

namespace splicebench {

/// A listening socket, non-blocking and CLOEXEC. The file of a unix socket is removed at its end,
/// if it is still this one.
class Listener {
 public:
  /// Binds and listens. A unix socket's file gets mode 0600. Throws UsageError that names `flag`
  /// and says what to do: address in use, not of this machine, not permitted, a path that is taken
  /// by a live or by an abandoned socket.
  Listener(const Address& address, const std::string& flag);
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// No more connections from now on: those not yet accepted are reset by the kernel.
  void close();

  bool is_open() const { return static_cast<bool>(fd_); }
  int fd() const { return fd_.get(); }
  /// With the port that the kernel chose where 0 was asked for.
  const Address& address() const { return address_; }

 private:
  void bind_to(const Address& address, const std::string& flag);

  Fd fd_;
  Address address_;
  dev_t device_ = 0;  ///< of the unix socket's file
  ino_t inode_ = 0;
};

}  // namespace splicebench
