#include "bench/proxy/connection.h"

#include <fmt/format.h>
#include <sys/epoll.h>

#include <cerrno>

#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// Bytes a flow moves before others have their turn: about a millisecond.
constexpr std::uint64_t kTurn = 2 << 20;

/// An engine needs up to three answers of EAGAIN before it reads past urgent data, the first of
/// them with bytes.
constexpr int kUrgentTries = 4;

/// Also clears it.
int socket_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

void ProxyEnd::note(std::uint32_t events) {
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) readable = true;
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) writable = true;
  if ((events & EPOLLPRI) != 0) urgent = true;
  // Once asked for, the error is gone from the socket: the next read would see an orderly end.
  if ((events & EPOLLERR) != 0 && error == 0) error = socket_error(fd.get());
}

ProxyFlow::Turn ProxyFlow::run(EnginePool& pool) {
  if (done_) return Turn::done;
  if (to_.error != 0) return fail(to_.error);
  const bool possible = held_ > 0 ? to_.writable : from_.readable;
  if (possible) return transfer(pool);
  return from_.error != 0 ? fail(from_.error) : Turn::waiting;
}

ProxyFlow::Turn ProxyFlow::transfer(EnginePool& pool) {
  if (!engine_) engine_ = pool.lend(from_.fd.get(), to_.fd.get());
  const Calls before = engine_->calls();
  const Outcome outcome = engine_->transfer(kTurn, Waiting::give_back);
  statistics_.calls += engine_->calls() - before;
  statistics_.in += static_cast<std::int64_t>(outcome.in);
  statistics_.out += static_cast<std::int64_t>(outcome.out);
  in_ += outcome.in;
  out_ += outcome.out;
  held_ = outcome.left;
  switch (outcome.ended) {
    case Ended::limit:
      return Turn::more;
    case Ended::would_block:
      return blocked(outcome, pool);
    case Ended::eof:
      if (from_.error != 0) return fail(from_.error);
      release(pool);
      // Fails when the other side is gone, which that side's own events tell.
      ::shutdown(to_.fd.get(), SHUT_WR);
      done_ = true;
      return Turn::done;
    case Ended::error:
      break;
  }
  return fail(outcome.error);
}

ProxyFlow::Turn ProxyFlow::blocked(const Outcome& outcome, EnginePool& pool) {
  // What a dead source gave is delivered as far as it goes without waiting.
  if (from_.error != 0) return fail(from_.error);
  if (outcome.side == Side::sink) {
    to_.writable = false;
    return Turn::waiting;
  }
  // On the trail of urgent data the engine needs its memory.
  if (from_.urgent && ++urgent_tries_ <= kUrgentTries) return Turn::more;
  from_.urgent = false;
  urgent_tries_ = 0;
  from_.readable = false;
  release(pool);
  return Turn::waiting;
}

ProxyFlow::Turn ProxyFlow::fail(int error) {
  error_ = error;
  engine_.reset();  // with all it holds: nobody else may get that
  return Turn::failed;
}

void ProxyFlow::release(EnginePool& pool) { pool.give_back(std::move(engine_)); }

ProxyConnection::ProxyConnection(Fd client, ProxyStatistics& statistics)
    : up_(client_, server_, statistics.to_connect),
      down_(server_, client_, statistics.from_connect) {
  client_.connection = this;
  client_.fd = std::move(client);
  server_.connection = this;
}

void ProxyConnection::connect(const Address& target) {
  if (!server_.fd) server_.fd = stream_socket(target);
  state_ = State::connecting;
  if (::connect(server_.fd.get(), target.get(), target.size) == 0) {
    state_ = State::open;
  } else if (errno == EAGAIN) {
    state_ = State::retrying;
  } else if (errno != EINPROGRESS && errno != EINTR) {
    fail(State::unreachable, errno);
  }
}

void ProxyConnection::find_out_whether_connected() {
  if (!server_.writable) return;
  const int error = server_.error != 0 ? server_.error : socket_error(server_.fd.get());
  if (error == 0) {
    state_ = State::open;
  } else {
    fail(State::unreachable, error);
  }
}

bool ProxyConnection::serve(EnginePool& pool) {
  if (state_ == State::connecting) find_out_whether_connected();
  if (state_ == State::connecting || state_ == State::retrying) {
    if (client_.error != 0) fail(State::broken, client_.error);
    return false;
  }
  if (is_over()) return false;
  // Of a side that broke, first what it still had to say.
  ProxyFlow& first = server_.error != 0 ? down_ : up_;
  ProxyFlow& second = server_.error != 0 ? up_ : down_;
  const bool is_dying = server_.error != 0 || client_.error != 0;
  const ProxyFlow::Turn turn = first.run(pool);
  if (turn == ProxyFlow::Turn::more && is_dying) return true;
  if (turn == ProxyFlow::Turn::failed) {
    fail(State::broken, first.error());
    return false;
  }
  const ProxyFlow::Turn other = second.run(pool);
  if (other == ProxyFlow::Turn::failed) {
    fail(State::broken, second.error());
    return false;
  }
  if (up_.is_done() && down_.is_done()) state_ = State::finished;
  return turn == ProxyFlow::Turn::more || other == ProxyFlow::Turn::more;
}

void ProxyConnection::fail(State state, int error) {
  state_ = state;
  error_ = error;
}

bool ProxyConnection::is_over() const {
  return state_ == State::finished || state_ == State::unreachable || state_ == State::broken;
}

void ProxyConnection::close() {
  if (state_ == State::finished) {
    client_.fd.reset();
    server_.fd.reset();
    return;
  }
  // An orderly end would tell the other side that it had got everything.
  if (client_.fd) close_with_reset(client_.fd);
  if (server_.fd) close_with_reset(server_.fd);
}

std::string ProxyConnection::describe() const {
  const std::optional<Address> peer = peer_address(client_.fd.get());
  return fmt::format("{}: {} bytes to connect, {} back, {} held",
                     peer ? format_address(*peer) : "a connection", up_.out(), down_.out(),
                     up_.in() - up_.out() + down_.in() - down_.out());
}

}  // namespace splicebench
