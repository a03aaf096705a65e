// What an engine says that it got, and has before the clock begins.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#include "bench/testing/bytes.h"
#include "bench/testing/no_descriptors.h"
#include "bench/testing/refused_calls.h"
#include "bench/verify/sanitized.h"
#include "harness/engine/driver.h"
#include "harness/network/sockets.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

using Got = std::map<std::string, std::int64_t>;

/// None where it cannot be had here.
std::unique_ptr<Engine> engine_of(const std::string& mode) {
  const Mode parsed = parse_mode(mode);
  return parsed.engine->why_unavailable().empty() ? parsed.make() : nullptr;
}

TEST(Granted, IsWhatWasAskedForByItsNameOrWhatThereIsInstead) {
  struct Row {
    const char* mode;
    Got got;
    Got without;  ///< descriptors
  };
  const Row rows[] = {
      {"generic:buffer=5000", {{"buffer", 5000}}, {{"buffer", 5000}}},
      {"generic:buffer=auto",
       {{"buffer", 262144}, {"first read", 1024}},
       {{"buffer", 262144}, {"first read", 1024}}},
      {"splice:pipe=64KiB", {{"pipe", 65536}}, {{"pipe", 0}}},
      {"uring:splice,pipe=64KiB", {{"ring", 1}, {"pipe", 65536}}, {{"ring", 0}, {"pipe", 0}}},
      {"zerocopy:buffers=3,size=5000",
       {{"buffers", 15000}, {"buffer", 5000}, {"zero copy", 1}},
       {{"buffers", 15000}, {"buffer", 5000}, {"zero copy", 0}}},
      {"uring:buffers=3,size=5000",
       {{"ring", 15000}, {"buffer", 5000}},
       {{"ring", 0}, {"buffer", 65536}}},
      {"uring:bundle,buffers=3,size=5000",
       {{"ring", 15000}, {"buffer", 5000}},
       {{"ring", 0}, {"buffer", 65536}}},
      {"uring:zc,buffers=3,size=5000",
       {{"ring", 15000}, {"buffer", 5000}},
       {{"ring", 0}, {"buffer", 65536}}},
      {"sockmap", {{"redirection", 1}}, {{"redirection", 0}}},
  };
  const SocketPair source = tcp_pair();
  const SocketPair sink = tcp_pair();
  for (const Row& row : rows) {
    for (const bool has_descriptors : {true, false}) {
      const std::unique_ptr<Engine> engine = engine_of(row.mode);
      if (!engine) continue;
      {
        std::optional<NoDescriptors> none;
        if (!has_descriptors) none.emplace();
        engine->prepare(source.second.get(), sink.second.get());
      }
      EXPECT_EQ(got_by_name(engine->granted()), has_descriptors ? row.got : row.without)
          << row.mode;
      for (const Granted& one : engine->granted()) {
        const auto asked = row.got.find(one.name);
        const bool is_instead = !has_descriptors && one.name == "buffer";
        if (!is_instead && asked != row.got.end()) {
          EXPECT_EQ(one.asked.value_or(one.got), asked->second) << row.mode << " " << one.name;
        }
      }
    }
  }
}

/// Bytes of memory that this process has for itself, by what its page tables say.
std::int64_t own_memory() {
  std::ifstream file("/proc/self/smaps_rollup");
  for (std::string word; file >> word;) {
    std::int64_t kib = 0;
    if (word == "Anonymous:" && file >> kib) return kib << 10;
  }
  return -1;
}

/// Also that of a copy in place of what an engine does by itself.
TEST(Memory, IsTheKernelsUntilItIsTouched) {
  struct Row {
    const char* mode;
    std::int64_t bytes;
  };
  if (own_memory() < 0) GTEST_SKIP() << "the kernel does not say";
  const SocketPair source = tcp_pair();
  const SocketPair sink = tcp_pair();
  for (const Row& row : {Row{"generic:buffer=1MiB", 1 << 20}, Row{"splice:pipe=64KiB", 64 << 10},
                         Row{"uring:splice,pipe=64KiB", 64 << 10}, Row{"sendfile", 64 << 10},
                         Row{"zerocopy", 1 << 20}, Row{"sockmap", 64 << 10}}) {
    const std::unique_ptr<Engine> engine = engine_of(row.mode);
    if (!engine) continue;
    engine->prepare(source.second.get(), sink.second.get());
    const std::int64_t prepared = own_memory();
    engine->touch();
    const std::int64_t touched = own_memory();
    EXPECT_GE(touched - prepared, row.bytes) << row.mode;
    engine->touch();
    if (kSanitized) continue;  // whose memory grows by itself
    EXPECT_LT(own_memory() - touched, row.bytes) << row.mode << " has more each time";
  }
}

