// A relay of many with several threads, and when descriptors run out.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "bench/testing/eventually.h"
#include "bench/testing/relaying.h"

namespace splicebench {
namespace {

/// The engine `generic`, which notes in what thread it moves which source's bytes.
class Noting : public Engine {
 public:
  static inline std::mutex mutex;
  static inline std::map<std::thread::id, std::set<int>> seen;

  void prepare(int source, int sink) override {
    source_ = source;
    inside_->prepare(source, sink);
  }
  void rebind(int source, int sink) override {
    source_ = source;
    inside_->rebind(source, sink);
  }
  Outcome transfer(std::uint64_t limit) override {
    {
      // Before a byte of it can arrive, which the test waits for.
      const std::lock_guard<std::mutex> lock(mutex);
      seen[std::this_thread::get_id()].insert(source_);
    }
    const Calls before = inside_->calls();
    const Outcome outcome = inside_->transfer(limit);
    calls_ += inside_->calls() - before;
    return outcome;
  }

 private:
  int source_ = -1;
  std::unique_ptr<Engine> inside_ = parse_mode("generic").make();
};

struct Ends {
  Fd client;
  Fd server;
};

Ends open_through(Relaying& relay, const Listener& target) {
  Ends ends;
  ends.client = connect_to(relay.address());
  ends.server = accept_from(target);
  EXPECT_TRUE(ends.server);
  return ends;
}

void expect_open(const Ends& ends) {
  send_all(ends.client, "ping");
  EXPECT_EQ(receive(ends.server, 4), "ping");
  send_all(ends.server, "pong");
  EXPECT_EQ(receive(ends.client, 4), "pong");
}

TEST(ProxyThreads, HaveEquallyManyConnectionsEach) {
  Noting::seen.clear();
  const EngineInfo info{
      .name = "noting", .help = "", .parameters = {}, .make = [](const EngineValues&) {
        return std::make_unique<Noting>();
      }};
  const Listener target(loopback_address(0), "target");
  Relaying relay(Mode{"noting", &info, {}}, ":0", target.address(), 3);
  std::vector<Ends> all;
  for (int i = 0; i < 12; ++i) {
    all.push_back(open_through(relay, target));
    expect_open(all.back());
  }
  const std::lock_guard<std::mutex> lock(Noting::mutex);
  EXPECT_EQ(Noting::seen.size(), 3U);
  for (const auto& [thread, sources] : Noting::seen)
    EXPECT_EQ(sources.size(), 8U) << "two directions of four";
}

TEST(ProxyThreads, SleepWhileNothingHappens) {
  const Listener target(loopback_address(0), "target");
  Relaying relay("generic", ":0", target.address(), 3);
  std::vector<Ends> all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(open_through(relay, target));
    expect_open(all.back());
  }
  const auto wakeups = [&] {
    return relay.statistics_when([](const ProxyStatistics&) { return true; }).wakeups;
  };
  const std::int64_t before = wakeups();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_LT(wakeups() - before, 20);
}

TEST(ProxyThreads, AreAllWaitedForAtTheEnd) {
  // The last that is still open is each thread's once.
  for (std::size_t last = 0; last < 3; ++last) {
    const Listener target(loopback_address(0), "target");
    Relaying relay("splice", ":0", target.address(), 3, 3600);
    std::vector<Ends> all;
    for (int i = 0; i < 3; ++i) {
      all.push_back(open_through(relay, target));
      expect_open(all.back());
    }
    relay.signal(SIGTERM);
    Ends kept = std::move(all[last]);
    for (Ends& ends : all) ends = Ends();
    relay.statistics_when([](const ProxyStatistics& s) { return s.finished == 2; });
    expect_open(kept);
    kept = Ends();
    const ProxyStatistics statistics = relay.ended();
    EXPECT_EQ(statistics.finished, 3);
    EXPECT_EQ(statistics.unfinished, 0);
    EXPECT_EQ(statistics.accepted, 3);
    EXPECT_EQ(statistics.to_connect.out, 4 * 4);
    EXPECT_EQ(statistics.from_connect.out, 4 * 4);
  }
}

TEST(ProxyThreads, AbandonWhatIsUnfinishedInEachAndNameIt) {
  const Listener target(loopback_address(0), "target");
  Relaying relay("generic", ":0", target.address(), 3, 3600);
  std::vector<Ends> all;
  for (int i = 0; i < 6; ++i) {
    all.push_back(open_through(relay, target));
    expect_open(all.back());
  }
  relay.signal(SIGTERM);
  relay.signal(SIGTERM);
  const ProxyStatistics statistics = relay.ended();
  EXPECT_EQ(statistics.unfinished, 6);
  EXPECT_EQ(statistics.unfinished_names.size(), 6U);
  EXPECT_EQ(statistics.active, 0);
  for (const Ends& ends : all) {
    EXPECT_EQ(receive(ends.client, 1), "!ECONNRESET");
    EXPECT_EQ(receive(ends.server, 1), "!ECONNRESET");
  }
}

/// As long as it is there no descriptor can be had in this process.
class NoDescriptors {
 public:
  /// From `first` on, or at all.
  explicit NoDescriptors(int first) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    for (;;) {
      Fd hole(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      if (hole.get() >= first) break;
      holes_.push_back(std::move(hole));
    }
    const rlimit none{static_cast<rlim_t>(first), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
  std::vector<Fd> holes_;
};

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
  for (int i = 0; i < 4; ++i) clients.push_back(unconnected(relay.address()));
  std::vector<std::string> answers;
  {
    const NoDescriptors none(clients.back().get() + 1);
    for (const Fd& client : clients) answers.push_back(answer_to(client, relay.address()));
  }
  EXPECT_EQ(answers, std::vector<std::string>(4, "!ECONNRESET"));
  EXPECT_EQ(relay.statistics_when([](const ProxyStatistics& s) { return s.refused == 4; }).refused,
            4);
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
}

}  // namespace
}  // namespace splicebench
