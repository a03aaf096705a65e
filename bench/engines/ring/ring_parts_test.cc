// What the engines of a ring are made of: in which order bytes go, what a completion means.

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <vector>

#include "bench/engines/ring/buffer_ring.h"
#include "bench/engines/ring/ready_lines.h"
#include "bench/engines/ring/requests.h"
#include "bench/engines/ring/ring_line.h"
#include "bench/engines/ring/send_queue.h"
#include "bench/engines/ring/waiting_lines.h"
#include "bench/engines/ring/zero_copy_sends.h"

namespace splicebench {
namespace {

/// Buffers without a ring.
class PartsTest : public ::testing::Test {
 protected:
  PartsTest() { buffers_.grow(); }
  bool is_free(unsigned buffer) {
    std::vector<unsigned> all;
    while (buffers_.has_free()) all.push_back(buffers_.take_free());
    for (auto one = all.rbegin(); one != all.rend(); ++one) buffers_.give_free(*one);
    return std::find(all.begin(), all.end(), buffer) != all.end();
  }

  BufferRing buffers_{80, 100};
};

TEST_F(PartsTest, WhatIsQueuedIsSentInOrderAndLetGoPieceByPiece) {
  SendQueue queue(buffers_, 80);
  EXPECT_TRUE(queue.is_empty());
  std::vector<unsigned> taken;
  for (const std::size_t size : {10U, 20U, 30U})
    queue.add(taken.emplace_back(buffers_.take_free()), size);
  EXPECT_EQ(queue.bytes(), 60U);
  struct Row {
    std::size_t removed;
    std::size_t first;  ///< piece
    std::size_t begin;  ///< in it
    std::uint64_t left;
  };
  for (const Row& row : {Row{0, 0, 0, 60}, Row{4, 0, 4, 56}, Row{6, 1, 0, 50}, Row{1, 1, 1, 49},
                         Row{25, 2, 6, 24}}) {
    queue.remove(row.removed);
    EXPECT_EQ(queue.bytes(), row.left);
    EXPECT_FALSE(queue.is_empty());
    const msghdr& message = queue.message();
    ASSERT_EQ(message.msg_iovlen, 3 - row.first);
    EXPECT_EQ(message.msg_iov[0].iov_base, buffers_.at(taken[row.first]) + row.begin);
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < message.msg_iovlen; ++i) bytes += message.msg_iov[i].iov_len;
    EXPECT_EQ(bytes, row.left);
    ASSERT_EQ(queue.in_message().size(), 3 - row.first);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(is_free(taken[i]), i < row.first);
      if (i < row.first) continue;
      EXPECT_EQ(queue.in_message()[i - row.first], taken[i]);
    }
  }
  queue.clear();
  EXPECT_TRUE(queue.is_empty());
  EXPECT_TRUE(is_free(taken[2]));
  EXPECT_EQ(buffers_.in_use(), 0U);
}

TEST_F(PartsTest, OneSendIsOfAsManyPiecesAsItTakes) {
  SendQueue queue(buffers_, 80);
  for (int i = 0; i < 70; ++i) queue.add(buffers_.take_free(), 1);
  EXPECT_EQ(queue.message().msg_iovlen, 64U);
  EXPECT_EQ(queue.first().iov_base, queue.message().msg_iov[0].iov_base);
  EXPECT_EQ(queue.first().iov_len, 1U);
  EXPECT_EQ(queue.in_message().size(), 64U);
  queue.remove(64);
  EXPECT_EQ(queue.message().msg_iovlen, 6U);
  EXPECT_EQ(buffers_.in_use(), 6U);
}

TEST_F(PartsTest, LinesAreToldOfOnceAndInTheirOrder) {
  RingLine one(0, buffers_, 1, 0);
  RingLine other(1, buffers_, 1, 0);
  int whom[3];
  ReadyLines ready;
  EXPECT_EQ(ready.next(), nullptr);
  ready.tell(one);
  EXPECT_TRUE(ready.is_empty()) << "nobody to tell";
  ready.name(other, &whom[1]);
  EXPECT_TRUE(ready.is_empty()) << "nothing to tell";
  ready.tell(other);
  ready.name(one, &whom[0]);
  ready.name(one, &whom[2]);  // another one now
  ready.tell(other);
  EXPECT_FALSE(ready.is_empty());
  EXPECT_EQ(ready.next(), &whom[1]);
  EXPECT_EQ(ready.next(), &whom[2]);
  EXPECT_EQ(ready.next(), nullptr);
  ready.tell(one);
  EXPECT_TRUE(ready.is_empty()) << "it must be named again";
  ready.name(one, &whom[0]);
  ready.name(other, &whom[1]);
  ready.tell(other);
  ready.forget(one);
  EXPECT_EQ(ready.next(), &whom[1]);
  EXPECT_EQ(ready.next(), nullptr);
  ready.name(one, &whom[0]);
  EXPECT_TRUE(ready.is_empty()) << "what it could do is forgotten";
  ready.forget(one);
  ready.tell(one);
  EXPECT_TRUE(ready.is_empty()) << "as is who was named";
  ready.name(one, &whom[2]);
  EXPECT_EQ(ready.next(), &whom[2]);
}