std::int64_t faults() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt;
}

TEST(Memory, IsTouchedBeforeTheFirstByte) {
  if (kSanitized) GTEST_SKIP() << "the sanitizer's memory is touched, too";
  constexpr std::size_t kBytes = 200000;
  const std::string text = content(kBytes);
  for (const char* const mode : {"generic:buffer=1MiB", "uring", "uring:zc", "zerocopy"}) {
    std::int64_t count = 0;
    for (const bool counts : {false, true}) {
      const SocketPair source = unix_pair();
      const SocketPair sink = tcp_pair();
      const int large = 4 << 20;
      for (const Fd* const end : {&source.first, &sink.second})
        ::setsockopt(end->get(), SOL_SOCKET, SO_SNDBUFFORCE, &large, sizeof large);
      ::setsockopt(sink.first.get(), SOL_SOCKET, SO_RCVBUFFORCE, &large, sizeof large);
      set_nonblocking(source.second.get());
      set_nonblocking(sink.second.get());
      const std::unique_ptr<Engine> engine = engine_of(mode);
      if (!engine) break;
      engine->prepare(source.second.get(), sink.second.get());
      engine->touch();
      for (int i = 0; i < 10; ++i) {
        send_all(source.first, text);
        const std::int64_t before = faults();
        const Outcome outcome = drive(*engine, source.second.get(), sink.second.get(), text.size());
        if (counts) count += faults() - before;
        ASSERT_EQ(outcome.out, text.size()) << mode;
        ASSERT_EQ(receive(sink.first, text.size()), text) << mode;
      }
    }
    EXPECT_LT(count, 20) << mode;
  }
}

/// To a file that must be appended to, which neither splice(2) nor sendfile(2) takes.
TEST(FallBack, IsOfSixtyFourKibAtATime) {
  struct Row {
    const char* mode;
    std::int64_t in;
    std::int64_t out;
  };
  // What was spliced came in by one call, and back by two; a call more says that it cannot be.
  for (const auto& [mode, in, out] :
       {Row{"splice", 3, 3}, Row{"sendfile", 2, 3}, Row{"sockmap", 2, 2}, Row{"uring", 2, 2}}) {
    const Fd source(::memfd_create("source", MFD_CLOEXEC));
    const Fd sink(::memfd_create("sink", MFD_CLOEXEC));
    ASSERT_EQ(::ftruncate(source.get(), 128 << 10), 0);
    ::fcntl(sink.get(), F_SETFL, O_APPEND);
    const std::unique_ptr<Engine> engine = engine_of(mode);
    if (!engine) continue;
    {
      std::optional<NoDescriptors> none;
      if (mode == std::string("uring")) none.emplace();
      engine->prepare(source.get(), sink.get());
    }
    EXPECT_EQ(engine->transfer(128 << 10).out, 128U << 10);
    const Calls calls = engine->calls();
    EXPECT_EQ(calls.fallback, 1) << mode;
    EXPECT_EQ(calls.in, in) << mode;
    EXPECT_EQ(calls.out, out) << mode;
  }
}

/// A write that takes nothing and says no error is not tried for ever.
TEST(FallBack, IntoASinkThatTakesNothingIsAnError) {
  const SocketPair source = unix_pair();
  const SocketPair sink = unix_pair();
  send_all(source.first, "bytes");
  const std::unique_ptr<Engine> engine = engine_of("generic");
  engine->prepare(source.second.get(), sink.second.get());
  Outcome outcome;
  std::thread([&] {
    testing::refuse_call(SYS_write, 0);
    outcome = engine->transfer(5);
  }).join();
  EXPECT_EQ(outcome.ended, Ended::error);
  EXPECT_EQ(outcome.side, Side::sink);
  EXPECT_EQ(outcome.error, EIO);
  EXPECT_EQ(outcome.left, 5U);
  EXPECT_EQ(engine->transfer(0).out, 5U);
}

