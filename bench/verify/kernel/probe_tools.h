#pragma once

// What a question to the kernel is made of: pipes, sockets, and calls whose answers are texts.

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "harness/network/sockets.h"
#include "harness/system/sys.h"
#include "results/files/fd.h"

namespace splicebench {

inline constexpr unsigned kNonblock = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;

struct Pipe {
  Fd out;
  Fd in;

  explicit Pipe(int size) {
    int ends[2];
    check(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), "make", "a pipe");
    out = Fd(ends[0]);
    in = Fd(ends[1]);
    check(::fcntl(in.get(), F_SETPIPE_SZ, size), "size", "a pipe");
  }
};

/// "123" or "EINVAL": what a call gave.
inline std::string gave(ssize_t result) {
  return result >= 0 ? std::to_string(result) : error_name(errno);
}

inline std::string splice_in(const SocketPair& pair, const Pipe& pipe, std::size_t size = 65536) {
  return gave(::splice(pair.second.get(), nullptr, pipe.in.get(), nullptr, size, kNonblock));
}

inline std::string splice_out(const Pipe& pipe, int sink, std::size_t size = 65536) {
  return gave(::splice(pipe.out.get(), nullptr, sink, nullptr, size, kNonblock));
}

inline void put(int fd, std::size_t size, int flags = 0) {
  const std::string bytes(size, 'x');
  check(::send(fd, bytes.data(), size, flags | MSG_NOSIGNAL), "send on", "a socket");
}

inline void put(const Pipe& pipe, std::size_t size) {
  const std::string bytes(size, 'x');
  check(::write(pipe.in.get(), bytes.data(), size), "write into", "a pipe");
}

/// Waits until the other end sees what was done to one: loopback takes a moment.
inline void settle(int fd, short events = POLLIN) {
  pollfd waiting{fd, events, 0};
  ::poll(&waiting, 1, 1000);
}

inline SocketPair nonblocking(SocketPair pair) {
  set_nonblocking(pair.second.get());
  return pair;
}

inline void reset(Fd& fd) {
  const linger at_once{1, 0};
  check(::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), "reset",
        "a socket");
  fd.reset();
}

inline Fd memory_file(unsigned flags = 0) {
  return Fd(check(::memfd_create("fact", MFD_CLOEXEC | flags), "make", "a memfd"));
}

}  // namespace splicebench
