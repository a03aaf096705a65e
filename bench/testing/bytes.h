#pragma once

// For tests: bytes to send, and what came of them.

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <string>

#include "harness/system/sys.h"
#include "results/files/fd.h"

namespace splicebench {

/// Milliseconds after which a test has failed: for a machine as busy as it likes.
inline constexpr int kPatience = 20000;

inline std::string content(std::size_t size, unsigned seed = 1) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>((seed = seed * 1103515245 + 12345) >> 16);
  return text;
}

inline bool wait_for_event(const Fd& fd, short events, int milliseconds = kPatience) {
  pollfd waiting{fd.get(), events, 0};
  return ::poll(&waiting, 1, milliseconds) > 0;
}

inline void send_all(const Fd& fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size() && wait_for_event(fd, POLLOUT)) {
    const ssize_t sent = ::send(fd.get(), text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (sent <= 0 && errno != EAGAIN) return;
    if (sent > 0) done += static_cast<std::size_t>(sent);
  }
}

/// Up to `size` bytes, or what came before the end; an error stands behind it as "!ECONNRESET".
inline std::string receive(const Fd& fd, std::size_t size) {
  std::string text;
  std::string part(65536, '\0');
  while (text.size() < size) {
    if (!wait_for_event(fd, POLLIN)) return text + "!timeout";
    const ssize_t got = ::recv(fd.get(), part.data(), std::min(part.size(), size - text.size()), 0);
    if (got == 0) break;
    if (got < 0) return text + "!" + error_name(errno);
    text.append(part, 0, static_cast<std::size_t>(got));
  }
  return text;
}

inline std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

}  // namespace splicebench
