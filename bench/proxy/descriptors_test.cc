// The relay of many where there are no descriptors.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include "bench/testing/eventually.h"
#include "bench/testing/no_descriptors.h"
#include "bench/testing/refused_calls.h"
#include "bench/testing/relaying.h"

namespace splicebench {
namespace {

/// Made before there are no descriptors.
Fd unconnected(const Address& address) {
  Fd fd = stream_socket(address);
  ::fcntl(fd.get(), F_SETFL, 0);
  return fd;
}

std::string answer_to(const Fd& client, const Address& address) {
  if (::connect(client.get(), address.get(), address.size) != 0) return "not accepted";
  return receive(client, 1);
}

TEST(ProxyDescriptors, TheSpareOneIsTakenBackAndRefusesTheNextToo) {
  const Listener target(loopback_address(0), "target");
  Relaying relay("splice", ":0", target.address());
  std::vector<Fd> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(unconnected(relay.address()));
  std::vector<std::string> answers;
  double quickest = 1;
  {
    const NoDescriptors none(clients.back().get() + 1);
    for (const Fd& client : clients) {
      const double begin = monotonic_seconds();
      answers.push_back(answer_to(client, relay.address()));
      if (answers.size() > 1) quickest = std::min(quickest, monotonic_seconds() - begin);
    }
  }
  EXPECT_EQ(answers, std::vector<std::string>(8, "!ECONNRESET"));
  EXPECT_LT(quickest, 0.08) << "there is nothing to rest for";
  EXPECT_EQ(relay.statistics_when([](const ProxyStatistics& s) { return s.refused == 8; }).refused,
            8);
  EXPECT_EQ(relay.complaints(), "refusing connections: there are no descriptors left\n") << "once";
  expect_open(open_through(relay, target));
}

TEST(ProxyDescriptors, AcceptingResumesWhenEvenTheSpareOneWasGone) {
  const Listener target(loopback_address(0), "target");
  Relaying relay("splice", ":0", target.address());
  expect_open(open_through(relay, target));
  const Fd waiting = unconnected(relay.address());
  {
    // Below every number there is: the spare one cannot be had again once it is given up.
    const NoDescriptors none(3);
    ASSERT_EQ(::connect(waiting.get(), relay.address().get(), relay.address().size), 0);
    // It is at that, and neither ends nor spins.
    const std::int64_t before =
        relay.statistics_when([](const ProxyStatistics&) { return true; }).wakeups;
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    EXPECT_LT(relay.statistics_when([](const ProxyStatistics&) { return true; }).wakeups - before,
              500);
  }
  const Fd server = accept_from(target);
  ASSERT_TRUE(server) << "never accepted again";
  send_all(waiting, "at last");
  EXPECT_EQ(receive(server, 7), "at last");
  // And the spare one is there again.
  const Fd next = unconnected(relay.address());
  std::string answer;
  {
    const NoDescriptors none(next.get() + 1);
    answer = answer_to(next, relay.address());
  }
  EXPECT_EQ(answer, "!ECONNRESET");
  // Nor does it look for it any more.
  const auto wakeups = [&] {
    return relay.statistics_when([](const ProxyStatistics&) { return true; }).wakeups;
  };
  const std::int64_t before = wakeups();
  std::this_thread::sleep_for(std::chrono::milliseconds(450));
  EXPECT_LE(wakeups() - before, 2);
}

/// From now on accept4(2) fails with ENFILE in this thread: the system has no files left.
void have_no_files() { testing::refuse_call(SYS_accept4, ENFILE); }

TEST(ProxyDescriptors, AreTriedAgainNowAndThenWhereTheSystemHasNone) {
  const Listener target(loopback_address(0), "target");
  Relaying relay(parse_mode("generic"), ":0", target.address(), 1, 2, 300, have_no_files);
  const auto wakeups = [&] {
    return relay.statistics_when([](const ProxyStatistics&) { return true; }).wakeups;
  };
  const std::int64_t asleep = wakeups();
  const Fd client = connect_to(relay.address());
  EXPECT_TRUE(testing::eventually([&] { return wakeups() > asleep + 1; }));
  const double begin = monotonic_seconds();
  const std::int64_t before = wakeups();
  int asked = 0;
  std::int64_t woken = 0;
  EXPECT_TRUE(testing::eventually([&] {
    woken = wakeups() - before - ++asked;
    return woken >= 5;
  })) << "it is never tried again";
  EXPECT_LE(static_cast<double>(woken), (monotonic_seconds() - begin) / 0.05 + 5);
  EXPECT_EQ(relay.end().accepted, 0);
}

}  // namespace
}  // namespace splicebench
