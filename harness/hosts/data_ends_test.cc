#include "harness/hosts/data_ends.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <system_error>

#include "harness/system/process.h"

namespace splicebench {
namespace {

double soon() { return monotonic_seconds() + 10; }

Address here(const std::string& ip = "127.0.0.1") { return address_of(ip, 0, "test"); }

/// A client that connects and says this.
Fd stranger(const Address& address, const std::string& says) {
  Fd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::connect(fd.get(), address.get(), address.size), 0);
  EXPECT_EQ(::send(fd.get(), says.data(), says.size(), 0), static_cast<ssize_t>(says.size()));
  return fd;
}

std::string introduction(const Token& token, std::uint32_t number) {
  const Introduction said{token, number};
  return {reinterpret_cast<const char*>(&said), sizeof said};
}

bool is_closed(const Fd& fd) {
  char byte = 0;
  return ::recv(fd.get(), &byte, 1, 0) <= 0;
}

void expect_connected(const Fd& from, const Fd& to, char byte) {
  ASSERT_EQ(::send(from.get(), &byte, 1, 0), 1);
  char got = 0;
  ASSERT_EQ(::recv(to.get(), &got, 1, 0), 1);
  EXPECT_EQ(got, byte);
}

class DataEnds : public ::testing::TestWithParam<const char*> {};

TEST_P(DataEnds, EachConnectionComesOutAtItsNumber) {
  TokenListener listener(here(GetParam()), {}, 100);
  const Token token = random_token();
  std::vector<DataTarget> targets;
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < 100; ++i) {
    targets.push_back({listener.address(), 100 + i});
    numbers.push_back(199 - i);
  }
  const std::vector<Fd> ours = connect_to(targets, token, {}, soon());
  std::int64_t strangers = 0;
  const std::vector<Fd> theirs = listener.take(token, numbers, soon(), strangers);
  EXPECT_EQ(strangers, 0);
  for (std::size_t i = 0; i < 100; ++i)
    expect_connected(ours[i], theirs[99 - i], static_cast<char>(i));
}
INSTANTIATE_TEST_SUITE_P(Over, DataEnds, ::testing::Values("127.0.0.1", "::1"),
                         [](const ::testing::TestParamInfo<const char*>& address) {
                           return std::strchr(address.param, ':') == nullptr ? "IPv4" : "IPv6";
                         });

TEST(DataEnd, StrangersAreClosedUnreadAndCounted) {
  TokenListener listener(here(), {}, 1);
  const Token token = random_token();
  std::vector<Fd> strangers;
  strangers.push_back(stranger(listener.address(), ""));
  strangers.push_back(stranger(listener.address(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  strangers.push_back(stranger(listener.address(), introduction(random_token(), 7)));
  strangers.push_back(stranger(listener.address(), introduction(token, 8)));
  const std::vector<Fd> ours = connect_to({{listener.address(), 7}}, token, {}, soon());
  std::int64_t counted = 0;
  const std::vector<Fd> taken = listener.take(token, {7}, soon(), counted);
  EXPECT_EQ(counted, 4);
  for (const Fd& fd : strangers) EXPECT_TRUE(is_closed(fd));
  expect_connected(ours.front(), taken.front(), 'x');
}

TEST(DataEnd, TheSameNumberTwiceIsAStranger) {
  TokenListener listener(here(), {}, 2);
  const Token token = random_token();
  const Fd first = stranger(listener.address(), introduction(token, 0));
  const Fd second = stranger(listener.address(), introduction(token, 0));
  const Fd other = stranger(listener.address(), introduction(token, 1));
  std::int64_t counted = 0;
  EXPECT_EQ(listener.take(token, {0, 1}, soon(), counted).size(), 2U);
  EXPECT_EQ(counted, 1);
}

TEST(DataEnd, BytesBehindTheIntroductionStay) {
  TokenListener listener(here(), {}, 1);
  const Token token = random_token();
  const Fd ours = stranger(listener.address(), introduction(token, 0) + "first");
  std::int64_t counted = 0;
  const std::vector<Fd> taken = listener.take(token, {0}, soon(), counted);
  char text[6] = {};
  EXPECT_EQ(::recv(taken.front().get(), text, 5, MSG_WAITALL), 5);
  EXPECT_STREQ(text, "first");
}

TEST(DataEnd, WhoDoesNotComeIsNotWaitedForForEver) {
  TokenListener listener(here(), {}, 1);
  const Fd silent = stranger(listener.address(), "");
  std::int64_t counted = 0;
  try {
    listener.take(random_token(), {0}, monotonic_seconds() + 0.05, counted);
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ETIMEDOUT);
  }
  EXPECT_EQ(counted, 1);
}

TEST(DataEnd, IsGivenUpWhereNobodyListens) {
  Address address;
  {
    TokenListener found(here(), {}, 1);
    address = found.address();
  }
  EXPECT_THROW(connect_to({{address, 0}}, {}, {}, monotonic_seconds() + 0.05), std::system_error);
}

}  // namespace
}  // namespace splicebench
