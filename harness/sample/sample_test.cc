// Samples with real processes: every path x mode end to end, and what happens when one of the three
// dies.

#include "harness/sample/sample.h"
#include "bench/paths/paths.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "bench/testing/children.h"
#include "harness/network/sockets.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/process_tree.h"
#include "harness/system/sys.h"
#include "harness/testing/programs.h"

namespace splicebench {
namespace {

SampleSetting setting(const std::string& placement = "none") {
  SampleSetting one;
  one.programs = testing::programs();
  one.placement = place(placement, allowed_cpus());
  one.file_dir = std::filesystem::temp_directory_path();
  one.timeout = 20;
  static SourceFile source(one.file_dir, 42);
  one.source = &source;
  return one;
}

SamplePlan plan(const std::string& path, const std::string& mode, std::int64_t chunk,
                std::int64_t iterations) {
  SamplePlan one;
  one.path = &path_named(path);
  one.mode = mode;
  one.chunk = chunk;
  one.iterations = iterations;
  one.seed = 42;
  return one;
}

using testing::children;

TEST(Sample, OfEveryPathAndModeDeliversTheContentWhole) {
  for (const PathInfo& path : paths()) {
    for (const char* mode : {"generic", "splice", "generic:buffer=auto", "generic:buffer=1MiB",
                             "splice:pipe=64KiB", "splice:piece=16KiB", "sendfile"}) {
      if (!parse_mode(mode).engine->why_not(path.kinds).empty()) continue;
      for (const std::int64_t chunk : {1024, 65536, 1048576}) {
        SamplePlan one = plan(path.name(), mode, chunk, 3);
        one.hashed = true;
        const SampleResult result = take_sample(one, setting());
        EXPECT_EQ(result.sample.error, "") << path.name() << " " << mode << " " << chunk;
        EXPECT_EQ(result.sample.bytes, 3 * chunk);
      }
    }
  }
}

/// A file from which just `bytes` can be read, and no writer.
PathInfo file_to_tcp(std::size_t bytes) {
  PathInfo path;
  path.kinds = {EndKind::file, EndKind::tcp};
  path.open = [bytes](const PathPlace&) {
    SocketPair sink = tcp_pair();
    set_nonblocking(sink.second.get());
    PathEnds ends;
    ends.source = Fd(::memfd_create("source", MFD_CLOEXEC));
    std::string content(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i) content[i] = static_cast<char>(i * i >> 3);
    EXPECT_EQ(::pwrite(ends.source.get(), content.data(), bytes, 0), static_cast<ssize_t>(bytes));
    ends.sink = std::move(sink.second);
    ends.reader = std::move(sink.first);
    return ends;
  };
  return path;
}

TEST(Sample, OfAFileReadsItFromItsBeginAgainAfterTheWarmUpAndInTheNextSample) {
  for (const char* mode : {"generic", "splice", "sendfile"}) {
    for (const std::int64_t iterations : {20, 10, 30}) {
      SamplePlan one = plan("file-to-tcp", mode, 4096, iterations);
      one.warmup = {5, 3};
      one.hashed = true;
      const SampleResult result = take_sample(one, setting());
      EXPECT_EQ(result.sample.error, "") << mode;
      EXPECT_EQ(result.sample.bytes, iterations * 4096);
    }
  }
}

TEST(Sample, OfAFileNeedsNoWriter) {
  const PathInfo path = file_to_tcp(20 * 4096);
  for (const bool hashed : {true, false}) {
    SamplePlan one = plan("tcp-to-tcp", "splice", 4096, 20);
    one.path = &path;
    one.hashed = hashed;
    one.warmup = {hashed ? 0 : 5, 1};
    const SampleResult result = take_sample(one, setting());
    EXPECT_EQ(result.sample.error, "");
    EXPECT_EQ(result.sample.bytes, 20 * 4096);
    EXPECT_TRUE(result.sample.reader.has_value());
    EXPECT_FALSE(result.sample.writer.has_value());
  }
}

TEST(Sample, OfNoRelayHasOneConnectionAndNothingOfARelay) {
  for (const char* path : {"tcp-to-tcp", "tcp-to-unix"}) {
    for (const bool hashed : {true, false}) {
      SamplePlan one = plan(path, kDirect, 4096, 100);
      one.hashed = hashed;
      const SampleResult result = take_sample(one, setting());
      EXPECT_EQ(result.sample.error, "");
      EXPECT_EQ(result.sample.bytes, 100 * 4096);
      EXPECT_TRUE(result.sample.writer.has_value());
      EXPECT_TRUE(result.sample.reader.has_value());
      EXPECT_FALSE(result.sample.relay.has_value());
      EXPECT_FALSE(result.sample.calls.has_value());
      EXPECT_FALSE(result.sample.facts.source.has_value());
    }
  }
}

TEST(Sample, RecordsWhatEachProcessAndTheEngineDid) {
  SamplePlan one = plan("tcp-to-tcp", "splice", 65536, 400);
  one.warmup = {50, 1};
  const SampleResult result = take_sample(one, setting());
  const Sample& sample = result.sample;
  ASSERT_EQ(sample.error, "");
  EXPECT_GT(sample.seconds, 0);
  EXPECT_GT(sample.warmup_seconds, 0);
  EXPECT_GT(sample.relay.value().total(), 0);
  ASSERT_TRUE(sample.writer.has_value());
  EXPECT_GT(sample.writer->total(), 0);
  ASSERT_TRUE(sample.reader.has_value());
  EXPECT_GT(sample.reader->total(), 0);
  EXPECT_GE(sample.system.busy,
            sample.relay->total() + sample.writer->total() + sample.reader->total());
  EXPECT_GT(sample.calls->in, 0);
  EXPECT_GT(sample.calls->out, 0);
  EXPECT_EQ(sample.calls->fallback, 0);
  EXPECT_EQ(got_by_name(result.granted).at("pipe"), 1 << 20);
}

TEST(Sample, AllocatesNothingInTheTimedPart) {
  for (const char* mode : {"generic", "splice"}) {
    for (const PathInfo& path : paths()) {
      const SampleResult result = take_sample(plan(path.name(), mode, 4096, 500), setting());
      ASSERT_EQ(result.sample.error, "");
      if (!result.sample.allocations) GTEST_SKIP() << "the sanitizer counts allocations here";
      EXPECT_EQ(*result.sample.allocations, 0) << path.name() << " " << mode;
      EXPECT_EQ(*result.sample.allocated_bytes, 0) << path.name() << " " << mode;
    }
  }
}

TEST(Sample, LeavesNoDescriptorAndNoProcess) {
  take_sample(plan("tcp-to-file", "splice", 4096, 10), setting());
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 10; ++i) take_sample(plan("tcp-to-file", "splice", 4096, 10), setting());
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_TRUE(children().empty());
}

TEST(Sample, NamesAModeTheRelayCannotMake) {
  const SampleResult result = take_sample(plan("tcp-to-tcp", "warp", 4096, 1), setting());
  EXPECT_NE(result.sample.error.find("there is no engine 'warp'"), std::string::npos)
      << result.sample.error;
}

TEST(Sample, ThatTakesTooLongSaysSo) {
  SampleSetting impatient = setting();
  impatient.timeout = 0.3;
  // 200 GB do not move in 0.3 s, and would take minutes.
  const double begin = monotonic_seconds();
  const SampleResult result =
      take_sample(plan("unix-to-null", "generic", 1 << 20, 200000), impatient);
  EXPECT_NE(result.sample.error.find("--timeout"), std::string::npos) << result.sample.error;
  EXPECT_LT(monotonic_seconds() - begin, 15);
  EXPECT_TRUE(children().empty());
}

TEST(Sample, InterruptedThrowsAndLeavesNoProcess) {
  set_interrupted(true);
  EXPECT_THROW(take_sample(plan("tcp-to-tcp", "splice", 4096, 10), setting()), Interrupted);
  set_interrupted(false);
  EXPECT_TRUE(children().empty());
}

class KillTest : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Victims, KillTest, ::testing::Values("writer", "reader", "relay"));

