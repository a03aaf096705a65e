// Namespaces joined by veth pairs. Without the privilege to make them these tests are skipped, by
// name, but for the one that says so.

#include "harness/network/link.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "bench/testing/command.h"
#include "bench/testing/eventually.h"
#include "harness/network/network.h"
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