TEST_F(PartsTest, LinesThatFoundNoBufferAreTheNextInTheirOrder) {
  std::deque<RingLine> lines;
  for (std::uint64_t i = 0; i < 5; ++i) lines.emplace_back(i, buffers_, 1, 0);
  WaitingLines waiting;
  const auto expect_next = [&](std::initializer_list<std::uint64_t> order) {
    for (const std::uint64_t number : order) EXPECT_EQ(waiting.next().number, number);
  };
  EXPECT_TRUE(waiting.is_empty());
  for (RingLine& line : lines) waiting.add(line);
  expect_next({0, 1, 2});
  // The first has taken all buffers.
  waiting.come_back(lines[1]);
  waiting.come_back(lines[2]);
  waiting.add(lines[0]);
  expect_next({1});
  waiting.come_back(lines[1]);
  waiting.forget(lines[3]);
  expect_next({1, 2, 4, 0});
  EXPECT_TRUE(waiting.is_empty());
  // As often as there are some, whoever has gone meanwhile.
  waiting.come_back(lines[1]);
  waiting.come_back(lines[2]);
  waiting.forget(lines[1]);
  waiting.forget(lines[2]);
  waiting.come_back(lines[3]);
  waiting.add(lines[4]);
  expect_next({3, 4});
}

io_uring_cqe completion(int result, unsigned flags) {
  io_uring_cqe one;
  std::memset(&one, 0, sizeof one);
  one.res = result;
  one.flags = flags;
  return one;
}

class ZeroCopySendsTest : public PartsTest {
 protected:
  using Told = ZeroCopySends::Told;

  ZeroCopySendsTest() { sends_.begin_anew(); }
  /// Of a buffer that its owner lets go of right after.
  std::size_t send() {
    buffer_ = buffers_.take_free();
    const std::size_t number = sends_.begin(std::span(&buffer_, 1));
    buffers_.give_free(buffer_);
    EXPECT_FALSE(is_free(buffer_));
    return number;
  }
  Told take(int result, unsigned flags, std::size_t number) {
    return sends_.take(completion(result, flags), number, calls_);
  }

  unsigned buffer_ = 0;
  Calls calls_;
  ZeroCopySends sends_{buffers_, 2, 1};
};

TEST_F(ZeroCopySendsTest, KeepTheirBuffersUntilTheKernelHasDoneWithThem) {
  EXPECT_EQ(sends_.most(), 2U);
  for (const bool copied : {false, true}) {
    ASSERT_TRUE(sends_.is_next(calls_));
    const std::size_t number = send();
    EXPECT_EQ(sends_.in_flight(), 1U);
    EXPECT_EQ(take(10, IORING_CQE_F_MORE, number), Told::result);
    EXPECT_EQ(sends_.in_flight(), 1U);
    EXPECT_FALSE(is_free(buffer_));
    EXPECT_EQ(take(copied ? static_cast<int>(kUsageCopied) : 0, IORING_CQE_F_NOTIF, number),
              Told::done);
    EXPECT_EQ(sends_.in_flight(), 0U);
    EXPECT_TRUE(is_free(buffer_));
    EXPECT_EQ(calls_.uncopied, 1);
    EXPECT_EQ(calls_.copied, copied ? 1 : 0);
  }
  EXPECT_EQ(take(10, 0, send()), Told::result) << "without a word to follow";
  EXPECT_TRUE(is_free(buffer_));
  EXPECT_EQ(sends_.in_flight(), 0U);
}

TEST_F(ZeroCopySendsTest, ThatSentNothingAreNotCounted) {
  const std::size_t number = send();
  EXPECT_EQ(take(-EPIPE, IORING_CQE_F_MORE, number), Told::result);
  EXPECT_EQ(take(0, IORING_CQE_F_NOTIF, number), Told::done);
  EXPECT_EQ(calls_.copied + calls_.uncopied + calls_.fallback, 0);
}

