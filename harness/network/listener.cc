#include "harness/network/listener.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

/// What is at the path of a unix socket that cannot be bound.
std::string what_is_there(const Address& address) {
  const std::string path = address.file();
  struct stat status {};
  if (path.empty() || ::lstat(path.c_str(), &status) != 0)
    return "the name is in use; choose another";
  if (!S_ISSOCK(status.st_mode)) return "a file that is no socket is there; choose another path";
  const Fd probe = stream_socket(address);
  // EAGAIN: its queue is full, so somebody keeps it.
  if (::connect(probe.get(), address.get(), address.size) == 0 || errno == EAGAIN)
    return "another program listens there; end it or choose another path";
  return fmt::format("a socket is left there from a program that ended; remove it with: rm '{}'",
                     path);
}

std::string advice(const Address& address, int error) {
  if (error == EADDRINUSE && address.is_unix()) return what_is_there(address);
  const char* const text = std::strerror(error);
  switch (error) {
    case EADDRINUSE:
      return "another program listens there; end it or choose another port (0: any free one)";
    case EADDRNOTAVAIL:
      return "no interface of this machine has that address; see: ip addr";
    case EACCES:
      return address.is_unix() ? fmt::format("{}; choose a directory that can be written to", text)
                               : fmt::format("{}; choose a port from 1024 on", text);
    default:
      return fmt::format("{}; choose another address", text);
  }
}

}  // namespace

Listener::Listener(const Address& address, const std::string& flag) : fd_(stream_socket(address)) {
  bind_to(address, flag);
  if (::listen(fd_.get(), SOMAXCONN) != 0) {
    const int error = errno;
    close();
    throw UsageError(fmt::format("{}: cannot listen on {}: {}", flag, format_address(address),
                                 advice(address, error)));
  }
}

void Listener::bind_to(const Address& address, const std::string& flag) {
  const int on = 1;
  // So that connections of an earlier relay that linger in TIME_WAIT do not keep the port.
  if (!address.is_unix())
    check(::setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "set SO_REUSEADDR on",
          "a socket");
  // The file of a unix socket gets its mode from the mode of the socket (unix(7)).
  else
    check(::fchmod(fd_.get(), 0600), "fchmod of", "a socket");
  if (::bind(fd_.get(), address.get(), address.size) != 0) {
    const int error = errno;
    throw UsageError(fmt::format("{}: cannot bind {}: {}", flag, format_address(address),
                                 advice(address, error)));
  }
  address_ = local_address(fd_.get());
  struct stat status {};
  if (!address_.file().empty() && ::lstat(address_.file().c_str(), &status) == 0) {
    device_ = status.st_dev;
    inode_ = status.st_ino;
  }
}

void Listener::close() {
  if (!fd_) return;
  fd_.reset();
  const std::string path = address_.file();
  struct stat status {};
  if (path.empty() || ::lstat(path.c_str(), &status) != 0) return;
  if (status.st_dev == device_ && status.st_ino == inode_) ::unlink(path.c_str());
}

}  // namespace splicebench
