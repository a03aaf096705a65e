// A relay of many with several threads.

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

#include "bench/testing/eventually.h"
#include "bench/testing/relaying.h"
#include "bench/testing/thrown_by.h"
#include "results/testing/temporary_directory.h"

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

std::ptrdiff_t threads_here() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

TEST(ProxyThreads, AbandonWhatIsUnfinishedInEachAndNameIt) {
  const std::ptrdiff_t before = threads_here();
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
  EXPECT_TRUE(testing::eventually([&] { return threads_here() == before; }))
      << "one goes on while nobody looks after it";
  EXPECT_EQ(statistics.unfinished, 6);
  EXPECT_EQ(statistics.unfinished_names.size(), 6U);
  EXPECT_EQ(statistics.active, 0);
  for (const Ends& ends : all) {
    EXPECT_EQ(receive(ends.client, 1), "!ECONNRESET");
    EXPECT_EQ(receive(ends.server, 1), "!ECONNRESET");
  }
}

TEST(ProxyThreads, EndWithTheServerThatFailed) {
  const Listener target(loopback_address(0), "target");
  Listener listener(loopback_address(0), "--listen");
  const SocketPair signals = unix_pair();
  set_nonblocking(signals.second.get());
  const std::ptrdiff_t before = threads_here();
  {
    ServerSetting setting;
    setting.relay.target = target.address();
    setting.relay.mode = parse_mode("generic");
    setting.threads = 3;
    setting.report = [](const ProxyStatistics&) { throw std::runtime_error("nobody reads it"); };
    ProxyServer server(setting, listener);
    signalfd_siginfo info{};
    info.ssi_signo = SIGUSR1;
    ASSERT_EQ(::write(signals.first.get(), &info, sizeof info), static_cast<ssize_t>(sizeof info));
    EXPECT_EQ(testing::thrown_by([&] { server.run(signals.second.get()); }), "nobody reads it");
  }
  EXPECT_TRUE(testing::eventually([&] { return threads_here() == before; }));
}

/// A connection belongs to the thread of its loop from the first moment: what it complains of, too.
TEST(ProxyThreads, EachBeginsItsConnectionsItself) {
  const TemporaryDirectory directory;
  std::optional<Listener> target;
  target.emplace(parse_address("unix:" + (directory.path() / "back").string(), "target"), "target");
  Relaying relay("generic", ":0", target->address(), 2);
  const Ends first = open_through(relay, *target);
  expect_open(first);
  target.reset();
  const Fd second = connect_to(relay.address());
  EXPECT_EQ(receive(second, 1), "!ECONNRESET");
  EXPECT_EQ(
      relay.statistics_when([](const ProxyStatistics& s) { return s.unreachable == 1; }).active, 1);
  EXPECT_EQ(relay.complained_elsewhere(), 1) << "of the other thread";
}

TEST(ProxyThreads, SleepWhileTheyWaitForTheEnd) {
  const Listener target(loopback_address(0), "target");
  Relaying relay("generic", ":0", target.address(), 2, 3600);
  const Ends open = open_through(relay, target);
  expect_open(open);
  relay.signal(SIGTERM);
  const auto wakeups = [&] {
    return relay.statistics_when([](const ProxyStatistics&) { return true; }).wakeups;
  };
  const double begin = monotonic_seconds();
  const std::int64_t before = wakeups();
  std::this_thread::sleep_for(std::chrono::milliseconds(120));
  const double woken = static_cast<double>(wakeups() - before);
  EXPECT_LE(woken, (monotonic_seconds() - begin) / 0.05 + 5);
  relay.signal(SIGTERM);
  const ProxyStatistics statistics = relay.ended();
  EXPECT_EQ(statistics.unfinished, 1);
  EXPECT_GT(statistics.cpu.total(), 0);
  EXPECT_LE(statistics.cpu.total(), cpu_used().total());
}

TEST(ProxyThreads, NeitherTheDrainNorASecondSignalIsSleptOver) {
  for (const double drain : {0.02, 3600.0}) {
    EXPECT_TRUE(testing::eventually([drain] {
      const Listener target(loopback_address(0), "target");
      Relaying relay("generic", ":0", target.address(), 1, drain);
      const Ends open = open_through(relay, target);
      relay.signal(SIGTERM);
      const double begin = monotonic_seconds();
      if (drain > 1) relay.signal(SIGTERM);
      relay.ended();
      // Shorter than between looks at the other threads.
      return monotonic_seconds() - begin < 0.045;
    })) << "not even on a machine that is busy now and then";
  }
}

}  // namespace
}  // namespace splicebench
