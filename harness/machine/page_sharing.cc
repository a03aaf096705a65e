#include "harness/machine/page_sharing.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <system_error>
#include <vector>

#include "harness/network/sockets.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr std::size_t kPage = 4096;
/// A page on its way is there in microseconds; a machine that takes longer says nothing.
constexpr timeval kPatience{1, 0};

void fill(const Fd& file, char byte) {
  const std::vector<char> page(kPage, byte);
  check(::pwrite(file.get(), page.data(), page.size(), 0), "write", "a page");
}

/// False when not just the page went.
bool splice_page(int from, int to) {
  std::array<int, 2> ends{};
  check(::pipe2(ends.data(), O_CLOEXEC), "make", "a pipe");
  const Fd out(ends[0]);
  const Fd in(ends[1]);
  for (std::size_t done = 0; done < kPage;) {
    const ssize_t got = ::splice(from, nullptr, in.get(), nullptr, kPage - done, 0);
    if (got <= 0) return false;
    for (ssize_t left = got; left > 0;) {
      const ssize_t put =
          ::splice(out.get(), nullptr, to, nullptr, static_cast<std::size_t>(left), 0);
      if (put <= 0) return false;
      left -= put;
    }
    done += static_cast<std::size_t>(got);
  }
  return true;
}

/// What arrives of a page that is changed on its way through `hops` connections.
std::optional<bool> is_changed_on_the_way(const std::string& directory, int hops) {
  const Fd file(check(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600),
                      "make a file in", directory));
  fill(file, 'a');
  std::vector<SocketPair> connections;
  int from = file.get();
  for (int i = 0; i < hops; ++i) {
    SocketPair pair = tcp_pair();
    check(::setsockopt(pair.second.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience),
          "set a timeout of", "a socket");
    if (!splice_page(from, pair.first.get())) return std::nullopt;
    from = pair.second.get();
    connections.push_back(std::move(pair));
  }
  fill(file, 'b');
  std::array<char, kPage> page{};
  if (::recv(from, page.data(), page.size(), MSG_WAITALL) != static_cast<ssize_t>(kPage))
    return std::nullopt;
  return page.front() == 'b' && page.back() == 'b';
}

std::optional<bool> attempt(const std::string& directory, int hops) {
  try {
    return is_changed_on_the_way(directory, hops);
  } catch (const std::system_error&) {
    return std::nullopt;
  }
}

}  // namespace

PageSharing page_sharing(const std::string& directory) {
  PageSharing sharing;
  sharing.file = attempt(directory, 1);
  if (sharing.file == true) sharing.socket = attempt(directory, 2);
  return sharing;
}

}  // namespace splicebench
