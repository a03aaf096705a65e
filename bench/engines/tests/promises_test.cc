// What an engine says that it got, and has before the clock begins.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <map>
#include <string>

#include "bench/testing/bytes.h"
#include "bench/testing/no_descriptors.h"
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
  for (const char* const mode : {"splice", "sendfile"}) {
    const Fd source(::memfd_create("source", MFD_CLOEXEC));
    const Fd sink(::memfd_create("sink", MFD_CLOEXEC));
    ASSERT_EQ(::ftruncate(source.get(), 128 << 10), 0);
    ::fcntl(sink.get(), F_SETFL, O_APPEND);
    const std::unique_ptr<Engine> engine = engine_of(mode);
    engine->prepare(source.get(), sink.get());
    EXPECT_EQ(engine->transfer(128 << 10).out, 128U << 10);
    const Calls calls = engine->calls();
    EXPECT_EQ(calls.fallback, 1) << mode;
    // What was spliced came in by one call, and back by two.
    EXPECT_EQ(calls.in, mode == std::string("splice") ? 3 : 2);
    EXPECT_EQ(calls.out, 3) << mode;
  }
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
