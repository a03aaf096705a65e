// That an engine does by its own mechanism what it says, takes for it what it says and gives all of
// it back, and how it goes from one connection to the next.

#include <gtest/gtest.h>
#include <liburing.h>
#include <linux/bpf.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "bench/engines/ring/ring.h"
#include "bench/engines/sockmap/redirection.h"
#include "bench/testing/awaited.h"
#include "bench/testing/eventually.h"
#include "bench/testing/every_engine.h"
#include "bench/verify/sanitized.h"
#include "harness/engine/driver.h"
#include "harness/system/process_tree.h"

namespace splicebench {
namespace {

class EngineMechanism : public EveryEngine {};
INSTANTIATE_TEST_SUITE_P(Modes, EngineMechanism, ::testing::ValuesIn(kEveryMode), test_name);

using testing::happens;
using testing::wait_for_bytes;

TEST_P(EngineMechanism, MovesTheBytesWhereNothingRefusesIt) {
  SocketPair sink = tcp_pair();
  prepare(sink.second.get());
  for (const std::size_t size : {1U, 100000U}) {
    const std::string text = content(size);
    send_all(source_.first, text);
    const Outcome outcome = drive(*engine_, source_.second.get(), sink.second.get(), size);
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_EQ(outcome.in, size);
    EXPECT_EQ(outcome.out, size);
    EXPECT_EQ(receive(sink.first, size), text);
  }
  EXPECT_EQ(engine_->calls().fallback, 0);
  for (const Granted& one : engine_->granted()) {
    EXPECT_GT(one.got, 0) << one.name;
    EXPECT_EQ(one.asked.value_or(one.got), one.got) << one.name;
  }
}

TEST_P(EngineMechanism, TakesTheDescriptorsItDeclaresAndGivesAllBackWithItsMemory) {
  SocketPair sink = tcp_pair();
  const auto make_one = [&] {
    engine_ = mode_.make();
    prepare(sink.second.get());
  };
  make_one();  // and what is made but once
  engine_.reset();
  const std::size_t before = open_descriptors();
  const std::int64_t memory = memory_of(0, "VmRSS").value_or(0);
  constexpr std::int64_t kTimes = 100;
  for (int i = 0; i < kTimes; ++i) {
    make_one();
    ASSERT_EQ(open_descriptors() - before, static_cast<std::size_t>(mode_.engine->descriptors));
  }
  engine_.reset();
  EXPECT_EQ(open_descriptors(), before);
  // None has less than 16 KiB.
  if (!kSanitized) {
    EXPECT_LT(memory_of(0, "VmRSS").value_or(0) - memory, kTimes * (8 << 10));
  }
}

TEST_P(EngineMechanism, DoesNotWaitForWhatIsThere) {
  if (!mode_.engine->spares_source) GTEST_SKIP() << "the kernel moves it in its own time";
  SocketPair sink = tcp_pair();
  prepare(sink.second.get());
  for (int i = 0; i < 3; ++i) {
    send_all(source_.first, "0123456789");
    wait_for_bytes(source_.second, 10);
    const Outcome outcome = engine_->transfer(10);
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_EQ(outcome.out, 10U);
    EXPECT_EQ(receive(sink.first, 10), "0123456789");
  }
}

TEST_P(EngineMechanism, CountsAsShortWhatMovedLessThanWasAskedFor) {
  if (!mode_.engine->spares_source) GTEST_SKIP() << "it counts no calls";
  SocketPair sink = tcp_pair();
  prepare(sink.second.get());
  send_all(source_.first, "0123456789");
  wait_for_bytes(source_.second, 10);
  drive(*engine_, source_.second.get(), sink.second.get(), 10);
  EXPECT_EQ(engine_->calls().short_in, 0);
  EXPECT_EQ(engine_->calls().short_out, 0);
  // What a ring receives into a buffer was asked for by nobody.
  const bool asks = GetParam().rfind("uring", 0) != 0 || mode_.engine->name == "uring:splice";
  send_all(source_.first, "0123456789");
  wait_for_bytes(source_.second, 10);
  testing::eventually([&] { return engine_->transfer(100).in > 0; });
  EXPECT_EQ(engine_->calls().short_in, asks ? 1 : 0);
  EXPECT_EQ(engine_->calls().short_out, 0);
}

/// What there is to wait for the driver waits for.
TEST_P(EngineMechanism, WaitsForNothingByItself) {
  if (mode_.engine->name == "uring:splice") GTEST_SKIP() << "it waits for a thread of the kernel's";
  SocketPair sink = tcp_pair();
  prepare(sink.second.get());
  engine_->transfer(10);
  const auto times_waited = [] {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
  };
  const auto before = times_waited();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(engine_->transfer(10).ended, Ended::would_block);
  EXPECT_LT(times_waited() - before, 25);
}

TEST_P(EngineMechanism, AtItsLimitTellsTheEndInTheNextCallOnly) {
  SocketPair sink = tcp_pair();
  prepare(sink.second.get());
  send_all(source_.first, "0123456789");
  source_.first.reset();
  EXPECT_EQ(drive(*engine_, source_.second.get(), sink.second.get(), 10).ended, Ended::limit);
  errno = ENOENT;  // of whatever came before
  const Outcome next = drive(*engine_, source_.second.get(), sink.second.get(), 10);
  EXPECT_EQ(next.ended, Ended::eof);
  EXPECT_EQ(next.in + next.out + next.left, 0U);
  EXPECT_EQ(receive(sink.first, 10), "0123456789");
}

TEST_P(EngineMechanism, ServesOneConnectionAfterAnother) {
  SocketPair sink = tcp_pair();
  prepare(sink.second.get());
  for (unsigned i = 0; i < 5; ++i) {
    const std::string text = content(20000, i);
    send_all(source_.first, text);
    const auto go_on = [&] {
      return drive(*engine_, source_.second.get(), sink.second.get(), text.size());
    };
    const Outcome outcome = go_on();
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_EQ(outcome.in, text.size());
    EXPECT_EQ(outcome.out, text.size());
    EXPECT_EQ(receive(sink.first, text.size()), text);
    // However the one before ends: what it has not read makes a reset of it.
    const bool is_reset = i % 2 == 1;
    if (is_reset) send_all(source_.second, "not read");
    if (is_reset) wait_for_bytes(source_.first, 8);
    source_.first.reset();
    const Outcome end = go_on();
    EXPECT_EQ(end.ended, is_reset ? Ended::error : Ended::eof);
    EXPECT_EQ(end.side, is_reset ? Side::source : Side::none);
    EXPECT_EQ(end.error, is_reset ? ECONNRESET : 0);
    EXPECT_EQ(end.in + end.out + end.left, 0U);
    source_ = tcp_pair();
    sink = tcp_pair();
    set_nonblocking(source_.second.get());
    set_nonblocking(sink.second.get());
    engine_->rebind(source_.second.get(), sink.second.get());
  }
  engine_->rebind(source_.second.get(), sink.second.get());  // to the same ones once more
  EXPECT_EQ(engine_->calls().fallback, 0);
}

TEST_P(EngineMechanism, WaitsForASinkThatIsFull) {
  if (!mode_.engine->spares_source) GTEST_SKIP() << "the kernel takes what comes";
  SocketPair sink = tcp_pair();
  prepare(sink.second.get());
  set_nonblocking(source_.first.get());
  const std::string much = content(1 << 20);
  bool quiet = false;
  for (int turn = 0; turn < 5000 && !quiet; ++turn) {
    const ssize_t sent = ::send(source_.first.get(), much.data(), much.size(), MSG_NOSIGNAL);
    const Outcome outcome = engine_->transfer(1 << 30);
    ASSERT_EQ(outcome.ended, Ended::would_block);
    quiet = sent < 0 && outcome.in + outcome.out == 0 && !happens(outcome.awaited, 20);
  }
  EXPECT_TRUE(quiet) << "woken again and again";
}

TEST_P(EngineMechanism, WithoutDescriptorsIsReplacedByCopyingWhichItSays) {
  SocketPair sink = tcp_pair();
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none_left{3, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none_left);
  prepare(sink.second.get());
  ::setrlimit(RLIMIT_NOFILE, &before);
  const bool takes_some = mode_.engine->descriptors > 0;
  EXPECT_EQ(engine_->calls().fallback, takes_some ? 1 : 0);
  bool is_told = false;
  for (const Granted& one : engine_->granted()) is_told = is_told || one.got == 0;
  EXPECT_EQ(is_told, takes_some);
  const std::string text = content(70000);
  send_all(source_.first, text);
  EXPECT_EQ(drive(*engine_, source_.second.get(), sink.second.get(), text.size()).out, text.size());
  EXPECT_EQ(receive(sink.first, text.size()), text);
  // What its sink does not take it holds.
  SocketSettings small;
  small.buffer = 16 << 10;
  sink = tcp_pair(small);
  set_nonblocking(sink.second.get());
  set_nonblocking(source_.first.get());
  engine_->rebind(source_.second.get(), sink.second.get());
  const std::string much = content(1 << 20);
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  EXPECT_TRUE(testing::eventually([&] {
    ::send(source_.first.get(), much.data(), much.size(), MSG_NOSIGNAL);
    const Outcome outcome = engine_->transfer(kNoLimit);
    in += outcome.in;
    out += outcome.out;
    EXPECT_EQ(in, out + outcome.left);
    return outcome.left > 0;
  }));
}

TEST_P(EngineMechanism, WaitsForNothingOfTheConnectionBefore) {
  SocketPair first_sink = tcp_pair();
  prepare(first_sink.second.get());
  send_all(source_.first, "0123456789");
  EXPECT_EQ(drive(*engine_, source_.second.get(), first_sink.second.get(), 10).out, 10U);
  EXPECT_EQ(engine_->transfer(10).ended, Ended::would_block);
  const SocketPair source = tcp_pair();
  const SocketPair sink = tcp_pair();
  set_nonblocking(source.second.get());
  set_nonblocking(sink.second.get());
  engine_->rebind(source.second.get(), sink.second.get());
  send_all(source_.first, "of no interest any more");
  wait_for_bytes(source_.second, 23);
  source_.first.reset();
  // Nor for what goes the other way.
  send_all(sink.first, "an answer");
  ASSERT_TRUE(wait_for_event(sink.second, POLLIN));
  bool quiet = false;
  for (int turn = 0; turn < 5 && !quiet; ++turn) {
    const Outcome outcome = engine_->transfer(10);
    ASSERT_EQ(outcome.ended, Ended::would_block);
    EXPECT_EQ(outcome.in, 0U);
    quiet = !happens(outcome.awaited, 20);
  }
  EXPECT_TRUE(quiet) << "woken again and again";
  send_all(source.first, "now");
  EXPECT_EQ(drive(*engine_, source.second.get(), sink.second.get(), 3).out, 3U);
  EXPECT_EQ(receive(sink.first, 3), "now");
}

// Where an engine says that it cannot be had, nothing of it is tested: that must be so.

TEST(Availability, OfASockmapIsThatOfTheKernelsMaps) {
  const auto can_make = [](bpf_map_type type, std::uint32_t key, std::uint32_t value,
                           std::uint32_t entries) {
    bpf_attr attributes;
    std::memset(&attributes, 0, sizeof attributes);
    attributes.map_type = type;
    attributes.key_size = key;
    attributes.value_size = value;
    attributes.max_entries = entries;
    return static_cast<bool>(
        Fd(static_cast<int>(::syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes))));
  };
  const std::uint32_t page = static_cast<std::uint32_t>(::sysconf(_SC_PAGESIZE));
  if (!can_make(BPF_MAP_TYPE_SOCKMAP, 4, 8, 1) || !can_make(BPF_MAP_TYPE_RINGBUF, 0, 0, page))
    GTEST_SKIP() << why_no_redirection();
  EXPECT_EQ(why_no_redirection(), "");
  Redirection one;
  EXPECT_EQ(one.open(), 0);
  EXPECT_TRUE(one);
}

TEST(Availability, OfRingsIsThatOfTheKernelsRequests) {
  io_uring ring{};
  if (::io_uring_queue_init(4, &ring, 0) != 0) GTEST_SKIP() << why_no_ring();
  io_uring_probe* const known = ::io_uring_get_probe_ring(&ring);
  ASSERT_NE(known, nullptr);
  const auto knows = [known](int request) {
    return ::io_uring_opcode_supported(known, request) != 0;
  };
  const bool bundles = (ring.features & kFeatureBundle) != 0;
  EXPECT_EQ(why_no_ring().empty(), knows(IORING_OP_SEND_ZC));
  EXPECT_EQ(why_no_bundles().empty(), knows(IORING_OP_SEND_ZC) && bundles);
  EXPECT_EQ(why_no_zero_copy().empty(), knows(IORING_OP_SENDMSG_ZC));
  EXPECT_EQ(why_no_ring_splice().empty(), knows(IORING_OP_SPLICE));
  ::io_uring_free_probe(known);
  ::io_uring_queue_exit(&ring);
}

}  // namespace
}  // namespace splicebench
