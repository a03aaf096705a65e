// A signal ends no transfer: of what waits in a call the call is made again.

#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>

#include "bench/testing/bytes.h"
#include "harness/engine/engine.h"
#include "harness/network/sockets.h"

namespace splicebench {
namespace {

/// As long as it is there SIGUSR1 interrupts, and does nothing else.
class Interrupting {
 public:
  Interrupting() {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGUSR1, &action, &before_);
  }
  ~Interrupting() { ::sigaction(SIGUSR1, &before_, nullptr); }
  Interrupting(const Interrupting&) = delete;
  Interrupting& operator=(const Interrupting&) = delete;

 private:
  struct sigaction before_ {};
};

class InterruptedTest : public ::testing::TestWithParam<std::string> {
 protected:
  /// Of a transfer that is interrupted again and again until `go_on` lets it end.
  template <typename GoOn>
  Outcome interrupted(int source, int sink, GoOn go_on) {
    const Interrupting interrupting;
    const std::unique_ptr<Engine> engine = parse_mode(GetParam()).make();
    engine->prepare(source, sink);
    Outcome outcome;
    std::thread thread([&] { outcome = engine->transfer(5); });
    for (int i = 0; i < 5; ++i) {
      ::usleep(2000);
      ::pthread_kill(thread.native_handle(), SIGUSR1);
    }
    go_on();
    thread.join();
    return outcome;
  }
  static void expect_whole(const Outcome& outcome) {
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_EQ(outcome.in, 5U);
    EXPECT_EQ(outcome.out, 5U);
  }
};

INSTANTIATE_TEST_SUITE_P(Modes, InterruptedTest,
                         ::testing::Values("generic", "splice", "sendfile", "zerocopy"), test_name);

TEST_P(InterruptedTest, GoesOnWaitingForItsSource) {
  if (GetParam() == "sendfile" || GetParam() == "splice")
    GTEST_SKIP() << "of a file there is no waiting, and splice leaves it to the driver";
  const SocketPair source = unix_pair();
  const SocketPair sink = unix_pair();
  expect_whole(interrupted(source.second.get(), sink.second.get(),
                           [&source] { send_all(source.first, "01234"); }));
  EXPECT_EQ(receive(sink.first, 5), "01234");
}

TEST_P(InterruptedTest, GoesOnWaitingForItsSink) {
  const Fd file(::memfd_create("file", MFD_CLOEXEC));
  ASSERT_EQ(::write(file.get(), "01234", 5), 5);
  ::lseek(file.get(), 0, SEEK_SET);
  const SocketPair source = unix_pair();
  send_all(source.first, "01234");
  const SocketPair sink = unix_pair();
  const std::string much = content(1 << 16);
  std::size_t before = 0;
  for (std::size_t size = much.size(); size > 0; size /= 2) {
    ssize_t put = 0;
    while ((put = ::send(sink.second.get(), much.data(), size, MSG_DONTWAIT)) > 0)
      before += static_cast<std::size_t>(put);
  }
  const bool is_of_file = GetParam() == "sendfile";
  std::string all;
  expect_whole(interrupted(is_of_file ? file.get() : source.second.get(), sink.second.get(),
                           [&] { all = receive(sink.first, before + 5); }));
  ASSERT_EQ(all.size(), before + 5);
  EXPECT_EQ(all.substr(before), "01234");
}

}  // namespace
}  // namespace splicebench
