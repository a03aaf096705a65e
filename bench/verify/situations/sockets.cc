// What sockets do beside streaming: urgent data, and messages where an engine expects a stream.

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "bench/verify/disturbances/sent_again.h"
#include "bench/verify/situation.h"
#include "bench/verify/trial.h"
#include "harness/system/sys.h"
#include "harness/wire/content.h"

namespace splicebench {

namespace {

std::string content(std::uint64_t from, std::size_t size) {
  std::string bytes(size, '\0');
  fill_content(reinterpret_cast<unsigned char*>(bytes.data()), size, kContentSeed, from);
  return bytes;
}

constexpr std::size_t kBefore = 3000;
constexpr std::size_t kAfter = 5000;

/// Bytes, one of them urgent (it is not of the stream), more bytes.
void send_urgent(Trial& trial) {
  const int writer = trial.ends().writer.get();
  const std::string before = content(0, kBefore);
  const std::string after = content(kBefore, kAfter);
  const bool sent =
      ::send(writer, before.data(), kBefore, MSG_NOSIGNAL) == static_cast<ssize_t>(kBefore) &&
      ::send(writer, "!", 1, MSG_OOB | MSG_NOSIGNAL) == 1 &&
      ::send(writer, after.data(), kAfter, MSG_NOSIGNAL) == static_cast<ssize_t>(kAfter);
  trial.expect(sent, "the urgent byte could not be sent");
}

/// Then the end, or nothing more.
void urgent(Trial& trial, Leave then) {
  send_urgent(trial);
  Script script;
  script.writing.leave = then;
  const bool ends = then != Leave::keep;
  if (!ends) script.limit = kBefore + kAfter;
  script.expected = Expected{ends ? Ended::eof : Ended::limit, Side::none, {}, kBefore + kAfter};
  trial.relay(script);
}

/// Then a reset: what was sent before it comes first, on both sides of the mark.
void urgent_and_reset(Trial& trial) {
  send_urgent(trial);
  leave(trial.ends().writer, Leave::reset);
  pollfd gone{trial.ends().source.get(), 0, 0};  // POLLHUP needs no asking
  ::poll(&gone, 1, 5000);
  Script script;
  script.expected = Expected{Ended::error, Side::source, {ECONNRESET}, kBefore + kAfter};
  script.writing.leave = Leave::keep;
  trial.relay(script);
}

/// No more of them comes, nor the end: of a connection that has ended already less is asked.
void relay_what_is_there(Trial& trial, std::uint64_t bytes) {
  Script script;
  script.limit = bytes;
  script.writing.leave = Leave::keep;
  script.expected = Expected{Ended::limit, Side::none, {}, bytes};
  trial.relay(script);
}

/// None of them comes twice.
void repeated(Trial& trial) {
  constexpr std::size_t kFirst = 25000;
  constexpr std::size_t kAgain = 20000;
  constexpr std::size_t kAll = 35000;
  SocketPair pair = sent_again(content(0, kAll), kFirst, kAgain);
  trial.replace_source(std::move(pair.first), std::move(pair.second));
  relay_what_is_there(trial, kAll);
}

/// Somebody has read what came before the content, as who asks where to connect to.
void begun(Trial& trial) {
  constexpr std::size_t kHead = 3000;
  constexpr std::size_t kAll = 30000;
  const std::string sent = std::string(kHead, '!') + content(0, kAll);
  const int writer = trial.ends().writer.get();
  trial.expect(
      ::send(writer, sent.data(), sent.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(sent.size()),
      "the content could not be sent");
  pollfd readable{trial.ends().source.get(), POLLIN, 0};
  ::poll(&readable, 1, 5000);
  std::string head(kHead, '\0');
  trial.expect(
      ::recv(trial.ends().source.get(), head.data(), kHead, 0) == static_cast<ssize_t>(kHead),
      "what comes first could not be read");
  relay_what_is_there(trial, kAll);
}

/// Each waited for in its own way; both have to be: the reader is slow at first, then the writer.
void mixed(Trial& trial, bool blocking_source) {
  constexpr std::uint64_t kTurn = 150000;
  trial.shrink();
  trial.set_blocking(blocking_source, !blocking_source);
  Script script;
  script.writing.bytes = 2 * kTurn;
  script.writing.size = 5000;
  script.writing.pause = 0.001;
  script.writing.pause_from = kTurn;
  script.reading.size = 5000;
  script.reading.pause = 0.001;
  script.reading.pause_until = kTurn;
  trial.relay(script);
}

std::string tried_once(const Subject& subject) {
  const std::string reason = needs_writer(subject);
  if (!reason.empty()) return reason;
  return subject.handling == Handling::blocking ? "" : "tried once, in a state of its own";
}

/// Messages larger than a page, and than the smallest pipe: none loses its excess.
void messages(Trial& trial, int type) {
  constexpr std::size_t kMessage = 6000;
  constexpr int kMessages = 5;
  const std::map<std::string, std::int64_t> granted =
      got_by_name(trial.engine(trial.ends().source.get(), trial.ends().sink.get())->granted());
  for (const char* const read : {"buffer", "first read"}) {
    if (granted.count(read) > 0 && granted.at(read) < static_cast<std::int64_t>(kMessage))
      throw NotApplicable("a read of less than a message drops the excess");
  }
  int ends[2];
  check(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends), "make", "a socket pair");
  trial.replace_source(Fd(ends[0]), Fd(ends[1]));
  for (int i = 0; i < kMessages; ++i) {
    const std::string message = content(static_cast<std::uint64_t>(i) * kMessage, kMessage);
    check(::send(ends[0], message.data(), message.size(), 0), "send", "a message");
  }
  relay_what_is_there(trial, kMessage * kMessages);
}

std::string keeps_urgent_apart(const Subject& subject) {
  if (!subject.mode.engine->keeps_urgent_apart)
    return "this engine takes urgent data for part of the stream";
  return needs_tcp_source(subject);
}

}  // namespace

std::vector<Situation> socket_situations() {
  return {
      {"sockets", "urgent data, then the end", [](Trial& trial) { urgent(trial, Leave::shutdown); },
       keeps_urgent_apart, true},
      {"sockets", "urgent data, connection stays open",
       [](Trial& trial) { urgent(trial, Leave::keep); }, keeps_urgent_apart, true},
      {"sockets", "urgent data, then a reset", urgent_and_reset, keeps_urgent_apart, true},
      {"sockets", "bytes sent again with others", repeated, needs_tcp_source, true},
      {"sockets", "source that somebody has read from", begun, needs_writer, true},
      {"sockets", "blocking source, non-blocking sink", [](Trial& trial) { mixed(trial, true); },
       tried_once, true},
      {"sockets", "non-blocking source, blocking sink", [](Trial& trial) { mixed(trial, false); },
       tried_once, true},
      {"sockets", "SEQPACKET source", [](Trial& trial) { messages(trial, SOCK_SEQPACKET); },
       needs_writer, true},
      {"sockets", "DGRAM source", [](Trial& trial) { messages(trial, SOCK_DGRAM); }, needs_writer,
       true},
  };
}

}  // namespace splicebench
