// The quick part of the correctness suite on every engine and path, and proof that it can fail.

#include "bench/verify/suite.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include "bench/paths/paths.h"
#include "bench/verify/sanitized.h"
#include "bench/verify/trial.h"
#include "results/files/error.h"

namespace splicebench {
namespace {

CellSetting setting() {
  CellSetting one;
  one.jobs = 8;
  return one;
}

SuiteOptions options_of(const std::vector<std::string>& modes, bool quick) {
  SuiteOptions options;
  for (const std::string& mode : modes) options.modes.push_back(parse_mode(mode));
  for (const PathInfo& path : paths()) options.paths.push_back(&path);
  options.quick = quick;
  options.file_dir = std::filesystem::temp_directory_path();
  return options;
}

/// Every engine that is linked in, with its own parameters and with a small buffer or pipe.
std::vector<std::string> all_modes() {
  std::vector<std::string> modes;
  for (const EngineInfo& engine : engines()) {
    modes.push_back(engine.name);
    if (kSanitized) continue;
    for (const EngineParameter& parameter : engine.parameters)
      modes.push_back(engine.name + ":" + parameter.name + "=4KiB");
  }
  return modes;
}

std::vector<VerifiedCell> found_in(const std::vector<Cell>& cells, const CellSetting& how) {
  std::vector<VerifiedCell> found(cells.size());
  run_cells(cells, how,
            [&](std::size_t index, VerifiedCell cell) { found[index] = std::move(cell); });
  return found;
}

/// The cells of the quick part: engines as they are in every handling, and with a small buffer or
/// pipe in an event loop. Under a sanitizer, where a process takes ten times as long to end, the
/// event loop alone.
std::vector<Cell> quick_suite() {
  std::vector<Cell> cells = cells_of(options_of(all_modes(), true));
  cells.erase(std::remove_if(cells.begin(), cells.end(),
                             [](const Cell& cell) {
                               // The sanitizers make pipes of their own to look at memory.
                               if (kSanitized && cell.names.situation.ends_with("on pipe2"))
                                 return true;
                               const bool varied =
                                   kSanitized || cell.names.mode.find(':') != std::string::npos;
                               return varied &&
                                      cell.names.handling != name_of(Handling::event_loop);
                             }),
              cells.end());
  return cells;
}

/// Tried once and side by side, since most of them wait.
const std::vector<VerifiedCell>& quick_cells() {
  static const std::vector<VerifiedCell> found = found_in(quick_suite(), setting());
  return found;
}

std::vector<std::string> quick_situations() {
  std::vector<std::string> names;
  for (const Situation& situation : situations()) {
    if (situation.quick) names.push_back(situation.group + "/" + situation.name);
  }
  return names;
}

class QuickSituation : public ::testing::TestWithParam<std::string> {};

std::string test_name(const ::testing::TestParamInfo<std::string>& situation) {
  std::string name = std::to_string(situation.index) + "_" + situation.param;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Suite, QuickSituation, ::testing::ValuesIn(quick_situations()), test_name);

TEST_P(QuickSituation, IsSurvivedByEveryEngineOnEveryPath) {
  int tried = 0;
  for (const VerifiedCell& cell : quick_cells()) {
    if (cell.group + "/" + cell.situation != GetParam()) continue;
    EXPECT_NE(cell.status, VerifiedCell::Status::fail) << cell.name() << ": " << cell.text;
    if (cell.status == VerifiedCell::Status::pass) ++tried;
  }
  if (kSanitized && tried == 0) GTEST_SKIP() << "not in the sanitizers' part of the suite";
  EXPECT_GT(tried, 0);
}

TEST(Suite, HasEnoughCellsForTwoEngines) {
  const std::vector<Cell> cells = cells_of(options_of({"generic", "splice"}, false));
  const auto applicable = std::count_if(cells.begin(), cells.end(),
                                        [](const Cell& cell) { return cell.inapplicable.empty(); });
  EXPECT_GE(applicable, 1500);
}

TEST(Suite, HasNoTwoSituationsOfOneName) {
  std::set<std::string> names;
  for (const Situation& situation : situations()) {
    EXPECT_TRUE(names.insert(situation.group + "/" + situation.name).second) << situation.name;
  }
}

TEST(Suite, InjectsErrorsIntoTheCallsThatSpliceMakes) {
  for (const VerifiedCell& cell : quick_cells()) {
    if (cell.mode != "splice" || cell.group != "faults") continue;
    EXPECT_EQ(cell.status, VerifiedCell::Status::pass) << cell.name() << ": " << cell.text;
  }
}

TEST(Suite, FilterThatIsNoRegularExpressionIsRefused) {
  EXPECT_THROW(matching(cells_of(options_of({"generic"}, true)), "("), UsageError);
}

// Engines with one defect each.

/// read and write, but for what a defect changes.
class Copy : public Engine {
 public:
  void prepare(int source, int sink) override {
    source_ = source;
    sink_ = sink;
  }

