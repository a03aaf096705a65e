// What moves many flows in the relay of a sample, without its processes.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>

#include "bench/relay/mover.h"
#include "bench/testing/bytes.h"
#include "bench/verify/sanitized.h"
#include "harness/network/sockets.h"
#include "harness/system/process.h"
#include "harness/system/process_tree.h"
#include "harness/system/sys.h"

namespace splicebench {
namespace {

std::atomic<bool> has_no_engine;

/// The engine `generic`, which cannot be had for a while.
class Rare : public Engine {
 public:
  void prepare(int source, int sink) override {
    look();
    inside_->prepare(source, sink);
  }
  void rebind(int source, int sink) override {
    look();
    inside_->rebind(source, sink);
  }
  Outcome transfer(std::uint64_t limit) override { return inside_->transfer(limit); }

 private:
  static void look() {
    if (has_no_engine) throw std::system_error(EMFILE, std::generic_category());
  }
  std::unique_ptr<Engine> inside_ = parse_mode("generic").make();
};

/// Takes memory, and has a pipe of a size of its own.
class Large : public Rare {
 public:
  static constexpr std::size_t kMemory = 16 << 20;
  static inline std::vector<std::int64_t> sizes;  ///< of those that are made next, the last first

  void prepare(int source, int sink) override {
    Rare::prepare(source, sink);
    memory_.assign(kMemory, 'x');
    size_ = sizes.back();
    sizes.pop_back();
  }
  std::vector<Granted> granted() const override { return {{"other", 1, {}}, {"pipe", size_, {}}}; }

 private:
  std::string memory_;
  std::int64_t size_ = 0;
};

/// From TCP to files, by two threads.
class ManyFlowsTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kFlows = 4;

  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    has_no_engine = false;
    for (std::size_t i = 0; i < kFlows; ++i) {
      sources_.push_back(tcp_pair());
      set_nonblocking(sources_.back().second.get());
      sinks_.emplace_back(::memfd_create("sink", MFD_CLOEXEC));
    }
  }

  /// `sink`: as the task says; unless it is a file there is a reader.
  std::unique_ptr<Mover> make(const Mode& mode, std::size_t flows = kFlows,
                              EndKind sink = EndKind::file) {
    RelayTask task;
    task.flows = static_cast<std::uint32_t>(flows);
    task.relay_threads = 2;
    task.kinds = {EndKind::tcp, sink};
    std::vector<int> sources;
    std::vector<int> sinks;
    for (std::size_t i = 0; i < flows; ++i) {
      sources.push_back(sources_[i].second.get());
      sinks.push_back(sinks_[i].get());
    }
    return make_mover(mode, task, sources, sinks);
  }

  std::vector<SocketPair> sources_;
  std::vector<Fd> sinks_;
};

TEST_F(ManyFlowsTest, MovesAsMuchOfEachAndTellsWhenAndHow) {
  constexpr std::size_t kEach = 60000;
  const std::unique_ptr<Mover> mover = make(parse_mode("splice:pipe=64KiB"));
  EXPECT_EQ(got_by_name(granted_in(mover->ready())).at("pipe"), 65536);
  const double begin = monotonic_seconds();
  for (unsigned i = 0; i < kFlows; ++i) send_all(sources_[i].first, content(kEach + 10, i));
  const Outcome outcome = mover->move(kFlows * kEach);
  EXPECT_EQ(outcome.ended, Ended::limit);
  EXPECT_EQ(outcome.in, kFlows * kEach);
  EXPECT_EQ(outcome.out, kFlows * kEach);
  EXPECT_EQ(outcome.left, 0U);
  for (unsigned i = 0; i < kFlows; ++i) {
    std::string text(kEach + 100, '\0');
    const ssize_t size = ::pread(sinks_[i].get(), text.data(), text.size(), 0);
    EXPECT_EQ(text.substr(0, static_cast<std::size_t>(size)),
              content(kEach + 10, i).substr(0, kEach));
  }
  double before = begin;
  for (const double mark : mover->marks()) EXPECT_GE(mark, std::exchange(before, mark));
  EXPECT_LE(before, monotonic_seconds());
  ASSERT_TRUE(mover->flows());
  const FlowFacts facts = *mover->flows();
  EXPECT_GE(facts.rates.value().jain, 0.25);
  EXPECT_GE(facts.engines.value(), 2) << "one of each thread at least";
  EXPECT_LE(facts.engines.value(), 4);
  EXPECT_EQ(facts.pipes.value().least, 65536);
  EXPECT_EQ(facts.pipes->median, 65536);
  EXPECT_EQ(facts.pipes.value().most, 65536);
  EXPECT_EQ(facts.relay_memory.has_value(), std::filesystem::exists("/proc/self/clear_refs"));
  EXPECT_LT(facts.relay_memory.value_or(0), memory_of(0, "VmRSS").value());
  const std::int64_t calls = mover->calls().in;
  EXPECT_GE(calls, 4);
  // And then what was over.
  EXPECT_EQ(mover->move(kFlows * 10).out, kFlows * 10);
  EXPECT_GE(mover->calls().in, calls + 4);
}