TEST_F(ZeroCopySendsTest, AreCopiedWhereThereAreTooManyOrNoMemoryIsLeft) {
  const std::size_t first = send();
  const std::size_t second = send();
  EXPECT_NE(first, second);
  EXPECT_FALSE(sends_.is_next(calls_));
  EXPECT_EQ(calls_.copied, 1);
  EXPECT_EQ(take(1, 0, second), Told::result);
  EXPECT_TRUE(sends_.is_next(calls_));
  for (const int error : {ENOMEM, ENOBUFS}) {
    calls_ = {};
    EXPECT_EQ(take(-error, 0, send()), Told::again);
    EXPECT_EQ(calls_.copied, 1);
    EXPECT_FALSE(sends_.is_next(calls_)) << "the next is a copy";
    EXPECT_EQ(calls_.copied, 1) << "which is counted already";
    EXPECT_TRUE(sends_.is_next(calls_)) << "and no other";
  }
  EXPECT_EQ(calls_.fallback, 0);
}

TEST_F(ZeroCopySendsTest, DoWithoutAReportThatTheKernelDoesNotKnow) {
  EXPECT_EQ(sends_.report(), kReportUsage);
  EXPECT_EQ(take(-EINVAL, 0, send()), Told::again);
  EXPECT_EQ(sends_.report(), 0U);
  EXPECT_TRUE(sends_.is_next(calls_));
  const std::size_t number = send();
  EXPECT_EQ(take(5, IORING_CQE_F_MORE, number), Told::result);
  EXPECT_EQ(take(0, IORING_CQE_F_NOTIF, number), Told::done);
  EXPECT_EQ(calls_.copied + calls_.uncopied, 0) << "nobody says which";
  EXPECT_EQ(take(-EINVAL, 0, send()), Told::result) << "it is a true one then";
}

TEST_F(ZeroCopySendsTest, AreNoneToASinkThatDoesNotTakeThem) {
  EXPECT_EQ(take(-EOPNOTSUPP, 0, send()), Told::again);
  EXPECT_EQ(calls_.fallback, 1);
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(sends_.is_next(calls_));
  EXPECT_EQ(calls_.copied, 0);
  sends_.begin_anew();
  EXPECT_TRUE(sends_.is_next(calls_)) << "another one may";
  ZeroCopySends none(buffers_, 0, 1);
  none.begin_anew();
  EXPECT_FALSE(none.is_next(calls_));
  EXPECT_EQ(calls_.copied, 0);
}

TEST_F(ZeroCopySendsTest, ACopyThatWasNextIsNoneOfAnotherSink) {
  EXPECT_EQ(take(-ENOMEM, 0, send()), Told::again);
  sends_.begin_anew();
  EXPECT_TRUE(sends_.is_next(calls_));
}

TEST(Requests, OfASendAreOfAllThatItIsTold) {
  char bytes[8];
  iovec pieces[2] = {{bytes, 3}, {bytes + 3, 5}};
  msghdr message{};
  message.msg_iov = pieces;
  for (const std::size_t count : {1U, 2U}) {
    message.msg_iovlen = count;
    io_uring_sqe request;
    std::memset(&request, 0, sizeof request);
    prepare_send(&request, 7, message);
    EXPECT_EQ(request.opcode, count == 1 ? IORING_OP_SEND : IORING_OP_SENDMSG);
    EXPECT_EQ(request.fd, 7);
    EXPECT_EQ(request.msg_flags, static_cast<unsigned>(MSG_WAITALL | MSG_NOSIGNAL));
    const void* const what = count == 1 ? static_cast<const void*>(bytes) : &message;
    EXPECT_EQ(request.addr, reinterpret_cast<std::uintptr_t>(what));
    EXPECT_EQ(request.len, count == 1 ? 3U : 1U);
  }
  io_uring_sqe request;
  std::memset(&request, 0, sizeof request);
  prepare_send_without_copy(&request, 8, message, kReportUsage);
  EXPECT_EQ(request.opcode, IORING_OP_SENDMSG_ZC);
  EXPECT_EQ(request.fd, 8);
  EXPECT_EQ(request.ioprio, kReportUsage);
  EXPECT_EQ(request.msg_flags, static_cast<unsigned>(MSG_WAITALL | MSG_NOSIGNAL));
}

TEST(Requests, ThatWereInterruptedAreAskedAnew) {
  for (const int error : {EINTR, ECANCELED, EAGAIN}) EXPECT_TRUE(is_passing(-error)) << error;
  for (const int result : {-EPIPE, -ENOBUFS, -EINVAL, 0, 1, EINTR, EAGAIN})
    EXPECT_FALSE(is_passing(result)) << result;
}

}  // namespace
}  // namespace splicebench
