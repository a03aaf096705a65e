// What every engine keeps on every way through it: limits of a call, memory, no byte held back,
// flags of descriptors.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "bench/testing/eventually.h"
#include "bench/testing/every_engine.h"
#include "harness/engine/driver.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

INSTANTIATE_TEST_SUITE_P(Modes, EveryEngine, ::testing::ValuesIn(kEveryMode), test_name);

/// Bytes that TCP was told to keep (MSG_MORE, SPLICE_F_MORE, TCP_CORK, or no TCP_NODELAY), for 200
/// ms: nothing is under way any more whose acknowledgement they could wait for, and the reader's
/// window is open.
int held_back(const Fd& sink) {
  int unsent = 0;
  for (int alike = 0; alike < 3;) {
    int unacknowledged = 0;
    EXPECT_EQ(::ioctl(sink.get(), SIOCOUTQNSD, &unsent), 0);
    EXPECT_EQ(::ioctl(sink.get(), SIOCOUTQ, &unacknowledged), 0);
    if (unsent == 0) return 0;
    alike = unacknowledged == unsent ? alike + 1 : 0;
    ::usleep(1000);
  }
  return unsent;
}

void set_buffers(const Fd& socket, int size) {
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

TEST_P(EveryEngine, HoldsNoByteBackWhateverTheSize) {
  SocketPair sink = tcp_pair();
  // Each size fits in whole: nobody reads before all is sent.
  for (const Fd* const end : {&source_.first, &source_.second, &sink.first, &sink.second})
    set_buffers(*end, 1 << 20);
  prepare(sink.second.get());
  std::vector<std::size_t> sizes{1, 2, 100, 1448};
  for (const std::size_t around : {4096U, 8192U, 16384U, 32768U, 65536U, 131072U}) {
    for (const std::size_t size : {around - 1, around, around + 1}) sizes.push_back(size);
  }
  for (const std::size_t size : sizes) {
    const std::string text = content(size, static_cast<unsigned>(size));
    send_all(source_.first, text);
    const Outcome outcome = drive(*engine_, source_.second.get(), sink.second.get(), size);
    ASSERT_EQ(outcome.ended, Ended::limit) << size;
    EXPECT_EQ(held_back(sink.second), 0) << size;
    EXPECT_EQ(receive(sink.first, size), text);
  }
}

TEST_P(EveryEngine, DeliversAByteThatComesAloneWhateverTheLimit) {
  SocketPair sink = tcp_pair();
  prepare(sink.second.get());
  for (int i = 0; i < 3; ++i) {
    send_all(source_.first, "x");
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    EXPECT_TRUE(testing::eventually([&] {
      const Outcome outcome = engine_->transfer(1 << 20);
      EXPECT_EQ(outcome.ended, Ended::would_block);
      in += outcome.in;
      out += outcome.out;
      return out == 1;
    }));
    EXPECT_EQ(in, 1U);
    EXPECT_EQ(receive(sink.first, 1), "x");
  }
}

/// Turn by turn with a limit, until all has arrived; what came is appended to `arrived`.
void in_small_turns(Engine& engine, std::uint64_t limit, std::size_t all, const Fd& reader,
                    std::string& arrived) {
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  const bool done = testing::eventually([&] {
    const Outcome outcome = engine.transfer(limit);
    EXPECT_LE(outcome.in, limit);
    in += outcome.in;
    out += outcome.out;
    EXPECT_EQ(in, out + outcome.left);
    std::string part(65536, '\0');
    const ssize_t got = reader ? ::recv(reader.get(), part.data(), part.size(), MSG_DONTWAIT) : 0;
    if (got > 0) arrived.append(part, 0, static_cast<std::size_t>(got));
    return out >= all && (!reader || arrived.size() >= all);
  });
  EXPECT_TRUE(done) << out << " of " << all << " bytes";
}

TEST_P(EveryEngine, KeepsTheLimitOfACallPastAnUrgentMark) {
  if (!mode_.engine->exact_limit || !mode_.engine->keeps_urgent_apart)
    GTEST_SKIP() << "it does not say that it would";
  SocketPair sink = tcp_pair();
  prepare(sink.second.get());
  const std::string before = content(500, 1);
  const std::string after = content(700, 2);
  send_all(source_.first, before);
  ASSERT_EQ(::send(source_.first.get(), "!", 1, MSG_OOB), 1);
  send_all(source_.first, after);
  std::string arrived;
  in_small_turns(*engine_, 70, before.size() + after.size(), sink.first, arrived);
  EXPECT_EQ(arrived, before + after);
}

TEST_P(EveryEngine, KeepsTheLimitOfACallAtTheEnd) {
  if (!mode_.engine->exact_limit) GTEST_SKIP() << "it does not say that it would";
  SocketPair sink = tcp_pair();
  prepare(sink.second.get());
  send_all(source_.first, "0123456789");
  source_.first.reset();
  for (const char* const part : {"0123", "4567", "89"}) {
    const std::string wanted = part;
    const Outcome outcome = drive(*engine_, source_.second.get(), sink.second.get(), 4);
    EXPECT_EQ(outcome.out, wanted.size());
    EXPECT_EQ(outcome.ended, wanted.size() == 4 ? Ended::limit : Ended::eof);
    EXPECT_EQ(receive(sink.first, wanted.size()), wanted);
  }
}

/// A file that splice(2) refuses as a sink: it must be appended to.
Fd appended_file(const std::string& directory, int flags = 0) {
  return Fd(
      ::open((directory + "/file").c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC | flags, 0600));
}

std::string content_of(const std::string& directory) {
  const Fd file(::open((directory + "/file").c_str(), O_RDONLY | O_CLOEXEC));
  std::string text(1 << 20, '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

TEST_P(EveryEngine, KeepsTheLimitOfACallWhenItFallsBack) {
  if (!fits(EndKind::file)) GTEST_SKIP() << "it relays to no file";
  const TemporaryDirectory directory;
  const Fd file = appended_file(directory.path());
  prepare(file.get());
  const std::string text = content(1000, 3);
  send_all(source_.first, text);
  std::string none;
  in_small_turns(*engine_, 70, text.size(), Fd(), none);
  EXPECT_EQ(content_of(directory.path()), text);
}

TEST_P(EveryEngine, FallsBackForItsConnectionAlone) {
  if (!fits(EndKind::file)) GTEST_SKIP() << "it relays to no file";
  const TemporaryDirectory directory;
  const Fd file = appended_file(directory.path());
  prepare(file.get());
  std::int64_t each =
      -1;  ///< fall-backs of a connection that is refused: 1 where there is such a thing
  for (int i = 0; i < 3; ++i) {
    const std::int64_t before = engine_->calls().fallback;
    engine_->rebind(source_.second.get(), file.get());
    send_all(source_.first, "refused");
    EXPECT_EQ(drive(*engine_, source_.second.get(), file.get(), 7).out, 7U);
    const std::int64_t these = engine_->calls().fallback - before;
    if (i == 0) each = these;
    EXPECT_EQ(these, each) << "not asked again";
    SocketPair source = tcp_pair();
    SocketPair sink = tcp_pair();
    engine_->rebind(source.second.get(), sink.second.get());
    send_all(source.first, "taken");
    EXPECT_EQ(drive(*engine_, source.second.get(), sink.second.get(), 5).out, 5U);
    EXPECT_EQ(receive(sink.first, 5), "taken");
    EXPECT_EQ(engine_->calls().fallback - before, each);
  }
  if (mode_.engine->name == "splice") {
    EXPECT_EQ(each, 1);
  }
}

TEST_P(EveryEngine, DeliversWholeMessagesToASocketOfMessages) {
  if (!fits(EndKind::unix_stream)) GTEST_SKIP() << "it relays to no unix socket";
  for (const int type : {SOCK_SEQPACKET, SOCK_DGRAM}) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends), 0);
    const Fd reader(ends[0]);
    const Fd sink(ends[1]);
    set_nonblocking(source_.second.get());
    set_nonblocking(sink.get());
    engine_ = mode_.make();
    engine_->prepare(source_.second.get(), sink.get());
    const std::string text = content(60000, 5);
    send_all(source_.first, text);
    std::string arrived;
    in_small_turns(*engine_, 20000, text.size(), reader, arrived);
    EXPECT_EQ(arrived, text) << type;
  }
}