/// Kills the victim `delay` after it appeared, and says when.
std::thread killer(const std::string& victim, std::chrono::microseconds delay, double& when) {
  return std::thread([victim, delay, &when] {
    const pid_t pid = testing::wait_for_child(victim);
    if (pid == 0) return;
    std::this_thread::sleep_for(delay);
    when = monotonic_seconds();
    ::kill(pid, SIGKILL);
  });
}

TEST_P(KillTest, AtAnyMomentIsNamedAndTheOthersEnd) {
  for (const int milliseconds : {0, 1, 3, 10, 40, 100}) {
    double killed = 0;
    std::thread thread = killer(GetParam(), std::chrono::milliseconds(milliseconds), killed);
    // Longer than the longest delay: 40 GB.
    SamplePlan one = plan("tcp-to-tcp", "splice", 65536, 600000);
    one.warmup = {500, 1};
    const SampleResult result = take_sample(one, setting());
    const double end = monotonic_seconds();
    thread.join();
    EXPECT_NE(result.sample.error.find(std::string("the ") + GetParam() + " (process "),
              std::string::npos)
        << milliseconds << " ms: " << result.sample.error;
    EXPECT_NE(result.sample.error.find("killed by signal 9"), std::string::npos)
        << result.sample.error;
    // The others have a second to end by themselves; the rest is for a busy machine. It is before
    // the timeout.
    EXPECT_LT(end - killed, setting().timeout * 0.75);
    EXPECT_TRUE(children().empty());
  }
}

}  // namespace
}  // namespace splicebench
