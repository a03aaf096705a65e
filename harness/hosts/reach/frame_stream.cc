#include "harness/hosts/reach/frame_stream.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <vector>

#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// Seconds between two beats.
constexpr double kBeat = 1;
/// So long nothing was heard: the other side is gone, or the way to it.
constexpr double kSilence = 6;
/// Writes of no more do not wait on a pipe or socket that is ready (pipe(7)).
constexpr std::size_t kPiece = 4096;
/// More than any control message has.
constexpr std::size_t kMostPacket = 1 << 20;

/// Signals are the other threads'.
std::thread without_signals(const std::function<void()>& work) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
  std::thread made(work);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return made;
}

}  // namespace

FrameStream::FrameStream(Fd in, Fd out, OnFrame on_frame, OnEnd on_end)
    : in_(std::move(in)),
      out_(std::move(out)),
      wake_(check(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "make", "an eventfd")),
      on_frame_(std::move(on_frame)),
      on_end_(std::move(on_end)),
      heard_(monotonic_seconds()),
      looked_(heard_) {
  thread_ = without_signals([this] { run(); });
}

FrameStream::~FrameStream() {
  stopping_ = true;
  wake();
  thread_.join();
}

void FrameStream::wake() const {
  const std::uint64_t one = 1;
  if (::write(wake_.get(), &one, sizeof one) < 0) {
    // It is awake already.
  }
}

void FrameStream::send(FrameKind kind, std::uint32_t number, std::string payload) {
  {
    const std::lock_guard lock(mutex_);
    output_ += encoded({kind, number, std::move(payload)});
  }
  wake();
}

void FrameStream::join(std::uint32_t channel, Fd socket) {
  {
    const std::lock_guard lock(mutex_);
    channels_[channel].socket = std::move(socket);
  }
  wake();
}

double FrameStream::silent_for() const { return monotonic_seconds() - heard_; }

void FrameStream::run() {
  try {
    while (!stopping_) turn();
  } catch (const std::exception& ended) {
    if (!stopping_) on_end_(ended.what());
  }
  const std::lock_guard lock(mutex_);
  channels_.clear();
}

void FrameStream::turn() {
  std::vector<pollfd> waiting{{wake_.get(), POLLIN, 0}, {in_.get(), POLLIN, 0}};
  std::vector<std::uint32_t> numbers;
  {
    const std::lock_guard lock(mutex_);
    if (monotonic_seconds() - told_ >= kBeat) {
      told_ = monotonic_seconds();
      output_ += encoded({FrameKind::beat});
    }
    if (!output_.empty()) waiting.push_back({out_.get(), POLLOUT, 0});
    for (const auto& [number, channel] : channels_) {
      numbers.push_back(number);
      const short events = channel.waiting.empty() ? POLLIN : POLLIN | POLLOUT;
      waiting.push_back({channel.socket.get(), events, 0});
    }
  }
  const std::size_t first = waiting.size() - numbers.size();
  if (::poll(waiting.data(), waiting.size(), static_cast<int>(kBeat * 1000)) < 0 && errno != EINTR)
    throw_errno("wait for", "an agent");
  const double now = monotonic_seconds();
  // It was this process that was stopped.
  if (now - std::exchange(looked_, now) > 2 * kBeat) heard_ = now;
  std::uint64_t count = 0;
  if (waiting[0].revents != 0 && ::read(wake_.get(), &count, sizeof count) < 0) {
    // Nobody woke it after all.
  }
  if (waiting[1].revents != 0) read_frames();
  if (now - heard_ > kSilence)
    throw std::runtime_error(fmt::format("was silent for {:.0f} s", now - heard_));
  if (first > 2 && waiting[2].revents != 0) write_frames();
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto found = channels_.find(numbers[i]);
    const short events = waiting[first + i].revents;
    if (found == channels_.end() || events == 0) continue;
    Channel& channel = found->second;
    bool lives = (events & POLLOUT) == 0 || pass_on(channel);
    if (lives && (events & ~POLLOUT) != 0) lives = forward(numbers[i], channel);
    if (!lives) channels_.erase(found);
  }
}

void FrameStream::read_frames() {
  std::array<char, 1 << 16> bytes;
  const ssize_t got = ::read(in_.get(), bytes.data(), bytes.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got < 0) throw std::runtime_error("was cut off: " + errno_text(errno));
  if (got == 0) throw std::runtime_error("ended");
  heard_ = monotonic_seconds();
  reader_.add(bytes.data(), static_cast<std::size_t>(got));
  while (std::optional<Frame> frame = reader_.next()) take(std::move(*frame));
}

void FrameStream::write_frames() {
  const std::lock_guard lock(mutex_);
  if (output_.empty()) return;
  const ssize_t put = ::write(out_.get(), output_.data(), std::min(output_.size(), kPiece));
  if (put < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (put < 0) throw std::runtime_error("ended");
  told_ = monotonic_seconds();
  output_.erase(0, static_cast<std::size_t>(put));
}

void FrameStream::take(Frame frame) {
  if (frame.kind == FrameKind::beat) return;
  if (frame.kind != FrameKind::packet && frame.kind != FrameKind::hang_up)
    return on_frame_(std::move(frame));
  const std::lock_guard lock(mutex_);
  const auto found = channels_.find(frame.number);
  if (found == channels_.end()) return;  // this side has hung up, and not been heard yet
  Channel& channel = found->second;
  if (frame.kind == FrameKind::packet) channel.waiting.push_back(std::move(frame.payload));
  channel.ending = frame.kind == FrameKind::hang_up;
  if (!pass_on(channel)) channels_.erase(found);
}

bool FrameStream::pass_on(Channel& channel) {
  while (!channel.waiting.empty()) {
    const std::string& packet = channel.waiting.front();
    const ssize_t sent =
        ::send(channel.socket.get(), packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return true;
    // Whoever had it is gone, which shows when its end is read.
    channel.waiting.pop_front();
  }
  return !channel.ending;
}

bool FrameStream::forward(std::uint32_t number, Channel& channel) {
  packet_.resize(kMostPacket);
  const ssize_t got = ::recv(channel.socket.get(), packet_.data(), packet_.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (got <= 0) {
    output_ += encoded({FrameKind::hang_up, number});
    return false;
  }
  output_ += encoded({FrameKind::packet, number, {packet_.data(), static_cast<std::size_t>(got)}});
  return true;
}

}  // namespace splicebench