TEST_P(EveryEngine, AppendsToADirectFileAndLeavesFlagsAndOffset) {
  if (!fits(EndKind::file)) GTEST_SKIP() << "it relays to no file";
  const TemporaryDirectory directory;
  const Fd file = appended_file(directory.path(), O_DIRECT);
  if (!file) GTEST_SKIP() << "no O_DIRECT in " << directory.path();
  const std::string old = "what was there";
  {
    const Fd plain(::open((directory.path() / "file").c_str(), O_WRONLY | O_CLOEXEC));
    ASSERT_EQ(::write(plain.get(), old.data(), old.size()), static_cast<ssize_t>(old.size()));
  }
  set_nonblocking(source_.second.get());
  engine_->prepare(source_.second.get(), file.get());
  const int flags = ::fcntl(file.get(), F_GETFL);
  const std::string text = content(10001, 6);
  send_all(source_.first, text);
  source_.first.reset();
  const Outcome outcome = drive(*engine_, source_.second.get(), file.get(), kNoLimit);
  EXPECT_EQ(outcome.ended, Ended::eof);
  EXPECT_EQ(outcome.out, text.size());
  EXPECT_EQ(content_of(directory.path()), old + text);
  EXPECT_EQ(::fcntl(file.get(), F_GETFL), flags);
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_CUR), static_cast<off_t>(old.size() + text.size()));
}

TEST_P(EveryEngine, HoldsNoMoreThanWhatItSaysItGot) {
  if (!mode_.engine->spares_source) GTEST_SKIP() << "the kernel takes what comes";
  SocketPair sink = tcp_pair();
  prepare(sink.second.get());
  const int before_source = ::fcntl(source_.second.get(), F_GETFL);
  const int before_sink = ::fcntl(sink.second.get(), F_GETFL);
  set_nonblocking(source_.first.get());
  std::uint64_t got = 0;
  for (const Granted& one : engine_->granted()) got += static_cast<std::uint64_t>(one.got);
  const std::string much = content(1 << 20);
  std::uint64_t held = 0;
  int quiet = 0;
  for (int turn = 0; turn < 5000 && quiet < 5; ++turn) {
    const ssize_t sent = ::send(source_.first.get(), much.data(), much.size(), MSG_NOSIGNAL);
    const Outcome outcome = engine_->transfer(1 << 30);
    held = std::max(held, outcome.left);
    quiet = sent > 0 || outcome.in > 0 ? 0 : quiet + 1;
  }
  EXPECT_GE(quiet, 5) << "it takes without end";
  // What is sent without a copy, the kernel holds.
  if (GetParam() != "zerocopy" && GetParam() != "uring:zc") {
    EXPECT_GT(held, 0U);
  }
  EXPECT_LE(held, got);
  EXPECT_EQ(::fcntl(source_.second.get(), F_GETFL), before_source);
  EXPECT_EQ(::fcntl(sink.second.get(), F_GETFL), before_sink);
}

}  // namespace
}  // namespace splicebench
