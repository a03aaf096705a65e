#include "harness/foreign/token.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "harness/network/address.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

using FlowToken = std::array<std::uint64_t, 2>;

/// Strangers that are kept at a time, in the hope that they are none.
constexpr std::size_t kMostStrangers = 16;

FlowToken make_token() {
  static std::mt19937_64 random{std::random_device()()};
  return {random(), random()};
}

/// A connection of which it is not known yet whose it is.
struct Arrival {
  Fd fd;
  FlowToken got{};
  std::size_t size = 0;  ///< of what has come
};

/// Takes what has come of a token and no more. False when it is no token that can still come.
bool read_token(Arrival& arrival) {
  unsigned char* const begin = reinterpret_cast<unsigned char*>(arrival.got.data());
  while (arrival.size < sizeof arrival.got) {
    const ssize_t got = ::recv(arrival.fd.get(), begin + arrival.size,
                               sizeof arrival.got - arrival.size, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN;
    if (got == 0) return false;
    arrival.size += static_cast<std::size_t>(got);
  }
  return true;
}

void accept_all(const Listener& target, std::vector<Arrival>& arrivals) {
  for (;;) {
    Fd fd(::accept4(target.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (!fd && errno == EAGAIN) return;
    if (!fd) throw_errno("accept on", format_address(target.address()));
    if (arrivals.size() == kMostStrangers) arrivals.erase(arrivals.begin());
    arrivals.push_back({std::move(fd), {}, 0});
  }
}

/// The one that has got `token`; none: it has not come yet. Those that cannot are closed.
Fd take_with(const FlowToken& token, std::vector<Arrival>& arrivals) {
  Fd found;
  std::erase_if(arrivals, [&](Arrival& arrival) {
    if (!read_token(arrival)) return true;
    if (arrival.size < sizeof token) return false;
    if (arrival.got == token) found = std::move(arrival.fd);
    return true;
  });
  return found;
}

}  // namespace

PathEnds connect_by_token(ForeignRelay& relay, const Listener& target, double deadline) {
  const FlowToken token = make_token();
  PathEnds ends;
  ends.writer = relay.connect(deadline);
  if (::send(ends.writer.get(), token.data(), sizeof token, MSG_NOSIGNAL) !=
      static_cast<ssize_t>(sizeof token))
    relay.fail(fmt::format("it took a connection and no byte: {}", errno_text(errno)));
  std::vector<Arrival> arrivals;
  for (;;) {
    accept_all(target, arrivals);
    ends.reader = take_with(token, arrivals);
    if (ends.reader) break;
    relay.require_alive();
    const double left = deadline - monotonic_seconds();
    if (left <= 0)
      relay.fail(
          "it took a connection beside others and did not pass its first bytes on in the time "
          "allowed (--timeout)");
    std::vector<pollfd> waiting{
        {target.fd(), POLLIN, 0}, {relay.pidfd(), POLLIN, 0}, {ends.writer.get(), POLLRDHUP, 0}};
    for (const Arrival& arrival : arrivals) waiting.push_back({arrival.fd.get(), POLLIN, 0});
    wait_interruptibly(waiting.data(), waiting.size(), left);
    if (interrupted()) throw Interrupted();
    if (waiting[2].revents != 0)
      relay.fail("it closed a connection beside others; with --flows it must serve many");
  }
  set_nodelay(ends.reader.get());
  return ends;
}

}  // namespace splicebench
