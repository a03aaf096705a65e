#include "harness/hosts/data_ends.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>
#include <utility>

#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr const char* kConnection = "a data connection";
/// Room for strangers beside our own.
constexpr std::size_t kSpareBacklog = 128;
/// Connections that are made at once: more would only fill the other side's queue.
constexpr std::size_t kWave = 64;
/// Before it is asked again whether somebody listens, seconds.
constexpr double kTryPause = 0.002;

void set_blocking(int fd) {
  const int flags = check(::fcntl(fd, F_GETFL), "fcntl(F_GETFL) on", kConnection);
  check(::fcntl(fd, F_SETFL, flags & ~O_NONBLOCK), "fcntl(F_SETFL) on", kConnection);
}

/// Throws std::system_error when patience is at its end, and Interrupted.
void wait_for(std::vector<pollfd>& fds, const Patience& patience, const char* what,
              const std::string& name) {
  if (interrupted()) throw Interrupted();
  const double left = patience.deadline - monotonic_seconds();
  if (left <= 0) throw_errno(what, name, ETIMEDOUT);
  fds.push_back({patience.watched, POLLIN, 0});  // none where that is -1
  if (wait_interruptibly(fds.data(), fds.size(), left) < 0 && errno != EINTR)
    throw_errno("wait for", kConnection);
  if (interrupted()) throw Interrupted();
  if (fds.back().revents != 0) throw_errno(what, name, ECONNRESET);
  fds.pop_back();
}

/// Somebody who has not introduced himself yet.
struct Guest {
  Fd fd;
  std::array<unsigned char, sizeof(Introduction)> said{};
  std::size_t size = 0;
};

enum class Heard { more, all, nothing };

