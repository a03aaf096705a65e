#include "harness/machine/host/device_facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <new>
#include <vector>

#include "harness/machine/host/rtnetlink.h"
#include "results/files/fd.h"

namespace splicebench {

namespace {

/// Switches of a device, each read by a command of its own, with the names of ethtool(8) -K.
struct Offload {
  std::uint32_t command;
  const char* name;
};
constexpr std::array<Offload, 6> kOffloads{{
    {ETHTOOL_GRXCSUM, "rx"},
    {ETHTOOL_GTXCSUM, "tx"},
    {ETHTOOL_GSG, "sg"},
    {ETHTOOL_GTSO, "tso"},
    {ETHTOOL_GGSO, "gso"},
    {ETHTOOL_GGRO, "gro"},
}};

/// The device of a name, asked by ioctl(2) (netdevice(7)).
class Device {
 public:
  explicit Device(const std::string& name)
      : name_(name), socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}

  std::optional<std::int64_t> mtu() const {
    ifreq request = empty_request();
    if (::ioctl(socket_.get(), SIOCGIFMTU, &request) != 0) return std::nullopt;
    return request.ifr_mtu;
  }

  std::string driver() const {
    ethtool_drvinfo info{};
    info.cmd = ETHTOOL_GDRVINFO;
    if (!ask(&info)) return {};
    info.driver[sizeof info.driver - 1] = '\0';
    return static_cast<const char*>(info.driver);
  }

  std::string offloads() const {
    std::vector<std::string> on;
    for (const Offload& one : kOffloads) {
      if (value_of(one.command) == 1) on.emplace_back(one.name);
    }
    const std::optional<std::uint32_t> flags = value_of(ETHTOOL_GFLAGS);
    if (flags && (*flags & ETH_FLAG_LRO) != 0) on.emplace_back("lro");
    return fmt::format("{}", fmt::join(on, " "));
  }

  std::optional<std::int64_t> speed() const {
    // The first answer says how many words each of three masks of modes has, which then follow; the
    // number is a signed char.
    constexpr std::size_t most = sizeof(ethtool_link_settings) + 3 * 127 * sizeof(std::uint32_t);
    alignas(ethtool_link_settings) std::array<char, most> room{};
    auto* const settings = new (room.data()) ethtool_link_settings{};
    settings->cmd = ETHTOOL_GLINKSETTINGS;
    if (!ask(settings) || settings->link_mode_masks_nwords >= 0) return std::nullopt;
    settings->link_mode_masks_nwords = static_cast<signed char>(-settings->link_mode_masks_nwords);
    settings->cmd = ETHTOOL_GLINKSETTINGS;
    constexpr auto unknown = static_cast<std::uint32_t>(SPEED_UNKNOWN);
    if (!ask(settings) || settings->speed == unknown || settings->speed == 0) return std::nullopt;
    return settings->speed;
  }

 private:
  ifreq empty_request() const {
    ifreq request{};
    name_.copy(static_cast<char*>(request.ifr_name), IFNAMSIZ - 1);
    return request;
  }

  bool ask(void* command) const {
    ifreq request = empty_request();
    request.ifr_data = static_cast<char*>(command);
    return ::ioctl(socket_.get(), SIOCETHTOOL, &request) == 0;
  }

  std::optional<std::uint32_t> value_of(std::uint32_t command) const {
    ethtool_value value{command, 0};
    if (!ask(&value)) return std::nullopt;
    return value.data;
  }

  const std::string name_;
  const Fd socket_;
};

}  // namespace

DeviceFacts device_facts(const std::string& name) {
  const Device device(name);
  DeviceFacts facts;
  facts.driver = device.driver();
  facts.speed = device.speed();
  facts.mtu = device.mtu();
  facts.offloads = device.offloads();
  const unsigned index = ::if_nametoindex(name.c_str());
  if (index > 0)
    facts.qdisc = fmt::format("{}", fmt::join(queue_kinds(static_cast<int>(index)), " "));
  return facts;
}

}  // namespace splicebench
