// When splice(2) and sendfile(2) give way to read and write, and when they fail.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "bench/engines/splice_engine.h"
#include "bench/testing/bytes.h"
#include "bench/testing/refused_calls.h"
#include "harness/network/sockets.h"

namespace splicebench {
namespace {

/// splice(2), but for what it is told to say.
class Faulty : public Splicing {
 public:
  struct Faults {
    int in = 0;   ///< errno
    int out = 0;  ///< likewise; -1: takes nothing, and says of it no error
    bool loses = false;
  };
  explicit Faulty(Faults& faults) : faults_(faults) {}

  ssize_t in(int source, int pipe_in, int pipe_out, int sink, std::size_t most) override {
    if (faults_.in != 0) return failed(faults_.in);
    if (faults_.loses) return static_cast<ssize_t>(most);
    return Splicing::in(source, pipe_in, pipe_out, sink, most);
  }
  ssize_t out(int pipe_out, int sink, std::size_t size) override {
    if (faults_.out < 0) return 0;
    return faults_.out != 0 ? failed(faults_.out) : Splicing::out(pipe_out, sink, size);
  }

 private:
  static ssize_t failed(int error) {
    errno = error;
    return -1;
  }
  Faults& faults_;
};

class SplicingTest : public ::testing::Test {
 protected:
  SplicingTest() { prepare(); }
  void prepare() { engine_.prepare(source_.second.get(), sink_.second.get()); }
  Outcome move() {
    send_all(source_.first, "bytes");
    return engine_.transfer(5);
  }
  void expect_moved() {
    EXPECT_EQ(move().ended, Ended::limit);
    EXPECT_EQ(receive(sink_.first, 5), "bytes");
  }

  Faulty::Faults faults_;
  SocketPair source_ = unix_pair();
  SocketPair sink_ = unix_pair();
  SpliceEngine engine_{4096, 0, std::make_unique<Faulty>(faults_)};
};

TEST_F(SplicingTest, GivesWayToReadAndWriteWhereItIsRefused) {
  for (const int error : {EINVAL, ENOSYS, EPERM, EOPNOTSUPP, ENOMEM, EIO}) {
    for (int Faulty::Faults::*const side : {&Faulty::Faults::in, &Faulty::Faults::out}) {
      const std::int64_t before = engine_.calls().fallback;
      prepare();
      faults_.*side = error;
      expect_moved();
      EXPECT_EQ(engine_.calls().fallback, before + 1) << error;
      faults_ = {};
    }
  }
}

TEST_F(SplicingTest, FailsWithWhatIsATrueErrorOnceItWorked) {
  for (const int error : {ENOMEM, EIO, EPIPE, ENOSPC}) {
    for (const bool is_in : {true, false}) {
      prepare();
      expect_moved();
      (is_in ? faults_.in : faults_.out) = error;
      const Outcome outcome = move();
      EXPECT_EQ(outcome.ended, Ended::error);
      EXPECT_EQ(outcome.side, is_in ? Side::source : Side::sink);
      EXPECT_EQ(outcome.error, error);
      EXPECT_EQ(outcome.left, is_in ? 0U : 5U);
      faults_ = {};
      // What is left in either goes on.
      EXPECT_EQ(engine_.transfer(is_in ? 5 : 0).out, 5U);
      EXPECT_EQ(receive(sink_.first, 5), "bytes");
    }
  }
  EXPECT_EQ(engine_.calls().fallback, 0);
}

TEST_F(SplicingTest, ReadsOnceWhereItSaysForTheThirdTimeThatThereIsNothing) {
  const auto said_once = [&] {
    faults_.in = EAGAIN;
    EXPECT_EQ(engine_.transfer(5).ended, Ended::would_block);
  };
  said_once();
  faults_ = {};
  expect_moved();
  faults_.in = EAGAIN;  // anew
  for (int time = 0; time < 3; ++time) {
    if (time == 2) {
      said_once();
      engine_.rebind(source_.second.get(), sink_.second.get());
    }
    send_all(source_.first, "bytes");
    for (int i = 0; i < 2; ++i) {
      const Outcome outcome = engine_.transfer(5);
      EXPECT_EQ(outcome.ended, Ended::would_block);
      EXPECT_EQ(outcome.in, 0U);
    }
    EXPECT_EQ(engine_.transfer(5).out, 5U);
    EXPECT_EQ(receive(sink_.first, 5), "bytes");
  }
  for (int i = 0; i < 6; ++i) EXPECT_EQ(engine_.transfer(5).ended, Ended::would_block);
  EXPECT_EQ(engine_.calls().in, 1 + 1 + 3 * 4 + 1 + 6) << "there is nothing to read";
}

TEST_F(SplicingTest, IntoASinkThatTakesNothingIsAnErrorAndNotTriedForEver) {
  faults_.out = -1;
  const Outcome outcome = move();
  EXPECT_EQ(outcome.ended, Ended::error);
  EXPECT_EQ(outcome.side, Side::sink);
  EXPECT_EQ(outcome.error, EIO);
  EXPECT_EQ(outcome.left, 5U);
}

TEST_F(SplicingTest, FailsWhereThePipeDoesNotHoldWhatItShould) {
  faults_.loses = true;
  faults_.out = EINVAL;
  const Outcome outcome = move();
  EXPECT_EQ(outcome.ended, Ended::error);
  EXPECT_EQ(outcome.side, Side::source);
  EXPECT_EQ(outcome.error, EAGAIN);
}

/// The kernel does not always make a pipe as large as it is asked to (fs.pipe-max-size).
TEST(Splice, SaysHowLargeItsPipeIsWhereAnotherSizeIsRefused) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Fd reading(ends[0]);
  const Fd writing(ends[1]);
  const int size = ::fcntl(writing.get(), F_GETPIPE_SZ);
  const SocketPair source = unix_pair();
  const SocketPair sink = unix_pair();
  send_all(source.first, "bytes");
  std::thread([&] {
    testing::filter_calls({
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fcntl, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args) + sizeof(__u64)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_SETPIPE_SZ, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    });
    const std::unique_ptr<Engine> engine = parse_mode("splice").make();
    engine->prepare(source.second.get(), sink.second.get());
    const std::vector<Granted> granted = engine->granted();
    ASSERT_EQ(granted.size(), 1U);
    EXPECT_EQ(granted[0].got, size);
    EXPECT_EQ(granted[0].asked, 1 << 20);
    EXPECT_EQ(engine->transfer(5).out, 5U);
    EXPECT_EQ(engine->calls().fallback, 0);
  }).join();
  EXPECT_EQ(receive(sink.first, 5), "bytes");
}

