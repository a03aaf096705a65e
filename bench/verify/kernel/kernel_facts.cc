#include "bench/verify/kernel/kernel_facts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "bench/verify/kernel/probe_tools.h"
#include "harness/network/sockets.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"
#include "results/files/fd.h"

namespace splicebench {

namespace {

constexpr double kPatience = 5;  ///< seconds for one answer

std::string to_append_file() {
  const Pipe pipe(65536);
  put(pipe, 100);
  const Fd file = memory_file();
  check(::fcntl(file.get(), F_SETFL, O_APPEND), "set O_APPEND on", "a memfd");
  return splice_out(pipe, file.get());
}

std::string to_full_device() {
  const Pipe pipe(65536);
  put(pipe, 100);
  const Fd full(check(::open("/dev/full", O_WRONLY | O_CLOEXEC), "open", "/dev/full"));
  return splice_out(pipe, full.get());
}

std::string to_sealed_file() {
  const Pipe pipe(65536);
  put(pipe, 100);
  const Fd file = memory_file(MFD_ALLOW_SEALING);
  check(::fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE), "seal", "a memfd");
  return splice_out(pipe, file.get());
}

std::string to_read_only_file() {
  const Pipe pipe(65536);
  put(pipe, 100);
  const Fd zero(check(::open("/dev/zero", O_RDONLY | O_CLOEXEC), "open", "/dev/zero"));
  return splice_out(pipe, zero.get());
}

std::string empty_blocking_unix() {
  const SocketPair pair = unix_pair();
  return splice_in(pair, Pipe(65536));
}

/// The timeout tells blocking from not blocking: either says EAGAIN in the end.
std::string empty_blocking_tcp() {
  const SocketPair pair = tcp_pair();
  const timeval patience{0, 60000};
  check(::setsockopt(pair.second.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience),
        "set SO_RCVTIMEO on", "a socket");
  const double begin = monotonic_seconds();
  const std::string answer = splice_in(pair, Pipe(65536));
  return answer + (monotonic_seconds() - begin > 0.04 ? " after SO_RCVTIMEO" : " at once");
}

/// 40 one-byte sends into a pipe of 16 slots.
std::string one_byte_sends(SocketPair pair) {
  pair = nonblocking(std::move(pair));
  for (int i = 0; i < 40; ++i) {
    put(pair.first.get(), 1);
    ::poll(nullptr, 0, 1);
  }
  const Pipe pipe(65536);
  ssize_t total = 0;
  for (;;) {
    const ssize_t got =
        ::splice(pair.second.get(), nullptr, pipe.in.get(), nullptr, 65536, kNonblock);
    if (got <= 0) return fmt::format("{} B, then {}", total, gave(got));
    total += got;
  }
}

std::string rounds_up() {
  const Pipe pipe(65000);
  return gave(::fcntl(pipe.in.get(), F_GETPIPE_SZ));
}

std::string shrinks_below_content() {
  const Pipe pipe(65536);
  put(pipe, 20000);
  return gave(::fcntl(pipe.in.get(), F_SETPIPE_SZ, 4096));
}

std::string after_fin() {
  SocketPair pair = nonblocking(tcp_pair());
  put(pair.first.get(), 10);
  pair.first.reset();
  settle(pair.second.get());
  ::poll(nullptr, 0, 5);
  const Pipe pipe(65536);
  std::string all = splice_in(pair, pipe);
  for (int i = 0; i < 2; ++i) all += ", " + splice_in(pair, pipe);
  return all;
}

std::string after_reset() {
  SocketPair pair = nonblocking(tcp_pair());
  put(pair.first.get(), 10);
  settle(pair.second.get());
  reset(pair.first);
  settle(pair.second.get(), POLLHUP);
  ::poll(nullptr, 0, 5);
  const Pipe pipe(65536);
  const std::string first = splice_in(pair, pipe);
  return first + ", " + splice_in(pair, pipe);
}

std::string length_zero() {
  const SocketPair pair = nonblocking(unix_pair());
  put(pair.first.get(), 10);
  return splice_in(pair, Pipe(65536), 0);
}

std::string length_huge() {
  const SocketPair pair = nonblocking(unix_pair());
  put(pair.first.get(), 10);
  return splice_in(pair, Pipe(65536), SIZE_MAX);
}

std::string into_gone_unix() {
  SocketPair pair = nonblocking(unix_pair());
  pair.first.reset();
  const Pipe pipe(65536);
  put(pipe, 100);
  const std::string answer = splice_out(pipe, pair.second.get());
  std::string still(200, '\0');
  return answer + ", " + gave(::read(pipe.out.get(), still.data(), still.size())) +
         " B still in the pipe";
}

std::string into_gone_tcp() {
  SocketPair pair = nonblocking(tcp_pair());
  reset(pair.first);
  settle(pair.second.get(), POLLHUP);
  const Pipe pipe(65536);
  put(pipe, 100);
  const std::string first = splice_out(pipe, pair.second.get());
  return first + ", " + splice_out(pipe, pair.second.get());
}

std::string unconnected() {
  SocketPair pair;
  pair.second = Fd(
      check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "make", "a socket"));
  const Pipe pipe(65536);
  const std::string in = splice_in(pair, pipe);
  put(pipe, 100);
  return in + " in, " + splice_out(pipe, pair.second.get()) + " out";
}

