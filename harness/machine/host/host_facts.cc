#include "harness/machine/host/host_facts.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include "harness/machine/environment.h"
#include "harness/machine/host/device_facts.h"
#include "harness/machine/host/rtnetlink.h"
#include "harness/machine/placement.h"
#include "harness/network/socket_settings.h"

namespace splicebench {

namespace {

/// Of an address as numbers; of family AF_UNSPEC where it is none.
Address numeric(const std::string& text) {
  Address address;
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(text.c_str(), nullptr, &hints, &found) != 0) return address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.size = found->ai_addrlen;
  ::freeaddrinfo(found);
  return address;
}

/// The address without port and scope.
std::string bytes_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto& whole = reinterpret_cast<const sockaddr_in&>(address);
    return {reinterpret_cast<const char*>(&whole.sin_addr), sizeof whole.sin_addr};
  }
  if (address.sa_family == AF_INET6) {
    const auto& whole = reinterpret_cast<const sockaddr_in6&>(address);
    return {reinterpret_cast<const char*>(&whole.sin6_addr), sizeof whole.sin6_addr};
  }
  return {};
}

/// Name of the device that has `own`; empty: none.
std::string device_with(const Address& own) {
  const std::string wanted = bytes_of(*own.get());
  ifaddrs* all = nullptr;
  if (wanted.empty() || ::getifaddrs(&all) != 0) return {};
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> held(all, ::freeifaddrs);
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr != nullptr && bytes_of(*one->ifa_addr) == wanted) return one->ifa_name;
  }
  return {};
}

std::string device_to(const Address& peer) {
  std::array<char, IF_NAMESIZE> name{};
  const int index = device_towards(peer);
  if (index <= 0) return {};
  return ::if_indextoname(static_cast<unsigned>(index), name.data()) == nullptr ? "" : name.data();
}

/// "eth0 (virtio_net, 10000 Mbit/s)".
std::string nic_text(const std::string& device, const DeviceFacts& facts) {
  std::vector<std::string> words;
  if (!facts.driver.empty()) words.push_back(facts.driver);
  if (facts.speed) words.push_back(fmt::format("{} Mbit/s", *facts.speed));
  return words.empty() ? device : fmt::format("{} ({})", device, fmt::join(words, ", "));
}

/// With `more`, where that is not in it yet.
void add(std::string& text, const std::string& more) {
  if (more.empty() || text == more) return;
  text += (text.empty() ? "" : "; ") + more;
}

std::string clock_source() {
  std::ifstream file("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace

HostFacts read_host_facts(const std::string& own, const std::string& peer) {
  HostFacts facts;
  facts.host = machine_name();
  facts.kernel = kernel_text();
  facts.cpu_model = cpu_model();
  facts.cpus = std::ssize(allowed_cpus());
  std::vector<std::string> devices{device_with(numeric(own)), device_to(numeric(peer))};
  if (devices.front() == devices.back()) devices.pop_back();
  for (const std::string& device : devices) {
    if (device.empty()) continue;
    const DeviceFacts set = device_facts(device);
    add(facts.nic, nic_text(device, set));
    add(facts.offloads, set.offloads);
    add(facts.qdisc, set.qdisc);
    // The smaller one is that of the whole way.
    if (set.mtu) facts.mtu = std::min(facts.mtu.value_or(*set.mtu), *set.mtu);
  }
  facts.congestion = system_congestion();
  facts.clock_source = clock_source();
  return facts;
}

}  // namespace splicebench
