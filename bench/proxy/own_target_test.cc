#include "bench/proxy/own_target.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <filesystem>

#include "harness/network/listener.h"

namespace splicebench {
namespace {

bool leads_back(const std::string& target, const std::string& listener) {
  return splicebench::leads_back(parse_address(target, "--connect"),
                                 parse_address(listener, "--listen"));
}

TEST(OwnTarget, IsFoundUnderEveryNameOfIt) {
  EXPECT_TRUE(leads_back("127.0.0.1:9000", "127.0.0.1:9000"));
  EXPECT_TRUE(leads_back("0.0.0.0:9000", "127.0.0.1:9000"));
  EXPECT_TRUE(leads_back("[::ffff:127.0.0.1]:9000", "127.0.0.1:9000"));
  EXPECT_TRUE(leads_back("[::ffff:0.0.0.0]:9000", "127.0.0.1:9000"));
  EXPECT_TRUE(leads_back("127.0.0.2:9000", "0.0.0.0:9000"));
  EXPECT_TRUE(leads_back("0.0.0.0:9000", "0.0.0.0:9000"));
  EXPECT_TRUE(leads_back("unix:@name", "unix:@name"));
}

TEST(OwnTarget, IsFoundOnAnAddressOfWhichSomePortsAreNotToBeHad) {
  // Somebody's, or nobody's who is not root.
  const Address first = parse_address("127.0.0.7:1", "test");
  const Fd taken = stream_socket(first);
  [[maybe_unused]] const int bound = ::bind(taken.get(), first.get(), first.size);
  EXPECT_TRUE(leads_back("127.0.0.7:9000", "0.0.0.0:9000"));
}

TEST(OwnTarget, IsNobodyElses) {
  EXPECT_FALSE(leads_back("127.0.0.1:9001", "127.0.0.1:9000"));
  EXPECT_FALSE(leads_back("127.0.0.2:9000", "127.0.0.1:9000"));
  EXPECT_FALSE(leads_back("192.0.2.1:9000", "0.0.0.0:9000"));
  EXPECT_FALSE(leads_back("unix:@other", "unix:@name"));
  EXPECT_FALSE(leads_back("unix:@name", "127.0.0.1:9000"));
  // Whatever the bytes of its name are: here, in the place of a port, 9000.
  EXPECT_FALSE(leads_back("unix:#(\x7f\x01\x01\x01", "0.0.0.0:9000"));
  EXPECT_FALSE(leads_back("127.0.0.1:9000", "unix:#("));
}

TEST(OwnTarget, IsFoundByIpv6Too) {
  if (!std::filesystem::exists("/proc/net/if_inet6")) GTEST_SKIP() << "no IPv6 here";
  EXPECT_TRUE(leads_back("[::]:9000", "[::1]:9000"));
  EXPECT_TRUE(leads_back("[::1]:9000", "[::]:9000"));
  EXPECT_TRUE(leads_back("127.0.0.1:9000", "[::]:9000"));
  EXPECT_FALSE(leads_back("[::1]:9000", "0.0.0.0:9000"));
  EXPECT_FALSE(leads_back("[2001:db8::1]:9000", "[::]:9000"));
  EXPECT_FALSE(leads_back("[::1]:9001", "[::]:9000"));
}

TEST(OwnTarget, IsFoundThroughALinkToAUnixSocket) {
  std::string directory =
      (std::filesystem::temp_directory_path() / "splicebench-own.XXXXXX").string();
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  {
    const Listener listener(parse_address("unix:" + directory + "/here", "--listen"), "--listen");
    std::filesystem::create_symlink("here", directory + "/there");
    EXPECT_TRUE(splicebench::leads_back(parse_address("unix:" + directory + "/there", "--connect"),
                                        listener.address()));
    EXPECT_FALSE(splicebench::leads_back(
        parse_address("unix:" + directory + "/elsewhere", "--connect"), listener.address()));
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace splicebench
