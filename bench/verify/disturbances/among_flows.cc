#include "bench/verify/disturbances/among_flows.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "bench/verify/expected.h"
#include "bench/verify/meter.h"
#include "harness/network/sockets.h"
#include "harness/system/sys.h"
#include "harness/wire/content.h"

namespace splicebench {

namespace {

/// Of each of the others: less than a unix socket holds, so that its writer never waits.
constexpr std::uint64_t kOtherBytes = 100000;
constexpr std::size_t kPieceOfOther = 16 << 10;
constexpr int kLook = 100;          ///< milliseconds between looks at whether all is over
constexpr int kQuietPeriod = 2000;  ///< milliseconds without a byte: nothing more comes

void make_non_blocking(const Fd& fd) {
  const int flags = check(::fcntl(fd.get(), F_GETFL), "read the flags of", "a descriptor");
  check(::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK), "set the flags of", "a descriptor");
}

}  // namespace

AmongFlows::AmongFlows(const Subject& subject, const std::string& file_dir, std::uint64_t limit)
    : subject_(subject), expected_(std::min(limit, kOtherBytes)), ends_(limit > kOtherBytes) {
  TcpPairs source_pairs;
  TcpPairs sink_pairs;
  PathPlace place;
  place.file_dir = file_dir;
  place.source_pairs = &source_pairs;
  place.sink_pairs = &sink_pairs;
  for (std::int64_t flow = 1; flow < subject.flows; ++flow) {
    const std::uint64_t seed = flow_seed(kContentSeed, static_cast<std::size_t>(flow));
    Other& other = others_.emplace_back(
        Other{subject.path->open(place), seed, 0, false, ContentChecker(0, seed)});
    make_non_blocking(other.ends.source);
    make_non_blocking(other.ends.sink);
    other.has_arrived = !has_reader() || (expected_ == 0 && !ends_);
  }
  peers_ = std::thread([this] { serve_peers(); });
}

void AmongFlows::prepare(int source, int sink) {
  LoopSetting setting;
  setting.stop = &stop_;
  setting.when_one_ends = WhenOneEnds::others_go_on;
  loop_ = std::make_unique<FlowLoop>(subject_.mode, setting);
  const std::size_t middle = others_.size() / 2;
  for (std::size_t i = 0; i < others_.size(); ++i) {
    if (i == middle) loop_->add(i, source, sink);
    loop_->add(i, others_[i].ends.source.get(), others_[i].ends.sink.get());
  }
  loop_->get_ready();
}

std::size_t AmongFlows::place_of(std::size_t other) const {
  return other < others_.size() / 2 ? other : other + 1;
}

Outcome AmongFlows::run(std::uint64_t limit) {
  loop_->run(limit);
  if (loop_->trouble()) std::rethrow_exception(loop_->trouble());
  for (std::size_t i = 0; i < others_.size(); ++i) {
    Outcome& all = others_[i].outcome;
    const Outcome part = loop_->outcome(place_of(i));
    all.in += part.in;
    all.out += part.out;
    all.left = part.left;
    if (all.ended != Ended::eof) all.ended = part.ended;
    all.side = part.side;
    all.error = part.error;
  }
  return loop_->outcome(others_.size() / 2);
}

std::int64_t AmongFlows::held() const {
  std::int64_t of_one = 0;
  for (const Granted& granted : loop_->granted()) of_one += granted.got;
  return of_one * std::max<std::int64_t>(1, loop_->engines());
}

void AmongFlows::serve_peers() {
  std::vector<pollfd> waiting;
  for (;;) {
    waiting.clear();
    for (const Other& other : others_) {
      waiting.push_back({other.is_written ? -1 : other.ends.writer.get(), POLLOUT, 0});
      waiting.push_back({other.has_arrived ? -1 : other.ends.reader.get(), POLLIN, 0});
    }
    if (std::all_of(waiting.begin(), waiting.end(), [](const pollfd& one) { return one.fd < 0; }))
      break;
    const bool last = over_;
    const int ready = ::poll(waiting.data(), waiting.size(), last ? kQuietPeriod : kLook);
    if (ready == 0 && last) break;
    for (std::size_t i = 0; i < others_.size() && ready > 0; ++i) {
      if (waiting[2 * i].revents != 0) write(others_[i]);
      if (waiting[2 * i + 1].revents != 0) read(others_[i]);
    }
  }
  cpu_seconds_ = splicebench::cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
}

void AmongFlows::write(Other& other) {
  unsigned char piece[kPieceOfOther];
  const std::size_t size = std::min<std::uint64_t>(sizeof piece, kOtherBytes - other.written);
  fill_content(piece, size, other.seed, other.written);
  const ssize_t sent = ::send(other.ends.writer.get(), piece, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (sent > 0) other.written += static_cast<std::uint64_t>(sent);
  other.is_written = sent < 0 || other.written == kOtherBytes;
  if (other.is_written) ::shutdown(other.ends.writer.get(), SHUT_WR);
}

void AmongFlows::read(Other& other) {
  unsigned char piece[kPieceOfOther];
  const ssize_t got = ::recv(other.ends.reader.get(), piece, sizeof piece, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got > 0) other.arriving.take(piece, static_cast<std::size_t>(got));
  other.has_ended = got == 0;
  other.has_arrived = got <= 0 || (!ends_ && other.arriving.position() >= expected_);
}

void AmongFlows::end_peers() {
  over_ = true;
  if (peers_.joinable()) peers_.join();
}

void AmongFlows::look(Expectations& expectations) {
  end_peers();
  loop_.reset();
  for (std::size_t i = 0; i < others_.size(); ++i) {
    Other& other = others_[i];
    const std::string which = fmt::format("of flow {} beside the one under test", i + 1);
    Expected expected{ends_ ? Ended::eof : Ended::limit, Side::none, {}, expected_};
    const std::string difference = difference_between(expected, other.outcome);
    expectations.expect(difference.empty() && other.outcome.left == 0,
                        fmt::format("{}: {}", which, difference));
    if (has_reader()) {
      const std::string where = "at the reader " + which;
      const Arrived arrived{other.arriving.position(), other.has_ended, 0, other.arriving.wrong()};
      if (ends_) {
        expectations.expect_all_arrived(where.c_str(), expected_, arrived);
      } else {
        expectations.expect_arrived(where.c_str(), expected_, arrived);
      }
    } else if (subject_.path->kinds.sink == EndKind::file) {
      expectations.expect_arrived(("in the file " + which).c_str(), expected_,
                                  read_file(other.ends.sink.get(), 0, expected_, other.seed));
    }
  }
  for (Other& other : others_) {
    // Else all these connections would keep their ports for a minute (TIME_WAIT).
    leave(other.ends.writer, Leave::reset);
    if (has_reader()) leave(other.ends.reader, Leave::reset);
  }
  others_.clear();
}

}  // namespace splicebench
