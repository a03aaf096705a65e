// Namespaces joined by veth pairs. Without the privilege to make them these tests are skipped, by
// name, but for the one that says so.

#include "harness/network/link.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "bench/paths/paths.h"
#include "bench/pings/ping_cases.h"
#include "bench/testing/children.h"
#include "bench/testing/command.h"
#include "bench/testing/eventually.h"
#include "harness/network/network.h"
#include "harness/sample/sample.h"
#include "harness/system/process.h"
#include "harness/testing/programs.h"
#include "results/files/error.h"
#include "results/json/result_json.h"

namespace splicebench {
namespace {

std::unique_ptr<Link> link_or_skip() {
  try {
    return std::make_unique<Link>("");
  } catch (const UsageError& error) {
    return nullptr;
  }
}

// A name that is declared cannot stand in parentheses.
// NOLINTNEXTLINE(bugprone-macro-parentheses)
#define LINK_OR_SKIP(name)                           \
  const std::unique_ptr<Link> name = link_or_skip(); \
  if (!name) GTEST_SKIP() << "no privilege for namespaces"

/// "10.0.1.2" of one of a socket's two addresses.
std::string address_of(const Fd& fd, int (*which)(int, sockaddr*, socklen_t*)) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  EXPECT_EQ(which(fd.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
  return text.data();
}

/// Bytes that `device` of a namespace received and sent (/proc/net/dev).
std::pair<std::int64_t, std::int64_t> bytes_over(int network, const std::string& device) {
  std::pair<std::int64_t, std::int64_t> bytes{-1, -1};
  in_network(network, [&] {
    std::ifstream table("/proc/thread-self/net/dev");
    for (std::string line; std::getline(table, line);) {
      const std::size_t colon = line.find(':');
      if (colon == std::string::npos) continue;
      std::istringstream name(line.substr(0, colon));
      std::string word;
      name >> word;
      if (word != device) continue;
      std::istringstream figures(line.substr(colon + 1));
      std::int64_t skipped = 0;
      figures >> bytes.first;
      for (int i = 0; i < 7; ++i) figures >> skipped;
      figures >> bytes.second;
    }
  });
  return bytes;
}

/// Network namespaces that processes are in, by inode.
std::set<ino_t> namespaces() {
  std::set<ino_t> found;
  std::error_code gone;
  for (const std::filesystem::directory_entry& process :
       std::filesystem::directory_iterator("/proc", gone)) {
    struct stat status {};
    if (::stat((process.path() / "ns/net").c_str(), &status) == 0) found.insert(status.st_ino);
  }
  return found;
}

std::set<std::string> devices_here() {
  std::set<std::string> names;
  for (const std::filesystem::directory_entry& device :
       std::filesystem::directory_iterator("/sys/class/net")) {
    names.insert(device.path().filename());
  }
  return names;
}

TEST(Link, ConnectionsHaveTheAddressesOfTheirNamespaces) {
  LINK_OR_SKIP(link);
  const SocketPair source = link->writer_to_relay();
  EXPECT_EQ(address_of(source.first, ::getsockname), "10.0.1.2");
  EXPECT_EQ(address_of(source.first, ::getpeername), "10.0.1.1");
  EXPECT_EQ(address_of(source.second, ::getpeername), "10.0.1.2");
  const SocketPair sink = link->reader_to_relay();
  EXPECT_EQ(address_of(sink.second, ::getsockname), "10.0.2.1");
  EXPECT_EQ(address_of(sink.second, ::getpeername), "10.0.2.2");
}

TEST(Link, WithoutARelayTheMiddleRoutes) {
  LINK_OR_SKIP(link);
  const SocketPair pair = link->writer_to_reader();
  ASSERT_EQ(::send(pair.first.get(), "x", 1, 0), 1);
  char byte = 0;
  ASSERT_EQ(::recv(pair.second.get(), &byte, 1, 0), 1);
  EXPECT_EQ(address_of(pair.second, ::getpeername), "10.0.1.2");
  EXPECT_GT(bytes_over(link->relay(), "reader").second, 0);
}

SampleSetting setting_on(const Link& link) {
  SampleSetting setting;
  setting.programs = testing::programs();
  setting.timeout = 20;
  setting.link = &link;
  return setting;
}

SamplePlan sixteen_chunks() {
  SamplePlan plan;
  plan.path = &path_named("tcp-to-tcp");
  plan.mode = "splice";
  plan.chunk = 65536;
  plan.iterations = 16;
  plan.hashed = true;
  return plan;
}

TEST(Link, BytesOfASampleCrossBothDevices) {
  LINK_OR_SKIP(link);
  const auto before_in = bytes_over(link->relay(), "writer");
  const auto before_out = bytes_over(link->relay(), "reader");
  const SampleResult result = take_sample(sixteen_chunks(), setting_on(*link));
  ASSERT_EQ(result.sample.error, "");
  EXPECT_GE(bytes_over(link->relay(), "writer").first - before_in.first, 16 * 65536);
  EXPECT_GE(bytes_over(link->relay(), "reader").second - before_out.second, 16 * 65536);
  EXPECT_GE(bytes_over(link->reader(), "relay").first, 16 * 65536);
}

TEST(Link, SomebodyElsesRelayStandsInTheMiddle) {
  LINK_OR_SKIP(link);
  RelayCommand relay;
  relay.name = "mine";
  relay.command = "python3 '" SPLICEBENCH_BAD_RELAY "' none {listen} {connect}";
  SamplePlan plan = sixteen_chunks();
  plan.mode = relay.name;
  plan.relay = &relay;
  const SampleResult result = take_sample(plan, setting_on(*link));
  ASSERT_EQ(result.sample.error, "");
  EXPECT_GT(result.sample.relay.value().total(), 0);
  EXPECT_GE(bytes_over(link->relay(), "writer").first, 16 * 65536);
  EXPECT_GE(bytes_over(link->relay(), "reader").second, 16 * 65536);
}

TEST(Link, ProcessesOfABlockAreInItsNamespaces) {
  LINK_OR_SKIP(link);
  std::set<ino_t> expected;
  for (const int network : {link->writer(), link->relay(), link->reader()}) {
    struct stat status {};
    ASSERT_EQ(::fstat(network, &status), 0);
    expected.insert(status.st_ino);
  }
  std::set<ino_t> seen;
  std::atomic<bool> over = false;
  std::thread watcher([&] {
    while (!over) {
      for (const auto& [pid, name] : testing::children()) {
        // Before that it is still this program.
        if (!name.starts_with("splicebench-")) continue;
        struct stat status {};
        if (::stat(("/proc/" + std::to_string(pid) + "/ns/net").c_str(), &status) == 0)
          seen.insert(status.st_ino);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  RunOptions options;
  options.paths = {"tcp-to-tcp"};
  options.chunks = {1024};
  options.modes = {"generic"};
  Row row{"tcp-to-tcp", options.chunks.front()};
  row.conditions[ConditionKind::placement].value = "none";
  row.conditions[ConditionKind::link].value = "veth";
  std::vector<PingJob> jobs = ping_jobs(options, {}, {row}, link.get(), "");
  PingPlan plan = jobs.back().plan;
  plan.count = 300;
  plan.rate = 1000;
  const BlockResult result = take_block(plan, testing::programs());
  over = true;
  watcher.join();
  ASSERT_EQ(result.block.error, "");
  EXPECT_EQ(seen, expected);
}

TEST(Link, LeavesNoDeviceHereWhileItIsThereAndNoneAfter) {
  const std::set<std::string> devices = devices_here();
  {
    LINK_OR_SKIP(link);
    EXPECT_EQ(devices_here(), devices);
  }
  EXPECT_EQ(devices_here(), devices);
}

TEST(Link, WithoutPrivilegeSaysWhatItNeeds) {
  on_a_thread([] {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct none[2]{};
    ASSERT_EQ(::syscall(SYS_capset, &header, none), 0);
    try {
      const Link link("");
      FAIL() << "made namespaces without a capability";
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find("CAP_SYS_ADMIN"), std::string::npos);
    }
  });
}

TEST(Link, NetemThatTheKernelOrTcDoesNotTakeIsOneSentence) {
  LINK_OR_SKIP(link);
  try {
    const Link bent("no-such-word 5");
    FAIL() << "tc took it";
  } catch (const UsageError& error) {
    const std::string what = error.what();
    EXPECT_TRUE(what.find("sch_netem") != std::string::npos ||
                what.find("tc(8) does not take 'netem no-such-word 5'") != std::string::npos)
        << what;
    EXPECT_EQ(what.find('\n'), std::string::npos);
  }
}

class CommandLink : public testing::CommandTest {};

TEST_F(CommandLink, ResultSaysWhatTheBytesCrossed) {
  LINK_OR_SKIP(link);
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run({"run", "--link", "veth", "--paths", "tcp-to-tcp", "--chunks", "4KiB", "--rounds",
                 "2", "--min-time", "2ms", "--out", path}),
            0)
      << err();
  const Result result = read_result(path);
  EXPECT_EQ(result.cases.front().id.name(), "Splice/tcp-to-tcp/4096/link=veth/mode=generic");
  ASSERT_EQ(run({"compare", "--col", "/mode", path}), 0) << err();
  EXPECT_NE(out().find("link=veth"), std::string::npos) << out();
}

TEST_F(CommandLink, KilledRunLeavesNoNamespaceAndNoDevice) {
  LINK_OR_SKIP(link);
  const std::set<ino_t> before = namespaces();
  const std::set<std::string> devices = devices_here();
  Child child = start({"run", "--link", "veth", "--paths", "tcp-to-tcp", "--rounds", "1000",
                       "--out", in_directory("r.json")});
  // Kept from one look: between two samples nobody is in them.
  std::set<ino_t> fresh;
  EXPECT_TRUE(testing::eventually([&] {
    for (const ino_t one : namespaces()) {
      if (!before.contains(one)) fresh.insert(one);
    }
    return !fresh.empty();
  })) << "no process was in a namespace of the link";
  child.kill();
  child.wait();
  EXPECT_TRUE(testing::eventually([&] {
    const std::set<ino_t> after = namespaces();
    return std::none_of(fresh.begin(), fresh.end(), [&](ino_t one) { return after.contains(one); });
  })) << "a process is still in a namespace of the link";
  EXPECT_EQ(devices_here(), devices);
}

TEST_F(CommandLink, BadFlagsAreOneSentence) {
  expect_usage_error({"run", "--link", "wire"}, "there is no link 'wire'");
  expect_usage_error({"ping", "--netem", "delay 1ms"}, "add --link veth");
}

}  // namespace
}  // namespace splicebench