TEST(DirectFile, ThatCannotBeOpenedAnewFailsAsItDid) {
  ::signal(SIGPIPE, SIG_IGN);
  const TemporaryDirectory directory;
  const Fd file(
      ::open((directory.path() / "file").c_str(), O_CREAT | O_RDWR | O_DIRECT | O_CLOEXEC, 0600));
  if (!file) GTEST_SKIP() << "no O_DIRECT in " << directory.path();
  const SocketPair source = unix_pair();
  send_all(source.first, "0123456789");
  const std::unique_ptr<Engine> engine = engine_of("generic");
  engine->prepare(source.second.get(), file.get());
  Outcome outcome;
  {
    const NoDescriptors none;
    outcome = engine->transfer(10);
  }
  if (outcome.ended == Ended::limit) GTEST_SKIP() << "it takes any size";
  EXPECT_EQ(outcome.ended, Ended::error);
  EXPECT_EQ(outcome.side, Side::sink);
  EXPECT_EQ(outcome.error, EINVAL);
  EXPECT_EQ(outcome.left, 10U);
  EXPECT_EQ(engine->transfer(0).out, 10U) << "there are descriptors again";
  char text[11] = {};
  EXPECT_EQ(::pread(file.get(), text, 10, 0), -1) << "it is as direct as it was";
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_CUR), 10);
}

/// The piece that O_DIRECT does not take, however small, wherever it begins; and not a byte of the
/// next connection goes there.
TEST(DirectFile, TakesATailWhereItIsAndNothingOfWhatComesAfter) {
  const TemporaryDirectory directory;
  for (const char* const mode : {"generic", "splice", "uring:splice"}) {
    const std::unique_ptr<Engine> engine = engine_of(mode);
    if (!engine) continue;
    const Fd file(::open((directory.path() / "file").c_str(),
                         O_CREAT | O_TRUNC | O_RDWR | O_DIRECT | O_CLOEXEC, 0600));
    if (!file) GTEST_SKIP() << "no O_DIRECT in " << directory.path();
    const SocketPair source = unix_pair();
    const SocketPair sink = unix_pair();
    engine->prepare(source.second.get(), file.get());
    for (int i = 1; i <= 3; ++i) {
      send_all(source.first, "x");
      EXPECT_EQ(engine->transfer(1).out, 1U) << mode;
      EXPECT_EQ(::lseek(file.get(), 0, SEEK_CUR), i) << mode;
    }
    engine->rebind(source.second.get(), sink.second.get());
    send_all(source.first, "elsewhere");
    EXPECT_EQ(engine->transfer(9).out, 9U) << mode;
    EXPECT_EQ(receive(sink.first, 9), "elsewhere") << mode;
    EXPECT_EQ(::lseek(file.get(), 0, SEEK_END), 3) << mode;
  }
}

/// EINVAL of something else is no reason to open it anew.
TEST(DirectFile, IsOneThatWasOpenedSo) {
  const SocketPair source = unix_pair();
  // Takes eight bytes at a time.
  const Fd event(::eventfd(0, EFD_CLOEXEC));
  send_all(source.first, "1234");
  const std::unique_ptr<Engine> engine = engine_of("generic");
  engine->prepare(source.second.get(), event.get());
  const Outcome outcome = engine->transfer(4);
  EXPECT_EQ(outcome.ended, Ended::error);
  EXPECT_EQ(outcome.side, Side::sink);
  EXPECT_EQ(outcome.error, EINVAL);
  EXPECT_EQ(outcome.left, 4U);
}

TEST(Sendfile, SaysWhichOfBothDescriptorsIsNone) {
  for (const bool is_file : {true, false}) {
    Fd file(::memfd_create("file", MFD_CLOEXEC));
    ASSERT_EQ(::write(file.get(), "0123456789", 10), 10);
    ::lseek(file.get(), 0, SEEK_SET);
    SocketPair sink = tcp_pair();
    const std::unique_ptr<Engine> engine = engine_of("sendfile");
    engine->prepare(file.get(), sink.second.get());
    EXPECT_EQ(engine->transfer(4).out, 4U);
    (is_file ? file : sink.second).reset();
    const Outcome outcome = engine->transfer(4);
    EXPECT_EQ(outcome.ended, Ended::error);
    EXPECT_EQ(outcome.error, EBADF);
    EXPECT_EQ(outcome.side, is_file ? Side::source : Side::sink);
    EXPECT_EQ(engine->calls().fallback, 0);
  }
}

}  // namespace
}  // namespace splicebench
