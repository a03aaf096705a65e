#include "harness/hosts/data_ends.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <system_error>
#include <thread>

#include "harness/system/process.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

Patience for_seconds(double seconds) { return {monotonic_seconds() + seconds}; }
Patience soon() { return for_seconds(10); }

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
    listener.take(random_token(), {0}, for_seconds(0.05), counted);
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ETIMEDOUT);
  }
  EXPECT_EQ(counted, 1);
}

/// What take() and connect_to() throw where `act` calls them.
int error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

TEST(DataEnd, IsNotWaitedForWhereNobodyComesAnyMore) {
  TokenListener listener(here(), {}, 1);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Fd watched(ends[0]);
  const Fd other(ends[1]);
  const Patience patience{monotonic_seconds() + 3600, watched.get()};
  // Of one that comes before.
  std::int64_t counted = 0;
  const std::vector<Fd> ours = connect_to({{listener.address(), 0}}, {}, {}, patience);
  EXPECT_EQ(listener.take({}, {0}, patience, counted).size(), 1U);
  ASSERT_EQ(::write(other.get(), "x", 1), 1);
  EXPECT_EQ(error_of([&] { listener.take({}, {0}, patience, counted); }), ECONNRESET);
  EXPECT_EQ(counted, 0);
  const Address address = listener.address();
  { const TokenListener gone = std::move(listener); }
  EXPECT_EQ(error_of([&] { connect_to({{address, 0}}, {}, {}, patience); }), ECONNRESET);
}

TEST(DataEnd, ReachesAUnixSocketThatDoesNotListenYet) {
  const TemporaryDirectory directory;
  const Address address = parse_address("unix:" + (directory.path() / "socket").string(), "test");
  const Fd there = stream_socket(address);
  ASSERT_EQ(::bind(there.get(), address.get(), address.size), 0);
  std::thread listens([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(::listen(there.get(), 0), 0);  // room for one
  });
  const Fd first = std::move(connect_to({{address, 7}}, {}, {}, soon()).front());
  listens.join();
  EXPECT_EQ(error_of([&] {
              connect_to({{address, 8}, {address, 9}}, {}, {}, for_seconds(0.05));
            }),
            ETIMEDOUT);
  Introduction said;
  const Fd taken(::accept(there.get(), nullptr, nullptr));
  ASSERT_EQ(::recv(taken.get(), &said, sizeof said, MSG_WAITALL),
            static_cast<ssize_t>(sizeof said));
  EXPECT_EQ(said.connection, 7U);
}

TEST(DataEnd, IsGivenUpWhereNobodyListens) {
  Address address;
  {
    TokenListener found(here(), {}, 1);
    address = found.address();
  }
  EXPECT_THROW(connect_to({{address, 0}}, {}, {}, for_seconds(0.05)), std::system_error);
}

}  // namespace
}  // namespace splicebench
