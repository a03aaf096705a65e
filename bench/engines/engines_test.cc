// Every engine against the contract of harness/engine.h. A new engine gets all of these without a
// line here.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <thread>

#include "harness/engine.h"
#include "harness/path.h"
#include "harness/sockets.h"
#include "harness/sys.h"

namespace splicebench {
namespace {

std::string content(std::size_t size) {
  std::mt19937_64 random(size);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

void send_all(int fd, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t sent = ::send(fd, text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (sent <= 0) return;
    done += static_cast<std::size_t>(sent);
  }
}

std::string receive(int fd, std::size_t size) {
  std::string text(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::recv(fd, text.data() + done, size - done, 0);
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  text.resize(done);
  return text;
}

/// What is there now, at most `size`.
std::string receive_some(int fd, std::size_t size) {
  std::string text(size, '\0');
  const ssize_t got = ::recv(fd, text.data(), size, MSG_DONTWAIT);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

std::string text_of(const Fd& file) {
  std::string text(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)), '\0');
  EXPECT_EQ(::pread(file.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  return text;
}

Fd memory_file(unsigned flags = 0) { return Fd(::memfd_create("test", MFD_CLOEXEC | flags)); }

void expect_balance(const Outcome& outcome) { EXPECT_EQ(outcome.in, outcome.out + outcome.left); }

class EngineTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    source_ = unix_pair();
    set_nonblocking(source_.second.get());
    engine_ = parse_mode(GetParam()).make();
  }

  Outcome relay_to(int sink, std::uint64_t limit, Waiting waiting = Waiting::poll) {
    engine_->prepare(source_.second.get(), sink);
    const Outcome outcome = engine_->transfer(limit, waiting);
    expect_balance(outcome);
    return outcome;
  }

  SocketPair source_;
  std::unique_ptr<Engine> engine_;
};

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineTest,
                         ::testing::Values("generic", "generic:buffer=1B", "generic:buffer=1MiB",
                                           "splice", "splice:pipe=4KiB"),
                         test_name);

TEST_P(EngineTest, TakesNoMoreThanTheLimitAndLeavesTheRestInTheSource) {
  const std::string text = content(1000);
  send_all(source_.first.get(), text);
  const Fd sink = memory_file();
  const Outcome outcome = relay_to(sink.get(), 600);
  EXPECT_EQ(outcome.ended, Ended::limit);
  EXPECT_EQ(outcome.out, 600U);
  EXPECT_EQ(text_of(sink), text.substr(0, 600));
  EXPECT_EQ(receive(source_.second.get(), 400), text.substr(600));
}

TEST_P(EngineTest, OfLimitNothingTakesNothing) {
  send_all(source_.first.get(), "x");
  const Fd sink = memory_file();
  const Outcome outcome = relay_to(sink.get(), 0);
  EXPECT_EQ(outcome.ended, Ended::limit);
  EXPECT_EQ(outcome.in, 0U);
  EXPECT_EQ(receive(source_.second.get(), 1), "x");
}

TEST_P(EngineTest, DeliversAllBeforeTheEndOfTheSource) {
  const std::string text = content(300000);
  std::thread writer([&] {
    send_all(source_.first.get(), text);
    source_.first.reset();
  });
  const Fd sink = memory_file();
  const Outcome outcome = relay_to(sink.get(), 1 << 30);
  writer.join();
  EXPECT_EQ(outcome.ended, Ended::eof);
  EXPECT_EQ(outcome.out, text.size());
  EXPECT_EQ(text_of(sink), text);
}

TEST_P(EngineTest, AtTheEndOfTheSourceMovesNothing) {
  source_.first.reset();
  const Fd sink = memory_file();
  const Outcome outcome = relay_to(sink.get(), 100);
  EXPECT_EQ(outcome.ended, Ended::eof);
  EXPECT_EQ(outcome.in, 0U);
}

TEST_P(EngineTest, WaitsForASlowReaderWithoutLosingAByte) {
  const std::string text = content(GetParam() == "generic:buffer=1B" ? 20000 : 3000000);
  SocketPair sink = tcp_pair();
  set_nonblocking(sink.second.get());
  std::thread writer([&] { send_all(source_.first.get(), text); });
  std::string arrived;
  std::thread reader([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    arrived = receive(sink.first.get(), text.size());
  });
  const Outcome outcome = relay_to(sink.second.get(), text.size());
  writer.join();
  reader.join();
  EXPECT_EQ(outcome.ended, Ended::limit);
  EXPECT_EQ(arrived, text);
}

TEST_P(EngineTest, WorksOnBlockingDescriptors) {
  const std::string text = content(20000);
  SocketPair source = tcp_pair();
  SocketPair sink = unix_pair();
  std::thread writer([&] { send_all(source.first.get(), text); });
  std::string arrived;
  std::thread reader([&] { arrived = receive(sink.first.get(), text.size()); });
  engine_->prepare(source.second.get(), sink.second.get());
  const Outcome outcome = engine_->transfer(text.size(), Waiting::poll);
  writer.join();
  reader.join();
  expect_balance(outcome);
  EXPECT_EQ(outcome.ended, Ended::limit);
  EXPECT_EQ(arrived, text);
}

TEST_P(EngineTest, GivesBackInsteadOfWaitingAndGoesOnLater) {
  SocketPair sink = unix_pair();
  set_nonblocking(sink.second.get());
  Outcome outcome = relay_to(sink.second.get(), 10, Waiting::give_back);
  EXPECT_EQ(outcome.ended, Ended::would_block);
  EXPECT_EQ(outcome.side, Side::source);

  send_all(source_.first.get(), "0123456789");
  outcome = engine_->transfer(10, Waiting::give_back);
  expect_balance(outcome);
  EXPECT_EQ(outcome.ended, Ended::limit);
  EXPECT_EQ(receive(sink.first.get(), 10), "0123456789");
}

TEST_P(EngineTest, HoldsWhatAFullSinkDoesNotTakeAndDeliversItLater) {
  SocketPair sink = unix_pair();
  set_nonblocking(sink.second.get());
  set_nonblocking(source_.first.get());
  const std::string text = content(100000);
  std::string sent;
  std::string arrived;
  engine_->prepare(source_.second.get(), sink.second.get());
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  bool filled = false;
  for (int turn = 0; turn < 20000 && (arrived.size() < 1000000 || !filled); ++turn) {
    const ssize_t more = ::send(source_.first.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (more > 0) sent.append(text, 0, static_cast<std::size_t>(more));
    const Outcome outcome = engine_->transfer(1 << 30, Waiting::give_back);
    in += outcome.in;
    out += outcome.out;
    EXPECT_EQ(in, out + outcome.left);
    ASSERT_EQ(outcome.ended, Ended::would_block);
    if (outcome.side != Side::sink) continue;
    filled = true;
    arrived += receive_some(sink.first.get(), 50000);
  }
  EXPECT_TRUE(filled);
  source_.first.reset();
  std::thread reader([&] {
    for (std::string part; !(part = receive(sink.first.get(), 10000)).empty();) arrived += part;
  });
  const Outcome outcome = engine_->transfer(1 << 30, Waiting::poll);
  sink.second.reset();
  reader.join();
  EXPECT_EQ(outcome.ended, Ended::eof);
  EXPECT_EQ(outcome.left, 0U);
  EXPECT_EQ(arrived, sent);
}

TEST_P(EngineTest, AppendsToAFileOpenedForThat) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("splicebench-append-" + std::to_string(::getpid()));
  const Fd sink(::open(path.c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600));
  std::filesystem::remove(path);
  ASSERT_EQ(::write(sink.get(), "before ", 7), 7);
  const std::string text = content(5000);
  send_all(source_.first.get(), text);
  const Outcome outcome = relay_to(sink.get(), text.size());
  EXPECT_EQ(outcome.ended, Ended::limit);
  EXPECT_EQ(text_of(sink), "before " + text);
  EXPECT_NE(::fcntl(sink.get(), F_GETFL) & O_APPEND, 0);
}

TEST_P(EngineTest, ReportsAFullDeviceWithTheBytesItHolds) {
  const Fd sink(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  send_all(source_.first.get(), content(5000));
  const Outcome outcome = relay_to(sink.get(), 5000);
  EXPECT_EQ(outcome.ended, Ended::error);
  EXPECT_EQ(outcome.side, Side::sink);
  EXPECT_EQ(outcome.error, ENOSPC);
  EXPECT_EQ(outcome.out, 0U);
  EXPECT_GT(outcome.left, 0U);
}

TEST_P(EngineTest, ReportsASealedFileAsThat) {
  const Fd sink = memory_file(MFD_ALLOW_SEALING);
  ASSERT_EQ(::fcntl(sink.get(), F_ADD_SEALS, F_SEAL_WRITE), 0);
  send_all(source_.first.get(), content(500));
  const Outcome outcome = relay_to(sink.get(), 500);
  EXPECT_EQ(outcome.ended, Ended::error);
  EXPECT_EQ(outcome.error, EPERM);
  EXPECT_EQ(outcome.side, Side::sink);
}

TEST_P(EngineTest, StopsAtTheFileSizeLimitWithItsCount) {
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{3000, before.rlim_max};
  ::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  const Fd sink = nameless_file("/tmp");
  send_all(source_.first.get(), content(5000));
  const Outcome outcome = relay_to(sink.get(), 5000);
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(outcome.ended, Ended::error);
  EXPECT_EQ(outcome.error, EFBIG);
  EXPECT_EQ(outcome.out, 3000U);
  EXPECT_EQ(text_of(sink).size(), 3000U);
}

TEST_P(EngineTest, ReportsAReaderThatIsGone) {
  SocketPair sink = unix_pair();
  set_nonblocking(sink.second.get());
  sink.first.reset();
  send_all(source_.first.get(), content(5000));
  const Outcome outcome = relay_to(sink.second.get(), 5000);
  EXPECT_EQ(outcome.ended, Ended::error);
  EXPECT_EQ(outcome.side, Side::sink);
  EXPECT_EQ(outcome.error, EPIPE);
}

TEST_P(EngineTest, ReportsAResetSourceAfterTheBytesThatCameBefore) {
  SocketPair source = tcp_pair();
  set_nonblocking(source.second.get());
  send_all(source.first.get(), content(500));
  // Unread bytes at the closing side make it a reset.
  ASSERT_EQ(::send(source.second.get(), "x", 1, 0), 1);
  pollfd arrived{source.first.get(), POLLIN, 0};
  ::poll(&arrived, 1, 1000);
  const Fd sink = memory_file();
  engine_->prepare(source.second.get(), sink.get());
  Outcome outcome = engine_->transfer(500, Waiting::poll);
  EXPECT_EQ(outcome.out, 500U);
  source.first.reset();
  outcome = engine_->transfer(500, Waiting::poll);
  expect_balance(outcome);
  EXPECT_EQ(outcome.ended, Ended::error);
  EXPECT_EQ(outcome.side, Side::source);
  EXPECT_EQ(outcome.error, ECONNRESET);
}

TEST_P(EngineTest, GetsPastUrgentData) {
  SocketPair source = tcp_pair();
  set_nonblocking(source.second.get());
  send_all(source.first.get(), "before");
  ASSERT_EQ(::send(source.first.get(), "!", 1, MSG_OOB), 1);
  send_all(source.first.get(), "after");
  source.first.reset();
  const Fd sink = memory_file();
  engine_->prepare(source.second.get(), sink.get());
  const Outcome outcome = engine_->transfer(1000, Waiting::poll);
  expect_balance(outcome);
  EXPECT_EQ(outcome.ended, Ended::eof);
  EXPECT_EQ(text_of(sink), "beforeafter");
}

TEST_P(EngineTest, KeepsMessagesOfAMessageSocketWhole) {
  SocketPair source = control_pair();
  const std::string text = content(GetParam() == "generic:buffer=1B" ? 1 : 3000);
  ASSERT_EQ(::send(source.first.get(), text.data(), text.size(), 0),
            static_cast<ssize_t>(text.size()));
  const Fd sink = memory_file();
  engine_->prepare(source.second.get(), sink.get());
  const Outcome outcome = engine_->transfer(text.size(), Waiting::poll);
  expect_balance(outcome);
  EXPECT_EQ(text_of(sink), text);
}

TEST_P(EngineTest, WithoutDescriptorsForAPipeStillMovesTheBytes) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const Fd sink = memory_file();
  const rlimit none_left{static_cast<rlim_t>(sink.get()) + 1, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none_left);
  send_all(source_.first.get(), "bytes");
  const Outcome outcome = relay_to(sink.get(), 5);
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(outcome.ended, Ended::limit);
  EXPECT_EQ(text_of(sink), "bytes");
}

TEST(Splice, TellsWhatPipeTheKernelGranted) {
  const SocketPair source = unix_pair();
  const Fd sink = memory_file();
  const std::unique_ptr<Engine> engine = parse_mode("splice:pipe=65000").make();
  engine->prepare(source.second.get(), sink.get());
  EXPECT_EQ(engine->granted().at("pipe"), 65536);
}

TEST(Splice, CountsLeavingItsMechanism) {
  const SocketPair source = unix_pair();
  const Fd sink(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  send_all(source.first.get(), "bytes");
  const std::unique_ptr<Engine> engine = parse_mode("splice").make();
  engine->prepare(source.second.get(), sink.get());
  EXPECT_EQ(engine->calls().fallback, 0);
  engine->transfer(5, Waiting::poll);
  EXPECT_EQ(engine->calls().fallback, 1);
}

}  // namespace
}  // namespace splicebench