TEST_F(ManyFlowsTest, LeavesToAReaderWhenBytesArrivedAndToOneFlowToBeNone) {
  const std::unique_ptr<Mover> mover = make(parse_mode("generic"), kFlows, EndKind::tcp);
  for (const SocketPair& source : sources_) send_all(source.first, "0123456789");
  EXPECT_EQ(mover->move(kFlows * 10).out, kFlows * 10);
  EXPECT_FALSE(mover->flows().value().rates);
  for (const double mark : mover->marks()) EXPECT_EQ(mark, 0);
  EXPECT_TRUE(make(parse_mode("generic"), 2)->flows());
  EXPECT_FALSE(make(parse_mode("generic"), 1)->flows());
}

TEST_F(ManyFlowsTest, TellsOfItsEnginesHowManyTheirPipesAndTheirMemory) {
  EngineInfo info{.name = "large", .help = "", .parameters = {}, .make = [](const EngineValues&) {
                    return std::make_unique<Large>();
                  }};
  info.needs_both_early = true;
  Large::sizes = {8192, 4096, 65536, 16384};
  // More than any other process may have.
  const std::string memory(64 << 20, 'x');
  const std::unique_ptr<Mover> mover = make(Mode{"large", &info, {}});
  EXPECT_EQ(got_by_name(granted_in(mover->ready())).at("pipe"), 16384) << "of the first";
  const FlowFacts facts = mover->flows().value();
  EXPECT_EQ(facts.engines, 4) << "one for each from the beginning";
  const PipeSizes pipes = facts.pipes.value();
  EXPECT_EQ(pipes.least, 4096);
  EXPECT_EQ(pipes.median, (8192 + 16384) / 2);
  EXPECT_EQ(pipes.most, 65536);
  if (kSanitized || !facts.relay_memory) GTEST_SKIP() << "it is not known of them alone";
  // The kernel counts in bundles of pages.
  constexpr std::int64_t kAll = 4 * Large::kMemory;
  EXPECT_GE(*facts.relay_memory, kAll - (8 << 20));
  EXPECT_LE(*facts.relay_memory, kAll + (16 << 20));
}

TEST_F(ManyFlowsTest, ThrowsWhereAnEngineCannotBeHadInTheMiddle) {
  const EngineInfo info{
      .name = "rare", .help = "", .parameters = {}, .make = [](const EngineValues&) {
        return std::make_unique<Rare>();
      }};
  const std::unique_ptr<Mover> mover = make(Mode{"rare", &info, {}});
  has_no_engine = true;
  // Of one thread alone: the other waits, and is told.
  for (const std::size_t flow : {0U, 2U}) send_all(sources_[flow].first, "x");
  EXPECT_THROW(mover->move(kFlows), std::system_error);
  has_no_engine = false;
  for (const std::size_t flow : {1U, 3U}) send_all(sources_[flow].first, "x");
  EXPECT_EQ(mover->move(kFlows).out, kFlows) << "it can be had again";
}

TEST_F(ManyFlowsTest, TellsHowTheFirstEndedThatSpoiltIt) {
  const std::unique_ptr<Mover> mover = make(parse_mode("generic"));
  send_all(sources_[3].first, "half");
  sources_[3].first.reset();
  const Outcome spoilt = mover->move(kFlows * 10);
  EXPECT_EQ(spoilt.ended, Ended::eof);
  EXPECT_EQ(spoilt.in, 4U);
  EXPECT_EQ(spoilt.out, 4U);
  // Those that are left go on in the next.
  for (std::size_t i = 0; i < 3; ++i) send_all(sources_[i].first, "0123456789");
  const Outcome next = mover->move(kFlows * 10);
  EXPECT_EQ(next.ended, Ended::limit);
  EXPECT_EQ(next.in, 30U);
}

TEST_F(ManyFlowsTest, TellsWhatErrorWhichSideHad) {
  sinks_[2] = Fd(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const std::unique_ptr<Mover> mover = make(parse_mode("generic"));
  send_all(sources_[2].first, "0123456789");
  const Outcome outcome = mover->move(kFlows * 10);
  EXPECT_EQ(outcome.ended, Ended::error);
  EXPECT_EQ(outcome.side, Side::sink);
  EXPECT_EQ(outcome.error, ENOSPC);
  EXPECT_EQ(outcome.in, 10U);
  EXPECT_EQ(outcome.out, 0U);
  EXPECT_EQ(outcome.left, 10U);
}

}  // namespace
}  // namespace splicebench
