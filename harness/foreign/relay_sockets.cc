#include "harness/foreign/relay_sockets.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netinet/in.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <vector>

#include "harness/network/socket_settings.h"
#include "harness/system/process_tree.h"

namespace splicebench {

namespace {

/// Of /proc/net/tcp: a socket that listens (include/net/tcp_states.h).
constexpr const char* kListens = "0A";

using TcpRow = std::array<std::string, 10>;
constexpr std::size_t kLocal = 1;
constexpr std::size_t kRemote = 2;
constexpr std::size_t kState = 3;
constexpr std::size_t kInode = 9;

/// The first row of the TCP sockets in the network namespace of `pid` that `fits`; one of IPv6 may
/// speak IPv4. `shown`: whether there are such tables.
std::optional<TcpRow> tcp_row(pid_t pid, const std::function<bool(const TcpRow&)>& fits,
                              bool& shown) {
  shown = false;
  for (const char* table : {"tcp", "tcp6"}) {
    std::ifstream sockets(fmt::format("/proc/{}/net/{}", pid, table));
    shown = shown || sockets.is_open();
    for (std::string line; std::getline(sockets, line);) {
      std::istringstream fields(line);
      TcpRow row;
      for (std::string& one : row) fields >> one;
      if (fits(row)) return row;
    }
  }
  return std::nullopt;
}

unsigned port_of(const Address& address) {
  // At the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in&>(address.storage).sin_port);
}

/// As /proc/net/tcp writes it: the address as numbers of 32 bits in this machine's order, the
/// port's digits.
std::string proc_text(const Address& address) {
  const in6_addr& six = reinterpret_cast<const sockaddr_in6&>(address.storage).sin6_addr;
  const in_addr& four = reinterpret_cast<const sockaddr_in&>(address.storage).sin_addr;
  std::string text;
  if (address.storage.ss_family == AF_INET6) {
    for (const std::uint32_t word : std::bit_cast<std::array<std::uint32_t, 4>>(six))
      text += fmt::format("{:08X}", word);
  } else {
    text = fmt::format("{:08X}", four.s_addr);
  }
  return fmt::format("{}:{:04X}", text, port_of(address));
}

/// "socket:[inode]" of the TCP socket at `local` that is connected to `remote`; empty where there
/// is none.
std::string socket_of(pid_t pid, const Address& local, const Address& remote) {
  bool shown = false;
  const std::optional<TcpRow> row = tcp_row(
      pid,
      [&](const TcpRow& one) {
        return one[kLocal].ends_with(proc_text(local)) && one[kRemote].ends_with(proc_text(remote));
      },
      shown);
  return row ? fmt::format("socket:[{}]", (*row)[kInode]) : "";
}

/// Gets the number and the file, "socket:[inode]", of each descriptor of `pid`; false ends it.
void each_descriptor(pid_t pid, const std::function<bool(int, const std::string&)>& take) {
  std::error_code gone;
  for (const std::filesystem::directory_entry& entry :
       std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", pid), gone)) {
    const std::string file = std::filesystem::read_symlink(entry.path(), gone);
    if (!take(std::stoi(entry.path().filename()), file)) return;
  }
}

/// Of descriptor `fd` of `process` (a pidfd); none where it is not to be had.
Fd copy_of(const Fd& process, int fd) {
  return Fd(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), fd, 0)));
}

bool is_tcp_connection(const Fd& fd) {
  int protocol = 0;
  socklen_t size = sizeof protocol;
  return ::getsockopt(fd.get(), SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 &&
         protocol == IPPROTO_TCP && peer_address(fd.get());
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace

bool is_other_end_below(pid_t root, const Fd& connection) {
  const std::optional<Address> peer = peer_address(connection.get());
  if (!peer || peer->is_unix()) return false;
  const std::string socket = socket_of(root, *peer, local_address(connection.get()));
  bool found = false;
  for (const pid_t pid : processes_below(root)) {
    if (socket.empty() || found) break;
    each_descriptor(pid, [&](int, const std::string& file) {
      found = found || file == socket;
      return !found;
    });
  }
  return found;
}

bool somebody_listens(pid_t root, const Address& address) {
  const std::string port = fmt::format(":{:04X}", port_of(address));
  bool shown = false;
  const bool found = tcp_row(
                         root,
                         [&port](const TcpRow& row) {
                           return row[kState] == kListens && row[kLocal].ends_with(port);
                         },
                         shown)
                         .has_value();
  return found || !shown;
}

std::string congestion_below(pid_t root, const Address& listens_on) {
  std::vector<std::string> names;  // of those that came
  std::vector<std::string> others;
  for (const pid_t pid : processes_below(root)) {
    const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!process) continue;
    each_descriptor(pid, [&](int number, const std::string& file) {
      if (!file.starts_with("socket:")) return true;
      const Fd fd = copy_of(process, number);
      if (!fd || !is_tcp_connection(fd)) return true;
      const bool came =
          !listens_on.is_unix() && port_of(local_address(fd.get())) == port_of(listens_on);
      add_once(came ? names : others, congestion_of(fd.get()));
      return true;
    });
  }
  for (const std::string& name : others) add_once(names, name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace splicebench