  Outcome transfer(std::uint64_t limit, Waiting) override {
    Outcome outcome;
    while (outcome.in < limit) {
      wait_for(source_, POLLIN, calls_);
      const ssize_t got =
          ::read(source_, buffer_, std::min<std::uint64_t>(sizeof buffer_, limit - outcome.in));
      if (got < 0) continue;
      if (got == 0) {
        outcome.ended = Ended::eof;
        return outcome;
      }
      outcome.in += static_cast<std::uint64_t>(got);
      deliver(static_cast<std::size_t>(got), outcome);
    }
    return outcome;
  }

  std::map<std::string, std::int64_t> granted() const override { return {}; }

 protected:
  virtual void deliver(std::size_t size, Outcome& outcome) {
    std::size_t done = 0;
    while (done < size) {
      const ssize_t put = ::write(sink_, buffer_ + done, size - done);
      if (put < 0) wait_for(sink_, POLLOUT, calls_);
      if (put > 0) done += static_cast<std::size_t>(put);
    }
    outcome.out += size;
  }

  int source_ = -1;
  int sink_ = -1;
  char buffer_[4096] = {};
};

class ChangesAByte : public Copy {
  void deliver(std::size_t size, Outcome& outcome) override {
    if (size > 100) buffer_[99] ^= 1;
    Copy::deliver(size, outcome);
  }
};

class LosesAByte : public Copy {
  void deliver(std::size_t size, Outcome& outcome) override {
    Copy::deliver(size - 1, outcome);
    ++outcome.out;
  }
};

class Miscounts : public Copy {
  void deliver(std::size_t size, Outcome& outcome) override {
    Copy::deliver(size, outcome);
    --outcome.out;
  }
};

class Hangs : public Copy {
  void deliver(std::size_t, Outcome&) override {
    for (;;) ::pause();
  }
};

class Dies : public Copy {
  void deliver(std::size_t, Outcome&) override { ::_exit(7); }
};

class LeaksADescriptor : public Copy {
  void deliver(std::size_t size, Outcome& outcome) override {
    if (::dup(sink_) < 0) ::abort();
    Copy::deliver(size, outcome);
  }
};

class ChangesFlags : public Copy {
  void deliver(std::size_t size, Outcome& outcome) override {
    ::fcntl(sink_, F_SETFL, ::fcntl(sink_, F_GETFL) & ~O_NONBLOCK);
    Copy::deliver(size, outcome);
  }
};

class Spins : public Copy {
  void deliver(std::size_t size, Outcome& outcome) override {
    Copy::deliver(size, outcome);
    pollfd ready{source_, POLLIN, 0};
    while (::poll(&ready, 1, 0) == 0) {
    }
  }
};

/// Where the engine's own thread does not show it.
class SpinsElsewhere : public Copy {
 public:
  ~SpinsElsewhere() override {
    over_ = true;
    spinning_.join();
  }

 private:
  std::atomic<bool> over_ = false;
  std::thread spinning_{[this] {
    while (!over_) {
    }
  }};
};

/// Takes 2 MiB more from the source than the sink takes from it.
class Hoards : public Copy {
  void deliver(std::size_t size, Outcome& outcome) override {
    hoard_.append(buffer_, size);
    outcome.out += size;
    if (hoard_.size() < 2 << 20) return;
    for (std::size_t done = 0; done < hoard_.size();) {
      const ssize_t put = ::write(sink_, hoard_.data() + done, hoard_.size() - done);
      if (put < 0) wait_for(sink_, POLLOUT, calls_);
      if (put > 0) done += static_cast<std::size_t>(put);
    }
    hoard_.clear();
  }
  std::string hoard_;
};

/// A reset is told as an orderly end.
class TakesErrorsForTheEnd : public Copy {
 public:
  Outcome transfer(std::uint64_t limit, Waiting) override {
    Outcome outcome;
    while (outcome.in < limit) {
      wait_for(source_, POLLIN, calls_);
      const ssize_t got =
          ::read(source_, buffer_, std::min<std::uint64_t>(sizeof buffer_, limit - outcome.in));
      if (got <= 0) {
        outcome.ended = Ended::eof;
        break;
      }
      outcome.in += static_cast<std::uint64_t>(got);
      deliver(static_cast<std::size_t>(got), outcome);
    }
    return outcome;
  }
};

/// What `situation` says of an engine on tcp-to-tcp.
template <typename Defective>
VerifiedCell verdict_on(const std::string& situation, double timeout = 0) {
  EngineInfo info{"defective", "", {}, [](const std::map<std::string, std::int64_t>&) {
                    return std::unique_ptr<Engine>(std::make_unique<Defective>());
                  }};
  Subject subject;
  subject.mode = {"defective", &info, {}};
  subject.path = &path_named("tcp-to-tcp");
  subject.handling = Handling::non_blocking;
  const std::vector<Situation>& all = situations();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Situation& one) {
    return one.group + "/" + one.name == situation;
  });
  EXPECT_NE(found, all.end()) << situation;
  CellSetting how = setting();
  how.timeout = timeout;
  return found_in({cell_of(*found, subject, std::filesystem::temp_directory_path())}, how).front();
}

