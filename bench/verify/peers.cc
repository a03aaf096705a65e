#include "bench/verify/peers.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "harness/wire/content.h"

namespace splicebench {

namespace {

constexpr std::size_t kPiece = 64 << 10;
constexpr std::ptrdiff_t kTelling = 16;   ///< bytes that are at one place of the content alone
constexpr std::uint64_t kNear = 4 << 20;  ///< bytes before and behind a wrong one
constexpr int kQuietMilliseconds = 2000;

void rest(double seconds) {
  if (seconds > 0) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// Waits until `fd` is ready; false after `milliseconds` (-1: never).
bool wait_ready(int fd, short events, int milliseconds) {
  pollfd waiting{fd, events, 0};
  int ready = 0;
  while ((ready = ::poll(&waiting, 1, milliseconds)) < 0 && errno == EINTR) {
  }
  return ready > 0;
}

/// Where in the content the bytes from `first` on to `end` are, if they are near `position`: what
/// comes twice, or where others are missing. None when nowhere, or too few to tell.
std::optional<std::uint64_t> origin_of(const unsigned char* first, const unsigned char* end,
                                       std::uint64_t seed, std::uint64_t position) {
  if (end - first < kTelling) return std::nullopt;
  const std::uint64_t from = position - std::min(position, kNear);
  std::vector<unsigned char> near(2 * kNear);
  fill_content(near.data(), near.size(), seed, from);
  const std::boyer_moore_searcher wanted(first, first + kTelling);
  const std::vector<unsigned char>::const_iterator found =
      std::search(near.cbegin(), near.cend(), wanted);
  if (found == near.cend()) return std::nullopt;
  return from + static_cast<std::uint64_t>(found - near.cbegin());
}

}  // namespace

void ContentChecker::take(const unsigned char* bytes, std::size_t size) {
  // In parts, on the stack: memory is looked at.
  unsigned char expected[4096];
  for (const unsigned char* const end = bytes + size; bytes < end;) {
    const std::size_t part =
        std::min<std::size_t>(sizeof expected, static_cast<std::size_t>(end - bytes));
    fill_content(expected, part, seed_, position_);
    if (wrong_.empty() && std::memcmp(bytes, expected, part) != 0) {
      const unsigned char* const first = std::mismatch(bytes, bytes + part, expected).first;
      const std::uint64_t where = position_ + static_cast<std::uint64_t>(first - bytes);
      wrong_ = fmt::format("the byte at stream position {} is wrong", where);
      const std::optional<std::uint64_t> origin = origin_of(first, end, seed_, where);
      if (origin) wrong_ += fmt::format(": from there on come the bytes of {}", *origin);
    }
    bytes += part;
    position_ += part;
  }
}

std::uint64_t write_content(Fd& fd, const Writing& writing) {
  std::vector<unsigned char> buffer(std::max<std::size_t>(writing.size, 1));
  std::uint64_t written = 0;
  while (written < writing.bytes) {
    if (written >= writing.stall_at && written < writing.stall_at + writing.size)
      rest(writing.stall);
    if (written >= writing.pause_from) rest(writing.pause);
    const std::size_t size = std::min<std::uint64_t>(writing.size, writing.bytes - written);
    fill_content(buffer.data(), size, kContentSeed, written);
    std::size_t done = 0;
    while (done < size) {
      const ssize_t sent = ::send(fd.get(), buffer.data() + done, size - done, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0 && errno == EAGAIN && wait_ready(fd.get(), POLLOUT, -1)) continue;
      if (sent < 0) {
        leave(fd, writing.leave);
        return written + done;
      }
      done += static_cast<std::size_t>(sent);
    }
    written += size;
  }
  leave(fd, writing.leave);
  return written;
}

Arrived read_content(Fd& fd, const Reading& reading) {
  Arrived arrived;
  ContentChecker checker(0);
  std::vector<unsigned char> buffer(std::max<std::size_t>(reading.size, 1));
  bool stalled = false;
  while (arrived.bytes < reading.stop_at) {
    if (!stalled && arrived.bytes >= reading.stall_at) {
      stalled = true;
      rest(reading.stall);
    }
    if (arrived.bytes < reading.pause_until) rest(reading.pause);
    const std::size_t most =
        std::min<std::uint64_t>(buffer.size(), reading.stop_at - arrived.bytes);
    const ssize_t got = ::recv(fd.get(), buffer.data(), most, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) arrived.error = errno;
    arrived.ended = got <= 0;
    if (arrived.ended) break;
    checker.take(buffer.data(), static_cast<std::size_t>(got));
    arrived.bytes += static_cast<std::uint64_t>(got);
  }
  arrived.wrong = checker.wrong();
  leave(fd, reading.leave);
  return arrived;
}

Arrived read_rest(int fd, std::uint64_t from, std::uint64_t most) {
  Arrived arrived;
  ContentChecker checker(from);
  std::vector<unsigned char> buffer(kPiece);
  while (arrived.bytes < most && wait_ready(fd, POLLIN, kQuietMilliseconds)) {
    const std::size_t size = std::min<std::uint64_t>(buffer.size(), most - arrived.bytes);
    const ssize_t got = ::recv(fd, buffer.data(), size, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) arrived.error = errno;
    arrived.ended = got <= 0;
    if (arrived.ended) break;
    checker.take(buffer.data(), static_cast<std::size_t>(got));
    arrived.bytes += static_cast<std::uint64_t>(got);
  }
  arrived.wrong = checker.wrong();
  return arrived;
}

Arrived read_file(int fd, std::uint64_t offset, std::uint64_t size, std::uint64_t seed) {
  Arrived arrived;
  ContentChecker checker(0, seed);
  // Aligned, for files opened with O_DIRECT; whole pieces, for their ends, too.
  std::vector<unsigned char> memory(kPiece + 4096);
  void* place = memory.data();
  std::size_t space = memory.size();
  unsigned char* const buffer = static_cast<unsigned char*>(std::align(4096, kPiece, place, space));
  while (arrived.bytes < size) {
    const std::uint64_t at = offset + arrived.bytes;
    const std::uint64_t aligned = at / 4096 * 4096;
    const ssize_t got = ::pread(fd, buffer, kPiece, static_cast<off_t>(aligned));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) arrived.error = errno;
    if (got <= static_cast<ssize_t>(at - aligned)) break;
    const std::size_t useful = std::min<std::uint64_t>(
        static_cast<std::uint64_t>(got) - (at - aligned), size - arrived.bytes);
    checker.take(buffer + (at - aligned), useful);
    arrived.bytes += useful;
  }
  arrived.wrong = checker.wrong();
  return arrived;
}

void leave(Fd& fd, Leave how) {
  switch (how) {
    case Leave::keep:
      return;
    case Leave::shutdown:
      ::shutdown(fd.get(), SHUT_WR);
      return;
    case Leave::reset: {
      const linger at_once{1, 0};
      ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      fd.reset();
      return;
    }
    case Leave::close:
      fd.reset();
      return;
  }
}

void shrink_buffers(int fd) {
  const int small = 16 << 10;
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
}

}  // namespace splicebench