/// From now on sendfile(2) fails with ENOMEM in this thread.
void refuse_sendfile() { testing::refuse_call(SYS_sendfile, ENOMEM); }

TEST(Sendfile, WithoutMemoryFailsWhereItWorkedAndGivesWayWhereItDidNot) {
  const Fd file(::memfd_create("file", MFD_CLOEXEC));
  ASSERT_EQ(::write(file.get(), "0123456789", 10), 10);
  ::lseek(file.get(), 0, SEEK_SET);
  const SocketPair sink = tcp_pair();
  const std::unique_ptr<Engine> engine = parse_mode("sendfile").make();
  engine->prepare(file.get(), sink.second.get());
  EXPECT_EQ(engine->transfer(4).out, 4U);
  std::thread([&] {
    refuse_sendfile();
    const Outcome outcome = engine->transfer(4);
    EXPECT_EQ(outcome.ended, Ended::error);
    EXPECT_EQ(outcome.side, Side::source);
    EXPECT_EQ(outcome.error, ENOMEM);
    EXPECT_EQ(engine->calls().fallback, 0);
    engine->rebind(file.get(), sink.second.get());
    EXPECT_EQ(engine->transfer(6).out, 6U);
    EXPECT_EQ(engine->calls().fallback, 1);
  }).join();
  // What it copies and the sink does not take it holds.
  const Fd large(::memfd_create("large", MFD_CLOEXEC));
  ASSERT_EQ(::ftruncate(large.get(), 1 << 20), 0);
  const SocketPair full = unix_pair();
  set_nonblocking(full.second.get());
  std::thread([&] {
    refuse_sendfile();
    engine->rebind(large.get(), full.second.get());
    const Outcome outcome = engine->transfer(1 << 20);
    EXPECT_EQ(outcome.ended, Ended::would_block);
    EXPECT_EQ(outcome.awaited.fd, full.second.get());
    EXPECT_GT(outcome.left, 0U);
    EXPECT_EQ(outcome.in, outcome.out + outcome.left);
    std::string taken;
    while (taken.size() < outcome.out) taken += receive(full.first, outcome.out);
    EXPECT_EQ(engine->transfer(0).left, 0U);
  }).join();
  // Another connection, and another try.
  ::lseek(file.get(), 0, SEEK_SET);
  engine->rebind(file.get(), sink.second.get());
  const std::int64_t before = engine->calls().in;
  EXPECT_EQ(engine->transfer(10).out, 10U);
  EXPECT_EQ(engine->calls().in, before) << "read again";
  EXPECT_EQ(receive(sink.first, 20), "01234567890123456789");
}

}  // namespace
}  // namespace splicebench
