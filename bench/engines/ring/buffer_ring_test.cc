// Whose a buffer of a ring is.

#include "bench/engines/ring/buffer_ring.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "bench/engines/ring/requests.h"
#include "bench/testing/bytes.h"
#include "harness/network/sockets.h"

namespace splicebench {
namespace {

constexpr std::size_t kSize = 100;

class BufferRingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!why_no_ring().empty()) GTEST_SKIP() << why_no_ring();
    ASSERT_EQ(ring_.open(8, 16), 0);
    ASSERT_EQ(buffers_.open(ring_, 3), 0);
  }
  /// One receive into what is provided; what came, and in which buffer.
  std::string received(const SocketPair& pair, unsigned& buffer) {
    ring_.request(1, [&](io_uring_sqe* request) {
      ::io_uring_prep_recv(request, pair.second.get(), nullptr, 1000, 0);
      select_buffers(request);
    });
    EXPECT_EQ(ring_.enter(1), 0);
    std::string text;
    ring_.take([&](const io_uring_cqe& completion) {
      EXPECT_GT(completion.res, 0);
      EXPECT_NE(completion.flags & IORING_CQE_F_BUFFER, 0U);
      buffer = buffers_.take_filled(place_of(completion));
      const char* const bytes = reinterpret_cast<const char*>(buffers_.at(buffer));
      text.assign(bytes, static_cast<std::size_t>(std::max(completion.res, 0)));
    });
    return text;
  }

  BufferRing buffers_{3, kSize};
  Ring ring_;
};

TEST_F(BufferRingTest, GivesEachBufferToOneAtATimeAndTheWarmestFirst) {
  EXPECT_EQ(buffers_.count(), 3U);
  EXPECT_EQ(buffers_.size(), kSize);
  const unsigned one = buffers_.take_free();
  const unsigned other = buffers_.take_free();
  const unsigned third = buffers_.take_free();
  EXPECT_EQ((std::set{one, other, third}), (std::set{0U, 1U, 2U}));
  EXPECT_FALSE(buffers_.has_free());
  EXPECT_EQ(buffers_.in_use(), 3U);
  for (const unsigned buffer : {one, other, third})
    std::memset(buffers_.at(buffer), static_cast<int>('a' + buffer), kSize);
  for (const unsigned buffer : {one, other, third}) {
    EXPECT_EQ(std::string(reinterpret_cast<char*>(buffers_.at(buffer)), kSize),
              std::string(kSize, static_cast<char>('a' + buffer)));
  }
  buffers_.hold(one);
  buffers_.give_free(one);
  EXPECT_FALSE(buffers_.has_free()) << "somebody else has it";
  buffers_.give_free(one);
  EXPECT_EQ(buffers_.in_use(), 2U);
  buffers_.give_free(third);
  EXPECT_EQ(buffers_.take_free(), third);
  buffers_.give_free(third);
  buffers_.grow();
  EXPECT_EQ(buffers_.count(), 6U);
  EXPECT_EQ(buffers_.in_use(), 1U);
  std::vector<unsigned> order;
  while (buffers_.has_free()) order.push_back(buffers_.take_free());
  EXPECT_EQ(order, (std::vector<unsigned>{third, one, 3, 4, 5})) << "new ones after those used";
  for (const unsigned buffer : {3U, 4U, 5U}) std::memset(buffers_.at(buffer), 'x', kSize);
  EXPECT_EQ(buffers_.at(4), buffers_.at(3) + kSize);
  EXPECT_EQ(*buffers_.at(other), 'a' + other);
}

TEST_F(BufferRingTest, HasTheKernelFillThemInTheirOrderAgainAndAgain) {
  const SocketPair pair = unix_pair();
  for (unsigned i = 0; i < 3; ++i) EXPECT_TRUE(buffers_.provide());
  EXPECT_EQ(buffers_.provided(), 3U);
  EXPECT_EQ(buffers_.in_use(), 0U);
  EXPECT_FALSE(buffers_.has_free());
  std::vector<unsigned> filled;
  for (unsigned i = 0; i < 20; ++i) {
    const std::string text = content(kSize, i);
    send_all(pair.first, text);
    EXPECT_EQ(received(pair, filled.emplace_back()), text);
    EXPECT_EQ(buffers_.provided(), 2U);
    EXPECT_EQ(buffers_.in_use(), 1U);
    buffers_.give_free(filled.back());
    EXPECT_TRUE(buffers_.provide());
    EXPECT_EQ(filled[i], filled[i % 3]);
  }
  // No more than fits comes into one.
  send_all(pair.first, std::string(kSize + 50, 'y'));
  unsigned buffer = 0;
  EXPECT_EQ(received(pair, buffer), std::string(kSize, 'y'));
  EXPECT_EQ(received(pair, buffer), std::string(50, 'y'));
}

TEST_F(BufferRingTest, ProvidesNoMoreThanTheOrderHasPlacesFor) {
  buffers_.grow();
  buffers_.grow();
  buffers_.grow();
  for (unsigned i = 0; i < 8; ++i) EXPECT_TRUE(buffers_.provide()) << i;
  EXPECT_FALSE(buffers_.provide());
  EXPECT_EQ(buffers_.provided(), 8U);
  EXPECT_EQ(buffers_.take_filled(0), 0U);
  EXPECT_TRUE(buffers_.provide());
  EXPECT_FALSE(buffers_.provide());
  EXPECT_EQ(buffers_.take_filled(1), 1U);
}

TEST_F(BufferRingTest, TakesBackWhatIsProvidedAndBeginsAnew) {
  EXPECT_EQ(buffers_.take_back(), 0) << "nothing";
  const SocketPair pair = unix_pair();
  for (int time = 0; time < 3; ++time) {
    for (unsigned i = 0; i < 3; ++i) EXPECT_TRUE(buffers_.provide());
    send_all(pair.first, "held");
    unsigned held = 0;
    EXPECT_EQ(received(pair, held), "held");
    EXPECT_EQ(buffers_.take_back(), 0);
    EXPECT_EQ(buffers_.provided(), 0U);
    EXPECT_EQ(buffers_.in_use(), 1U) << "which is not the kernel's";
    buffers_.give_free(held);
  }
  // The kernel has none of them any more.
  send_all(pair.first, "more");
  ring_.request(1, [&](io_uring_sqe* request) {
    ::io_uring_prep_recv(request, pair.second.get(), nullptr, 1000, 0);
    select_buffers(request);
  });
  EXPECT_EQ(ring_.enter(1), 0);
  ring_.take([](const io_uring_cqe& completion) { EXPECT_EQ(completion.res, -ENOBUFS); });
}

}  // namespace
}  // namespace splicebench