/// Reads no byte beyond the introduction: those are the peers'.
Heard hear(Guest& guest) {
  const ssize_t got = ::recv(guest.fd.get(), guest.said.data() + guest.size,
                             guest.said.size() - guest.size, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Heard::more;
  if (got <= 0) return Heard::nothing;
  guest.size += static_cast<std::size_t>(got);
  return guest.size == guest.said.size() ? Heard::all : Heard::more;
}

Introduction said_by(const Guest& guest) {
  Introduction said;
  std::memcpy(&said, guest.said.data(), sizeof said);
  return said;
}

/// Takes those whose numbers are expected.
class Door {
 public:
  Door(int listener, const Token& token, const std::vector<std::uint32_t>& numbers)
      : listener_(listener), token_(token), numbers_(numbers), taken_(numbers.size()) {}

  std::vector<Fd> take(const Patience& patience, std::int64_t& strangers) {
    try {
      while (missing() > 0) {
        wait(patience);
        let_in();
        listen_to_guests();
      }
      let_in();
    } catch (...) {
      strangers += strangers_ + std::ssize(guests_);
      throw;
    }
    strangers += strangers_ + std::ssize(guests_);
    return std::move(taken_);
  }

 private:
  std::ptrdiff_t missing() const {
    return std::count_if(taken_.begin(), taken_.end(), [](const Fd& fd) { return !fd; });
  }

  void wait(const Patience& patience) const {
    std::vector<pollfd> waiting{{listener_, POLLIN, 0}};
    for (const Guest& guest : guests_) waiting.push_back({guest.fd.get(), POLLIN, 0});
    wait_for(waiting, patience, "take", kConnection);
  }

  void let_in() {
    for (;;) {
      Fd fd(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd && (errno == EINTR || errno == ECONNABORTED)) continue;
      if (!fd && errno != EAGAIN) throw_errno("accept", kConnection);
      if (!fd) return;
      guests_.push_back({std::move(fd)});
    }
  }

  void listen_to_guests() {
    std::deque<Guest> silent;
    for (Guest& guest : guests_) {
      const Heard heard = hear(guest);
      if (heard == Heard::more) silent.push_back(std::move(guest));
      if (heard == Heard::nothing || (heard == Heard::all && !seat(guest))) ++strangers_;
    }
    guests_ = std::move(silent);
  }

  bool seat(Guest& guest) {
    const Introduction said = said_by(guest);
    if (said.token != token_) return false;
    const auto found = std::find(numbers_.begin(), numbers_.end(), said.connection);
    if (found == numbers_.end()) return false;
    Fd& place = taken_[static_cast<std::size_t>(found - numbers_.begin())];
    if (place) return false;
    set_nodelay(guest.fd.get());
    place = std::move(guest.fd);
    return true;
  }

  int listener_;
  const Token& token_;
  const std::vector<std::uint32_t>& numbers_;
  std::vector<Fd> taken_;
  std::deque<Guest> guests_;
  std::int64_t strangers_ = 0;
};

/// EAGAIN: the queue of a unix socket is full.
bool not_yet_there(int error) {
  return error == ECONNREFUSED || error == ECONNRESET || error == EAGAIN;
}

/// One on its way: connects, and introduces itself.
struct Caller {
  const DataTarget* target;
  std::size_t place;
  Fd fd;
};

class Callers {
 public:
  Callers(const std::vector<DataTarget>& targets, const Token& token,
          const SocketSettings& settings, const Patience& patience)
      : targets_(targets),
        token_(token),
        settings_(settings),
        patience_(patience),
        made_(targets.size()) {}

  std::vector<Fd> connect() {
    std::size_t next = 0;
    while (next < targets_.size() || !callers_.empty()) {
      while (next < targets_.size() && callers_.size() < kWave) {
        callers_.push_back({&targets_[next], next, call(targets_[next])});
        ++next;
      }
      std::vector<pollfd> waiting;
      for (const Caller& caller : callers_) waiting.push_back({caller.fd.get(), POLLOUT, 0});
      wait_for(waiting, patience_, "make",
               kConnection + (" to " + format_address(callers_.front().target->address)));
      std::deque<Caller> on_their_way;
      for (std::size_t i = 0; i < waiting.size(); ++i) {
        if (waiting[i].revents == 0 || !arrived(callers_[i]))
          on_their_way.push_back(std::move(callers_[i]));
      }
      callers_ = std::move(on_their_way);
    }
    return std::move(made_);
  }

 private:
  Fd call(const DataTarget& target) const {
    Fd fd = stream_socket(target.address);
    set_settings(fd.get(), settings_);
    if (::connect(fd.get(), target.address.get(), target.address.size) != 0 &&
        errno != EINPROGRESS && !not_yet_there(errno))
      throw_errno("connect to " + format_address(target.address) + " for", kConnection);
    return fd;
  }

  /// False: not yet, or anew.
  bool arrived(Caller& caller) {
    int error = 0;
    socklen_t size = sizeof error;
    check(::getsockopt(caller.fd.get(), SOL_SOCKET, SO_ERROR, &error, &size), "ask", kConnection);
    if (error == 0 && !peer_address(caller.fd.get())) error = ECONNREFUSED;
    if (not_yet_there(error)) {
      wait_interruptibly(nullptr, 0, kTryPause);
      caller.fd = call(*caller.target);
      return false;
    }
    if (error != 0)
      throw_errno("connect to " + format_address(caller.target->address) + " for", kConnection,
                  error);
    const Introduction said{token_, caller.target->connection};
    const ssize_t sent = ::send(caller.fd.get(), &said, sizeof said, MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(sizeof said)) throw_errno("begin", kConnection);
    set_blocking(caller.fd.get());
    made_[caller.place] = std::move(caller.fd);
    return true;
  }

  const std::vector<DataTarget>& targets_;
  const Token& token_;
  const SocketSettings& settings_;
  const Patience& patience_;
  std::vector<Fd> made_;
  std::deque<Caller> callers_;
};

}  // namespace

Token random_token() {
  Token token;
  if (check(::getrandom(token.data(), token.size(), 0), "get", "random bytes") !=
      static_cast<ssize_t>(token.size()))
    throw_errno("get", "random bytes", EIO);
  return token;
}

Address address_of(const std::string& ip, unsigned port, const std::string& flag) {
  const bool is_ipv6 = ip.find(':') != std::string::npos;
  return parse_address((is_ipv6 ? "[" + ip + "]:" : ip + ":") + std::to_string(port), flag);
}

TokenListener::TokenListener(const Address& address, const SocketSettings& settings,
                             std::size_t connections)
    : fd_(stream_socket(address)) {
  const std::string text = format_address(address);
  set_settings(fd_.get(), settings);
  check(::bind(fd_.get(), address.get(), address.size), "listen on", text);
  check(::listen(fd_.get(), static_cast<int>(connections + kSpareBacklog)), "listen on", text);
  address_ = local_address(fd_.get());
}

std::vector<Fd> TokenListener::take(const Token& token, const std::vector<std::uint32_t>& numbers,
                                    const Patience& patience, std::int64_t& strangers) {
  return Door(fd_.get(), token, numbers).take(patience, strangers);
}

std::vector<Fd> connect_to(const std::vector<DataTarget>& targets, const Token& token,
                           const SocketSettings& settings, const Patience& patience) {
  return Callers(targets, token, settings, patience).connect();
}

}  // namespace splicebench