template <typename Defective>
void expect_failure(const std::string& situation, const std::string& part, double timeout = 0) {
  const VerifiedCell cell = verdict_on<Defective>(situation, timeout);
  EXPECT_EQ(cell.status, VerifiedCell::Status::fail);
  EXPECT_NE(cell.text.find(part), std::string::npos) << cell.text;
}

constexpr const char* kPlain = "limits/all of 100000 B";

TEST(SuiteThatFails, PassesAnEngineWithoutDefect) {
  const VerifiedCell cell = verdict_on<Copy>(kPlain);
  EXPECT_EQ(cell.status, VerifiedCell::Status::pass) << cell.text;
}

TEST(SuiteThatFails, SeesAWrongByteAndItsPosition) {
  expect_failure<ChangesAByte>(kPlain, "the byte at stream position 99 is wrong");
}

TEST(SuiteThatFails, SeesALostByte) { expect_failure<LosesAByte>(kPlain, "at the reader"); }

TEST(SuiteThatFails, SeesAWrongCount) { expect_failure<Miscounts>(kPlain, "out of balance"); }

TEST(SuiteThatFails, EndsAHang) { expect_failure<Hangs>(kPlain, "a hang", 0.5); }

TEST(SuiteThatFails, EndsAHangOfOneConnectionOfMany) {
  expect_failure<Hangs>("reuse/10000 relays one after the other",
                        "process was killed by signal 14");
}

TEST(SuiteThatFails, SeesADeath) { expect_failure<Dies>(kPlain, "ended with status 7"); }

TEST(SuiteThatFails, SeesALeakedDescriptor) {
  expect_failure<LeaksADescriptor>(kPlain, "descriptors were open before");
}

TEST(SuiteThatFails, SeesChangedFlags) { expect_failure<ChangesFlags>(kPlain, "status flags"); }

TEST(SuiteThatFails, LooksAtFlagsAndDescriptorsWhoeverDrivesTheEngine) {
  for (const char* const situation :
       {"two-way/late reply after half-close", "pace/last piece at once",
        "reuse/200 relays one after the other", "system limits/200 relays without privilege"}) {
    expect_failure<ChangesFlags>(situation, "status flags");
    expect_failure<LeaksADescriptor>(situation, "descriptors were open");
  }
}

TEST(SuiteThatFails, SeesWhatWentWrongBeforeTheSituationTurnedOutInapplicable) {
  expect_failure<LosesAByte>("faults/EIO on the second splice from the source", "at the reader");
}

TEST(SuiteThatFails, SeesAResetOfATwoWayRelayTakenForTheEnd) {
  expect_failure<TakesErrorsForTheEnd>("two-way/reset, client first", "expected ECONNRESET");
  expect_failure<TakesErrorsForTheEnd>("two-way/reset, server first", "expected ECONNRESET");
}

TEST(SuiteThatFails, SeesMemoryThatGrowsWhileTheReaderStalls) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer's memory grows, too";
  expect_failure<Hoards>("pace/reader stalls for 1 s", "the process grew by");
}

TEST(SuiteThatFails, SeesCpuTimeOfAnotherThreadInAStall) {
  expect_failure<SpinsElsewhere>("pace/writer stalls for 1 s", "of CPU time in a stall");
}

TEST(SuiteThatFails, SeesCpuTimeInAStall) {
  expect_failure<Spins>("pace/slow writer, 1 B in 10 ms", "of CPU time in a stall");
}

}  // namespace
}  // namespace splicebench
