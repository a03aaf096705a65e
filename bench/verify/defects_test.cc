// Proof that the correctness suite can fail.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "bench/paths/paths.h"
#include "bench/verify/sanitized.h"
#include "bench/verify/suite.h"

namespace splicebench {
namespace {

// Engines with one defect each. They wait themselves, which no engine need, but none is hindered.

void wait_until(int fd, short events) {
  pollfd waiting{fd, events, 0};
  while (::poll(&waiting, 1, -1) < 0 && errno == EINTR) {
  }
}

/// read and write, but for what a defect changes.
class Copy : public Engine {
 public:
  void prepare(int source, int sink) override {
    source_ = source;
    sink_ = sink;
  }

  Outcome transfer(std::uint64_t limit) override {
    Outcome outcome;
    while (outcome.in < limit) {
      wait_until(source_, POLLIN);
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

 protected:
  virtual void deliver(std::size_t size, Outcome& outcome) {
    std::size_t done = 0;
    while (done < size) {
      const ssize_t put = ::write(sink_, buffer_ + done, size - done);
      if (put < 0) wait_until(sink_, POLLOUT);
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
      if (put < 0) wait_until(sink_, POLLOUT);
      if (put > 0) done += static_cast<std::size_t>(put);
    }
    hoard_.clear();
  }
  std::string hoard_;
};

/// A reset is told as an orderly end.
class TakesErrorsForTheEnd : public Copy {
 public:
  Outcome transfer(std::uint64_t limit) override {
    Outcome outcome;
    while (outcome.in < limit) {
      wait_until(source_, POLLIN);
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

/// Lent to another flow it goes on with the sink of the first.
class KeepsItsSink : public Copy {
 public:
  void rebind(int source, int) override { source_ = source; }
};

/// What `situation` says of an engine on tcp-to-tcp.
template <typename Defective>
VerifiedCell verdict_on(const std::string& situation, double timeout = 0, std::int64_t flows = 1) {
  const EngineInfo info{
      .name = "defective",
      .help = "",
      .parameters = {},
      .make = [](const EngineValues&) { return std::make_unique<Defective>(); },
  };
  Subject subject;
  subject.mode = {"defective", &info, {}};
  subject.path = &path_named("tcp-to-tcp");
  subject.handling = flows > 1 ? Handling::event_loop : Handling::non_blocking;
  subject.flows = flows;
  const std::vector<Situation>& all = situations();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Situation& one) {
    return one.group + "/" + one.name == situation;
  });
  EXPECT_NE(found, all.end()) << situation;
  CellSetting how;
  how.timeout = timeout;
  VerifiedCell seen;
  run_cells({cell_of(*found, subject, std::filesystem::temp_directory_path())}, how,
            [&](std::size_t, VerifiedCell cell) { seen = std::move(cell); });
  return seen;
}

template <typename Defective>
void expect_failure(const std::string& situation, const std::string& part, double timeout = 0,
                    std::int64_t flows = 1) {
  const VerifiedCell cell = verdict_on<Defective>(situation, timeout, flows);
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

TEST(SuiteThatFails, PassesAnEngineWithoutDefectAmongOtherFlows) {
  const VerifiedCell cell = verdict_on<Copy>(kPlain, 0, 3);
  EXPECT_EQ(cell.status, VerifiedCell::Status::pass) << cell.text;
}

TEST(SuiteThatFails, SeesBytesOfOneFlowInAnother) {
  const VerifiedCell cell = verdict_on<KeepsItsSink>(kPlain, 10, 3);
  EXPECT_EQ(cell.status, VerifiedCell::Status::fail);
  // Whose reader looks first decides whether bytes are found where they are not due or missed where
  // they are.
  EXPECT_TRUE(cell.text.find("the byte at stream position") != std::string::npos ||
              cell.text.find("expected 100000 bytes at the reader") != std::string::npos)
      << cell.text;
}

TEST(SuiteThatFails, SeesALostByteOfAnotherFlow) {
  expect_failure<LosesAByte>("sizes/0 B in writes of 1 B", "of flow 1 beside", 10, 3);
}

TEST(SuiteThatFails, SeesALostByteAndWhichCameInItsPlace) {
  expect_failure<LosesAByte>(kPlain, "4095 is wrong: from there on come the bytes of 4096");
}

TEST(SuiteThatFails, SeesAWrongCount) { expect_failure<Miscounts>(kPlain, "out of balance"); }

TEST(SuiteThatFails, EndsAHang) { expect_failure<Hangs>(kPlain, "a hang", 0.5); }

TEST(SuiteThatFails, EndsAHangOfOneConnectionOfMany) {
  expect_failure<Hangs>("reuse/10000 relays one after the other", "was killed by signal 14");
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
