#include "bench/proxy/connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>

#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// Whether closing `fd` in the middle looks like an orderly end to the one at its other end: a unix
/// socket passes a reset on only while bytes of his lie here unread (unix(7)).
bool seems_orderly(int fd) {
  const std::optional<Address> peer = peer_address(fd);
  int unread = 0;
  pollfd now{fd, 0, 0};
  return peer && peer->is_unix() && ::ioctl(fd, FIONREAD, &unread) == 0 && unread == 0 &&
         ::poll(&now, 1, 0) == 0;  // POLLHUP: he has left
}

}  // namespace

ProxyConnection::ProxyConnection(Fd client, EnginePool& pool, ProxyStatistics& statistics)
    : statistics_(statistics), up_(client_, server_, pool), down_(server_, client_, pool) {
  client_.hold(std::move(client));
  for (ProxyEnd* const end : {&client_, &server_, &engines_[0], &engines_[1]})
    end->connection = this;
  engines_[0].flow = &up_;
  engines_[1].flow = &down_;
}

Flow::Turn ProxyConnection::run(Flow& flow, DirectionStatistics& statistics) {
  const Moved before = flow.moved();
  const Flow::Turn turn = flow.run(flow.turn());
  count(flow, before, statistics);
  return turn;
}

void ProxyConnection::take_account() {
  for (Flow* const flow : {&up_, &down_}) {
    if (!flow->has_host()) continue;
    const Moved before = flow->moved();
    flow->take_account();
    count(*flow, before, flow == &up_ ? statistics_.to_connect : statistics_.from_connect);
  }
}

void ProxyConnection::count(const Flow& flow, const Moved& before,
                            DirectionStatistics& statistics) {
  statistics.in += static_cast<std::int64_t>(flow.moved().in - before.in);
  statistics.out += static_cast<std::int64_t>(flow.moved().out - before.out);
  statistics.calls += flow.moved().calls - before.calls;
}

void ProxyConnection::connect(const Address& target, double keepalive) {
  if (!server_.socket) {
    server_.hold(stream_socket(target));
    set_keepalive(server_.fd, keepalive);
  }
  state_ = State::connecting;
  if (::connect(server_.fd, target.get(), target.size) == 0) {
    state_ = State::open;
  } else if (errno == EAGAIN) {
    state_ = State::retrying;
  } else if (errno != EINPROGRESS && errno != EINTR) {
    fail(State::unreachable, errno);
  }
}

void ProxyConnection::find_out_whether_connected() {
  if (!server_.writable) return;
  const int error = server_.take_error();
  // Refused and unreachable are told by other errors (tcp_reset() of Linux): this one was answered,
  // and reset since. What it said before comes first.
  if (error == 0 || error == ECONNRESET || error == EPIPE) {
    state_ = State::open;
  } else {
    fail(State::unreachable, error);
  }
}

bool ProxyConnection::serve() {
  if (state_ == State::connecting) find_out_whether_connected();
  if (state_ == State::connecting || state_ == State::retrying) {
    if (client_.error != 0) fail(State::broken, client_.error);
    return false;
  }
  if (is_over()) return false;
  // Of a side that broke, first what it still had to say.
  const bool is_dying = server_.error != 0 || client_.error != 0;
  bool more = false;
  for (const bool up : {server_.error == 0, server_.error != 0}) {
    Flow& flow = up ? up_ : down_;
    const Flow::Turn turn = run(flow, up ? statistics_.to_connect : statistics_.from_connect);
    if (turn == Flow::Turn::failed) {
      fail(State::broken, flow.outcome().error);
      return false;
    }
    more = more || turn == Flow::Turn::more;
    if (more && is_dying) return true;
  }
  if (up_.has_ended() && down_.has_ended()) state_ = State::finished;
  return more;
}

void ProxyConnection::fail(State state, int error) {
  state_ = state;
  error_ = error;
}

bool ProxyConnection::is_over() const {
  return state_ == State::finished || state_ == State::unreachable || state_ == State::broken;
}

ProxyConnection::~ProxyConnection() {
  for (ProxyEnd* const end : {&client_, &server_}) {
    if (state_ != State::finished && end->socket) {
      const Flow& towards = end == &client_ ? down_ : up_;
      if (!towards.has_ended() && seems_orderly(end->fd)) ++statistics_.silent;
      // An orderly end would tell the other side that it had got everything.
      close_with_reset(end->socket);
    }
  }
}

std::string ProxyConnection::describe() const {
  const std::optional<Address> peer = peer_address(client_.fd);
  const Moved& there = up_.moved();
  const Moved& back = down_.moved();
  return fmt::format("{}: {} bytes to connect, {} back, {} held",
                     peer ? format_address(*peer) : "a connection", there.out, back.out,
                     there.in - there.out + back.in - back.out);
}

}  // namespace splicebench
