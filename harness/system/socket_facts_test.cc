#include "harness/system/socket_facts.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "harness/network/sockets.h"

namespace splicebench {
namespace {

void pass(const SocketPair& pair, std::size_t bytes) {
  std::string text(bytes, 'x');
  ASSERT_EQ(::write(pair.first.get(), text.data(), bytes), static_cast<ssize_t>(bytes));
  ASSERT_EQ(::recv(pair.second.get(), text.data(), bytes, MSG_WAITALL),
            static_cast<ssize_t>(bytes));
}

TEST(SocketFacts, OfTcpAreOfTheTimeBetween) {
  const SocketPair pair = tcp_pair(SocketSettings{.congestion = system_congestion(), .buffer = {}});
  pass(pair, 30000);
  const std::optional<SocketFacts> before = facts_of(pair.first.get());
  pass(pair, 10000);
  pass(pair, 10000);
  const SocketFacts facts = facts_between(before, facts_of(pair.first.get())).value();
  EXPECT_EQ(facts.congestion.data(), system_congestion());
  EXPECT_GT(facts.mss.value(), 0);
  EXPECT_GT(facts.cwnd.value(), 0);
  // TCP_NODELAY: each write is at least a segment.
  EXPECT_GE(facts.segments_out.value(), 2);
  EXPECT_LT(facts.segments_out.value(),
            before->segments_out.value() + 20000 / facts.mss.value() + 3);
  EXPECT_GE(facts.retransmits.value(), 0);
  EXPECT_GE(facts.busy_seconds.value(), 0);
  EXPECT_GT(facts.send_buffer.value(), 0);
}

TEST(SocketFacts, CountWhatWaitsInTheQueue) {
  const SocketPair pairs[] = {tcp_pair(), unix_pair()};
  for (const SocketPair& pair : pairs) {
    ASSERT_EQ(::write(pair.first.get(), "12345", 5), 5);
    char byte = 0;
    ASSERT_EQ(::recv(pair.second.get(), &byte, 1, 0), 1);  // it has come
    EXPECT_EQ(facts_of(pair.second.get())->receive_queue, 4);
  }
}

TEST(SocketFacts, OfAUnixSocketHaveNoTcpAndOfAFileThereAreNone) {
  const SocketPair pair = unix_pair();
  const SocketFacts facts = facts_of(pair.first.get()).value();
  EXPECT_EQ(facts.congestion[0], '\0');
  EXPECT_FALSE(facts.cwnd.has_value());
  EXPECT_FALSE(facts.retransmits.has_value());
  EXPECT_TRUE(facts.send_buffer.has_value());
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_FALSE(facts_of(ends[0]).has_value());
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(ProcessFacts, CountWaitsAndFaultsOfTheTimeBetween) {
  const ProcessFacts before = process_facts();
  for (int i = 0; i < 5; ++i) ::usleep(1000);
  const ProcessFacts facts = process_facts() - before;
  EXPECT_GE(facts.voluntary_switches.value(), 5);
  EXPECT_GE(facts.minor_faults.value(), 0);
}

}  // namespace
}  // namespace splicebench
