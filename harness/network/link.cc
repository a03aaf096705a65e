#include "harness/network/link.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#include <vector>

#include "harness/network/network.h"
#include "harness/system/memory_file.h"
#include "harness/system/spawn.h"
#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

constexpr const char* kWriterAddress = "10.0.1.2";
constexpr const char* kRelayToWriter = "10.0.1.1";
constexpr const char* kRelayToReader = "10.0.2.1";
constexpr const char* kReaderAddress = "10.0.2.2";

// Descriptors of the two outer namespaces in the ip(8) that makes the pairs.
constexpr int kWriterInIp = 3;
constexpr int kReaderInIp = 4;

Fd new_namespace() {
  Fd made;
  on_a_thread([&made] {
    if (::unshare(CLONE_NEWNET) != 0) {
      throw UsageError(fmt::format(
          "--link: veth needs the privilege to make network namespaces (CAP_SYS_ADMIN): {}; run "
          "as root, or leave --link out",
          errno_text(errno)));
    }
    made = Fd(check(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "open",
                    "a network namespace"));
  });
  return made;
}

std::string tool(const std::string& name) {
  for (const char* folder : {"/usr/sbin/", "/sbin/", "/usr/bin/", "/bin/"}) {
    if (::access((folder + name).c_str(), X_OK) == 0) return folder + name;
  }
  throw UsageError(fmt::format("--link: {}(8) is missing; install the package iproute2", name));
}

/// What a child reads as its input.
Fd input_file(const std::string& text) {
  Fd file = memory_file("splicebench");
  if (check(::write(file.get(), text.data(), text.size()), "write", "a file in memory") !=
      static_cast<ssize_t>(text.size())) {
    throw_errno("write", "a file in memory", EIO);
  }
  check(::lseek(file.get(), 0, SEEK_SET), "rewind", "a file in memory");
  return file;
}

/// What the program wrote to stderr when it ended with another status than 0; else nothing.
std::string complaint_of(SpawnRequest request, const std::string& input) {
  const Fd in = input_file(input);
  const Fd err = memory_file("splicebench");
  request.fds.push_back({in.get(), STDIN_FILENO});
  request.fds.push_back({err.get(), STDOUT_FILENO});
  request.fds.push_back({err.get(), STDERR_FILENO});
  request.environment = minimal_environment();
  const int status = spawn(request).wait();
  if (status == 0) return {};
  const std::string text = content_of(err);
  const std::string line = text.substr(0, text.find('\n'));
  return line.empty() ? describe_wait_status(status) : line;
}

void configure_with_ip(int network, const std::string& commands, std::vector<InheritedFd> fds) {
  const std::string complaint =
      complaint_of({tool("ip"), {"-batch", "-"}, std::move(fds), {}, network}, commands);
  if (complaint.empty()) return;
  throw UsageError(fmt::format(
      "--link: ip(8) could not set the devices up: {}; it needs CAP_NET_ADMIN and a kernel with "
      "veth",
      complaint));
}

/// Packets from one interface go on through another. /proc/sys/net is that of who opens it.
void forward(int network) {
  in_network(network, [] {
    const char* const name = "/proc/sys/net/ipv4/ip_forward";
    const Fd setting(check(::open(name, O_WRONLY | O_CLOEXEC), "open", name));
    check(::write(setting.get(), "1", 1), "write", name);
  });
}

std::string outer_end(const char* device, const char* address, const char* router) {
  return fmt::format(
      "link set lo up\nlink set {0} up\naddr add {1}/24 dev {0}\nroute add default via {2}\n",
      device, address, router);
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

}  // namespace

Link::Link(const std::string& netem)
    : writer_(new_namespace()), relay_(new_namespace()), reader_(new_namespace()) {
  configure();
  if (!netem.empty()) add_netem(netem);
}

void Link::configure() const {
  configure_with_ip(relay_.get(),
                    fmt::format("link set lo up\n"
                                "link add writer type veth peer name relay netns /proc/self/fd/{}\n"
                                "link add reader type veth peer name relay netns /proc/self/fd/{}\n"
                                "addr add {}/24 dev writer\naddr add {}/24 dev reader\n"
                                "link set writer up\nlink set reader up\n",
                                kWriterInIp, kReaderInIp, kRelayToWriter, kRelayToReader),
                    {{writer_.get(), kWriterInIp}, {reader_.get(), kReaderInIp}});
  configure_with_ip(writer_.get(), outer_end("relay", kWriterAddress, kRelayToWriter), {});
  configure_with_ip(reader_.get(), outer_end("relay", kReaderAddress, kRelayToReader), {});
  forward(relay_.get());
}

void Link::add_netem(const std::string& netem) const {
  struct End {
    int network;
    const char* device;
  };
  for (const End& end : {End{writer_.get(), "relay"}, End{relay_.get(), "writer"},
                         End{relay_.get(), "reader"}, End{reader_.get(), "relay"}}) {
    std::vector<std::string> arguments{"qdisc", "add", "dev", end.device, "root", "netem"};
    for (std::string& word : words_of(netem)) arguments.push_back(std::move(word));
    const std::string complaint = complaint_of({tool("tc"), arguments, {}, {}, end.network}, "");
    if (complaint.empty()) continue;
    if (complaint.find("qdisc kind is unknown") != std::string::npos ||
        complaint.find("No such file") != std::string::npos) {
      throw UsageError(
          "--netem: this kernel has no sch_netem; load it with: modprobe sch_netem, or leave "
          "--netem out");
    }
    throw UsageError(fmt::format("--netem: tc(8) does not take 'netem {}': {}; see tc-netem(8)",
                                 netem, complaint));
  }
}

Address Link::relay_address() const { return ipv4_address(::inet_addr(kRelayToWriter), 0); }
Address Link::reader_address() const { return ipv4_address(::inet_addr(kReaderAddress), 0); }

std::string describe_link(const std::string& link, const std::string& netem) {
  return netem.empty() ? link : fmt::format("{}, netem {}", link, netem);
}

}  // namespace splicebench
