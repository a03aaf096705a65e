#include "bench/verify/disturbances/sent_again.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <thread>
#include <utility>

#include "bench/verify/cell.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr const char* kRepaired = "a TCP socket under repair";
constexpr std::uint32_t kWriterBegins = 1000000;  ///< sequence numbers
constexpr std::uint32_t kReaderBegins = 2000000;
constexpr int kSegment = 32767;  ///< the most that TCP_MAXSEG takes
constexpr int kAsked = 5000;     ///< of a millisecond

void set_option(const Fd& socket, int option, int value) {
  check(::setsockopt(socket.get(), IPPROTO_TCP, option, &value, sizeof value), "set up", kRepaired);
}

void begin_at(const Fd& socket, int queue, std::uint32_t number) {
  set_option(socket, TCP_REPAIR_QUEUE, queue);
  check(::setsockopt(socket.get(), IPPROTO_TCP, TCP_QUEUE_SEQ, &number, sizeof number),
        "set the sequence of", kRepaired);
}

/// Under repair, on 127.0.0.1, with the next bytes to send and to receive.
Fd repaired(in_port_t port, std::uint32_t sends, std::uint32_t receives) {
  Fd made(check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "make", kRepaired));
  const int on = TCP_REPAIR_ON;
  if (::setsockopt(made.get(), IPPROTO_TCP, TCP_REPAIR, &on, sizeof on) != 0)
    throw NotApplicable("TCP_REPAIR takes CAP_NET_ADMIN: " + error_name(errno));
  set_option(made, TCP_MAXSEG, kSegment);
  begin_at(made, TCP_SEND_QUEUE, sends);
  begin_at(made, TCP_RECV_QUEUE, receives);
  set_option(made, TCP_REPAIR_QUEUE, TCP_NO_QUEUE);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = port;
  check(::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind",
        kRepaired);
  return made;
}

sockaddr_in name_of_socket(const Fd& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  check(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size),
        "read the address of", kRepaired);
  return address;
}

/// Without a packet: each is told of the other.
void tell_of(const Fd& socket, const Fd& other, std::uint32_t receives) {
  const sockaddr_in to = name_of_socket(other);
  check(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), "connect",
        kRepaired);
  const tcp_repair_window window{receives, 0xffff, 0xffff, 0xffff, receives};
  check(::setsockopt(socket.get(), IPPROTO_TCP, TCP_REPAIR_WINDOW, &window, sizeof window),
        "set the window of", kRepaired);
  set_option(socket, TCP_REPAIR, TCP_REPAIR_OFF_NO_WP);
}

void wait_until(const Fd& socket, unsigned long what, std::size_t bytes) {
  for (int i = 0; i < kAsked; ++i) {
    int seen = 0;
    check(::ioctl(socket.get(), what, &seen), "ask", kRepaired);
    if (static_cast<std::size_t>(seen) == bytes) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  throw_errno("wait for the bytes of", kRepaired, ETIMEDOUT);
}

/// By one segment; until it is acknowledged.
void send_segment(const Fd& socket, const std::string& bytes) {
  check(::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), "send on", kRepaired);
  wait_until(socket, SIOCOUTQ, 0);
}

}  // namespace

SocketPair sent_again(const std::string& bytes, std::size_t first, std::size_t again) {
  SocketPair pair;
  pair.second = repaired(0, kReaderBegins, kWriterBegins);
  Fd writer = repaired(0, kWriterBegins, kReaderBegins);
  const in_port_t port = name_of_socket(writer).sin_port;
  tell_of(pair.second, writer, kWriterBegins);
  tell_of(writer, pair.second, kReaderBegins);
  send_segment(writer, bytes.substr(0, first));
  wait_until(pair.second, FIONREAD, first);
  // Another one in its place, which has not sent the last of them yet.
  set_option(writer, TCP_REPAIR, TCP_REPAIR_ON);
  writer.reset();
  const std::size_t from = first - again;
  pair.first = repaired(port, kWriterBegins + static_cast<std::uint32_t>(from), kReaderBegins);
  tell_of(pair.first, pair.second, kReaderBegins);
  send_segment(pair.first, bytes.substr(from));
  wait_until(pair.second, FIONREAD, bytes.size());
  return pair;
}

}  // namespace splicebench
