// The relay of many connections at its limits: its end, descriptors, fairness, numbers.

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "bench/testing/eventually.h"
#include "bench/testing/relaying.h"
#include "bench/testing/thrown_by.h"
#include "harness/system/process_tree.h"
#include "results/files/error.h"

namespace splicebench {
namespace {

using RelayLimitsTest = ProxyServerTest;

INSTANTIATE_TEST_SUITE_P(Modes, RelayLimitsTest,
                         ::testing::Values("generic", "splice", "splice:pipe=4KiB"), test_name);

bool refuses(const Address& address) {
  const Fd late = stream_socket(address);
  ::fcntl(late.get(), F_SETFL, 0);
  return ::connect(late.get(), address.get(), address.size) == -1 && errno == ECONNREFUSED;
}

TEST_P(RelayLimitsTest, AskedToEndLetsAConnectionFinish) {
  begin(1, 60);
  send_all(client_, "before");
  EXPECT_EQ(receive(server_, 6), "before");
  relay_->signal(SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  send_all(client_, "after");
  client_.reset();
  EXPECT_EQ(receive(server_, 100), "after");
  server_.reset();
  const ProxyStatistics statistics = relay_->ended();
  EXPECT_EQ(statistics.finished, 1);
  EXPECT_EQ(statistics.unfinished, 0);
}

TEST_P(RelayLimitsTest, AskedToEndAcceptsNoMore) {
  begin(1, 60);
  relay_->signal(SIGTERM);
  EXPECT_TRUE(testing::eventually([&] { return refuses(relay_->address()); }));
  // It had not ended: the first connection was still waited for.
  relay_->signal(SIGTERM);
  EXPECT_GE(relay_->ended().unfinished, 1);
}

TEST_P(RelayLimitsTest, AfterTheDrainTimeNamesWhatIsUnfinished) {
  begin(1, 0.1);
  send_all(client_, "abc");
  EXPECT_EQ(receive(server_, 3), "abc");
  const ProxyStatistics statistics = relay_->end();
  EXPECT_EQ(statistics.unfinished, 1);
  ASSERT_EQ(statistics.unfinished_names.size(), 1U);
  EXPECT_EQ(statistics.unfinished_names[0],
            format_address(local_address(client_.get())) + ": 3 bytes to connect, 0 back, 0 held");
  EXPECT_EQ(receive(client_, 1), "!ECONNRESET");
}

TEST_P(RelayLimitsTest, ASecondSignalDoesNotWaitForTheDrain) {
  begin(1, 3600);
  relay_->signal(SIGTERM);
  relay_->signal(SIGTERM);
  EXPECT_EQ(relay_->ended().unfinished, 1);
}

TEST_P(RelayLimitsTest, AFastConnectionDoesNotStarveAnother) {
  begin();
  std::atomic<bool> over = false;
  std::thread flood([&] {
    const std::string much = content(1 << 20);
    while (!over) send_all(client_, much);
    client_.reset();
  });
  std::thread drain([&] {
    while (receive(server_, 1 << 20).size() == 1 << 20) {
    }
  });
  const Fd other = connect_to(relay_->address());
  const Fd other_server = accept_from(target_);
  for (int i = 0; i < 20; ++i) {
    send_all(other, "ping");
    EXPECT_EQ(receive(other_server, 4), "ping");
  }
  over = true;
  flood.join();
  drain.join();
}

TEST_P(RelayLimitsTest, RefusesWhatThereAreNoDescriptorsForAndServesTheRest) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{64, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  relay_.emplace(GetParam(), ":0", target_.address(), 1, 0.05);
  const int most = relay_->server().most_connections();
  ::setrlimit(RLIMIT_NOFILE, &before);  // for the test's own ends
  ASSERT_GT(most, 0);
  std::vector<Fd> clients;
  std::vector<Fd> servers;
  for (int i = 0; i < most; ++i) {
    clients.push_back(connect_to(relay_->address()));
    servers.push_back(accept_from(target_));
  }
  const Fd refused = connect_to(relay_->address());
  EXPECT_EQ(receive(refused, 1), "!ECONNRESET");
  send_all(clients.front(), "still served");
  EXPECT_EQ(receive(servers.front(), 12), "still served");
  clients.pop_back();
  servers.pop_back();
  relay_->statistics_when([](const ProxyStatistics& s) { return s.finished == 1; });
  clients.push_back(connect_to(relay_->address()));
  EXPECT_TRUE(accept_from(target_));
  EXPECT_EQ(relay_->end().refused, 1);
  EXPECT_EQ(relay_->complaints(),
            "refusing connections: RLIMIT_NOFILE leaves no room for more; raise it with: ulimit "
            "-n\n");
}

TEST_P(RelayLimitsTest, NeedsAsManyDescriptorsForOneConnectionAsItSays) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const auto begin_with = [&](rlim_t limit) {
    const rlimit few{limit, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    std::string refused;
    try {
      relay_.emplace(GetParam(), ":0", target_.address());
    } catch (const UsageError& error) {
      refused = error.what();
    }
    ::setrlimit(RLIMIT_NOFILE, &before);
    return refused;
  };
  const rlim_t little = open_descriptors() + 5;
  const std::string refused = begin_with(little);
  const std::string begin = fmt::format("too few descriptors: RLIMIT_NOFILE is {} and ", little);
  ASSERT_EQ(refused.substr(0, begin.size()), begin);
  const rlim_t needed = std::stoul(refused.substr(begin.size()));
  EXPECT_NE(begin_with(needed - 1), "");
  ASSERT_EQ(begin_with(needed), "");
  EXPECT_EQ(relay_->server().most_connections(), 1);
}

/// What it counts on is what it takes: a ring for each thread, or a pipe for each way.
TEST(RelayLimits, AreOfTheDescriptorsThatThreadsAndEnginesTake) {
  const Listener target(loopback_address(0), "target");
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  for (const char* const mode : {"generic", "splice", "uring"}) {
    if (!parse_mode(mode).engine->why_unavailable().empty()) continue;
    for (const int threads : {1, 3}) {
      const std::size_t before = open_descriptors();
      // With those that a library may open for a moment.
      std::size_t taken = before + 8;
      int most = 0;
      {
        Relaying relay(mode, ":0", target.address(), threads);
        most = relay.server().most_connections();
        // Its listener and the test's signals are there before, and so is what looking takes.
        const std::size_t each =
            (open_descriptors() - before - 4) / static_cast<std::size_t>(threads);
        EXPECT_EQ(each, 2U) << "a loop's";
        taken += 3 + each * static_cast<std::size_t>(threads);
      }
      const bool shares = static_cast<bool>(parse_mode(mode).engine->make_host);
      const int engine = parse_mode(mode).engine->descriptors;
      if (shares) taken += static_cast<std::size_t>(engine * threads);
      const std::size_t connection = static_cast<std::size_t>(2 + (shares ? 0 : 2 * engine));
      EXPECT_EQ(static_cast<std::size_t>(most), (limit.rlim_cur - taken) / connection)
          << mode << " by " << threads;
      // With one fewer there is room for none.
      for (const rlim_t fewer : {rlim_t{0}, rlim_t{1}}) {
        const rlimit few{taken + connection - fewer, limit.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &few);
        const std::string refused =
            testing::thrown_by([&] { Relaying(mode, ":0", target.address(), threads); });
        ::setrlimit(RLIMIT_NOFILE, &limit);
        EXPECT_EQ(refused == "nothing", fewer == 0) << refused;
      }
    }
  }
}

TEST_P(RelayLimitsTest, WithoutASingleDescriptorRefusesInsteadOfSpinning) {
  relay_.emplace(GetParam(), ":0", target_.address());
  Fd client = stream_socket(relay_->address());
  ::fcntl(client.get(), F_SETFL, 0);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{static_cast<rlim_t>(client.get()) + 1, before.rlim_max};
  std::vector<Fd> holes;  // below the limit there is no free number either
  for (;;) {
    Fd hole(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (hole.get() > client.get()) break;
    holes.push_back(std::move(hole));
  }
  ::setrlimit(RLIMIT_NOFILE, &none);
  const bool connected =
      ::connect(client.get(), relay_->address().get(), relay_->address().size) == 0;
  const std::string got = receive(client, 1);
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_TRUE(connected);
  EXPECT_EQ(got, "!ECONNRESET");
  const ProxyStatistics statistics =
      relay_->statistics_when([](const ProxyStatistics& s) { return s.refused == 1; });
  EXPECT_EQ(statistics.refused, 1);
  EXPECT_LT(statistics.wakeups, 50);
}

TEST_P(RelayLimitsTest, LeavesNoDescriptorAfterManyConnections) {
  const std::size_t before = open_descriptors();
  begin();
  for (int i = 0; i < 200; ++i) {
    Fd client = connect_to(relay_->address());
    const Fd server = accept_from(target_);
    send_all(client, "foo");
    if (i % 3 == 0) {
      close_with_reset(client);
    } else {
      client.reset();
    }
    receive(server, 100);
  }
  client_.reset();
  server_.reset();
  relay_->end();
  relay_.reset();
  EXPECT_EQ(open_descriptors(), before);
}

TEST_P(RelayLimitsTest, IdleConnectionsHoldNoEngineEvenAfterBackPressure) {
  constexpr std::size_t kConnections = 40;
  relay_.emplace(GetParam(), ":0", target_.address());
  std::vector<Fd> clients;
  std::vector<Fd> servers;
  for (std::size_t i = 0; i < kConnections; ++i) {
    clients.push_back(connect_to(relay_->address()));
    servers.push_back(accept_from(target_));
  }
  const std::size_t before = open_descriptors();
  const std::string much = content(1 << 20);
  std::vector<std::size_t> sent(kConnections);
  std::int64_t all = 0;
  for (std::size_t i = 0; i < kConnections; ++i) {
    ::fcntl(clients[i].get(), F_SETFL, O_NONBLOCK);
    while (wait_for_event(clients[i], POLLOUT, 20)) {
      const ssize_t part = ::send(clients[i].get(), much.data(), much.size(), MSG_NOSIGNAL);
      if (part > 0) sent[i] += static_cast<std::size_t>(part);
    }
    all += static_cast<std::int64_t>(sent[i]);
  }
  for (std::size_t i = 0; i < kConnections; ++i)
    EXPECT_EQ(receive(servers[i], sent[i]).size(), sent[i]);
  relay_->statistics_when([&](const ProxyStatistics& s) { return s.to_connect.out == all; });
  EXPECT_TRUE(testing::eventually([&] { return open_descriptors() <= before; }))
      << open_descriptors() << " descriptors, " << before << " before";
}

TEST_P(RelayLimitsTest, RelaysHundredsOfConnectionsAtOnce) {
  constexpr std::size_t kMany = 200;
  relay_.emplace(GetParam(), ":0", target_.address(), 2);
  std::vector<Fd> clients;
  std::vector<Fd> servers;
  for (std::size_t i = 0; i < kMany; ++i) {
    clients.push_back(connect_to(relay_->address()));
    servers.push_back(accept_from(target_));
  }
  for (std::size_t i = 0; i < kMany; ++i)
    send_all(clients[i], content(20000, static_cast<unsigned>(i)));
  for (std::size_t i = 0; i < kMany; ++i)
    EXPECT_EQ(receive(servers[i], 20000), content(20000, static_cast<unsigned>(i)));
}

}  // namespace
}  // namespace splicebench