std::string short_read_of_message() {
  const SocketPair pair = nonblocking(control_pair());
  put(pair.first.get(), 3000);
  const Pipe pipe(65536);
  const std::string first = splice_in(pair, pipe, 1000);
  return first + ", " + splice_in(pair, pipe, 1000);
}

std::string at_urgent_mark() {
  const SocketPair pair = nonblocking(tcp_pair());
  put(pair.first.get(), 10);
  put(pair.first.get(), 1, MSG_OOB);
  put(pair.first.get(), 10);
  ::poll(nullptr, 0, 20);
  const Pipe pipe(65536);
  std::string all = splice_in(pair, pipe);
  for (int i = 0; i < 2; ++i) all += ", " + splice_in(pair, pipe);
  pollfd readable{pair.second.get(), POLLIN, 0};
  return all + (::poll(&readable, 1, 0) > 0 ? ", readable" : ", not readable");
}

std::string offset_on_pipe() {
  const Pipe pipe(65536);
  put(pipe, 100);
  const Fd file = memory_file();
  loff_t offset = 0;
  return gave(::splice(pipe.out.get(), &offset, file.get(), nullptr, 100, kNonblock));
}

std::string without_pipe() {
  const SocketPair source = nonblocking(unix_pair());
  const SocketPair sink = nonblocking(unix_pair());
  put(source.first.get(), 10);
  return gave(::splice(source.second.get(), nullptr, sink.second.get(), nullptr, 10, kNonblock));
}

std::string sendfile_from_socket() {
  const SocketPair source = nonblocking(tcp_pair());
  put(source.first.get(), 10);
  settle(source.second.get());
  const Fd file = memory_file();
  return gave(::sendfile(file.get(), source.second.get(), nullptr, 10));
}

std::string more_on_last_piece(unsigned flags) {
  const SocketPair sink = tcp_pair();
  const Pipe pipe(65536);
  put(pipe, 100);
  const double begin = monotonic_seconds();
  check(::splice(pipe.out.get(), nullptr, sink.second.get(), nullptr, 100, flags), "splice into",
        "a socket");
  settle(sink.first.get());
  return monotonic_seconds() - begin > 0.1 ? "held back" : "sent at once";
}

struct Probe {
  const char* name;
  const char* expected;
  std::string (*ask)();
};

}  // namespace

std::vector<KernelFact> probe_kernel(const CellSetting& setting) {
  const Probe probes[] = {
      {"an empty blocking AF_UNIX source, SPLICE_F_NONBLOCK", "EAGAIN", empty_blocking_unix},
      {"an empty blocking TCP source, SPLICE_F_NONBLOCK", "EAGAIN after SO_RCVTIMEO",
       empty_blocking_tcp},
      {"40 one-byte AF_UNIX sends into a 64 KiB pipe", "16 B, then EAGAIN",
       [] { return one_byte_sends(unix_pair()); }},
      {"40 one-byte TCP sends into a 64 KiB pipe", "32 B, then EAGAIN",
       [] { return one_byte_sends(tcp_pair()); }},
      {"F_SETPIPE_SZ of 65000", "65536", rounds_up},
      {"F_SETPIPE_SZ below what the pipe holds", "EBUSY", shrinks_below_content},
      {"a TCP source after FIN: splice thrice", "10, 0, 0", after_fin},
      {"a TCP source after a reset: splice twice", "10, ECONNRESET", after_reset},
      {"length 0", "0", length_zero},
      {"length SIZE_MAX", "EINVAL", length_huge},
      {"into an AF_UNIX socket whose reader is gone", "EPIPE, 100 B still in the pipe",
       into_gone_unix},
      {"into a TCP socket whose reader has reset: splice twice", "ECONNRESET, EPIPE",
       into_gone_tcp},
      {"an unconnected TCP socket", "ENOTCONN in, EPIPE out", unconnected},
      {"1000 B twice of a SEQPACKET message of 3000 B", "1000, EAGAIN", short_read_of_message},
      {"at urgent data: splice thrice", "10, EAGAIN, EAGAIN, readable", at_urgent_mark},
      {"into an O_APPEND file", "EINVAL", to_append_file},
      {"into /dev/full", "EINVAL", to_full_device},
      {"into a sealed memfd", "EPERM", to_sealed_file},
      {"into a file opened O_RDONLY", "EBADF", to_read_only_file},
      {"an offset on a pipe", "ESPIPE", offset_on_pipe},
      {"socket to socket without a pipe", "EINVAL", without_pipe},
      {"sendfile from a socket to a file", "EINVAL", sendfile_from_socket},
      {"the last piece with SPLICE_F_MORE", "held back",
       [] { return more_on_last_piece(SPLICE_F_MORE); }},
      {"the last piece without SPLICE_F_MORE", "sent at once",
       [] { return more_on_last_piece(0); }},
  };
  std::vector<Cell> cells;
  std::vector<KernelFact> facts;
  for (const Probe& probe : probes) {
    facts.push_back({probe.name, probe.expected, ""});
    Cell cell;
    cell.seconds = kPatience;
    cell.attempt = probe.ask;  // what it says is the cell's text
    cells.push_back(std::move(cell));
  }
  CellSetting alone = setting;
  alone.jobs = 1;  // some of them look at the time
  run_cells(cells, alone,
            [&](std::size_t index, const VerifiedCell& cell) { facts[index].seen = cell.text; });
  return facts;
}

}  // namespace splicebench
