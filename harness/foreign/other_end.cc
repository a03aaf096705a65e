#include "harness/foreign/other_end.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "harness/network/address.h"
#include "harness/network/socket_settings.h"
#include "harness/system/process_tree.h"

namespace splicebench {

namespace {

/// As /proc/net/tcp writes it: the address as a number in this machine's order, the port's digits.
std::string proc_text(const Address& address) {
  const sockaddr_in& four = reinterpret_cast<const sockaddr_in&>(address.storage);
  return fmt::format("{:08X}:{:04X}", four.sin_addr.s_addr, ntohs(four.sin_port));
}

/// "socket:[inode]" of the TCP socket at `local` that is connected to `remote`, in the network
/// namespace of `pid`; empty where there is none. One of IPv6 may speak IPv4.
std::string socket_of(pid_t pid, const Address& local, const Address& remote) {
  for (const char* table : {"tcp", "tcp6"}) {
    std::ifstream sockets(fmt::format("/proc/{}/net/{}", pid, table));
    for (std::string line; std::getline(sockets, line);) {
      std::istringstream fields(line);
      std::array<std::string, 10> field;
      for (std::string& one : field) fields >> one;
      if (field[1].ends_with(proc_text(local)) && field[2].ends_with(proc_text(remote)))
        return fmt::format("socket:[{}]", field[9]);
    }
  }
  return "";
}

/// A descriptor of another process.
struct Place {
  pid_t pid = 0;
  int fd = -1;
  std::string file;  ///< "socket:[inode]"
};

std::optional<Place> place_of(pid_t pid, const std::string& file) {
  std::error_code gone;
  for (const std::filesystem::directory_entry& entry :
       std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", pid), gone)) {
    if (std::filesystem::read_symlink(entry.path(), gone) == file)
      return Place{pid, std::stoi(entry.path().filename()), file};
  }
  return std::nullopt;
}

std::optional<Place> other_end_below(pid_t root, const Fd& connection) {
  const std::optional<Address> peer = peer_address(connection.get());
  if (!peer || peer->is_unix()) return std::nullopt;
  const std::string socket = socket_of(root, *peer, local_address(connection.get()));
  if (socket.empty()) return std::nullopt;
  for (const pid_t pid : processes_below(root)) {
    if (const std::optional<Place> place = place_of(pid, socket)) return place;
  }
  return std::nullopt;
}

}  // namespace

bool is_other_end_below(pid_t root, const Fd& connection) {
  return other_end_below(root, connection).has_value();
}

std::string congestion_of_other_end(pid_t root, const Fd& connection) {
  const std::optional<Place> place = other_end_below(root, connection);
  if (!place) return "";
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, place->pid, 0)));
  if (!process) return "";
  const Fd copy(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), place->fd, 0)));
  // The number may have become another file's since.
  std::error_code gone;
  const std::string own = fmt::format("/proc/self/fd/{}", copy.get());
  if (!copy || std::filesystem::read_symlink(own, gone) != place->file) return "";
  return congestion_of(copy.get());
}

}  // namespace splicebench
