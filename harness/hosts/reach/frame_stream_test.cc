#include "harness/hosts/reach/frame_stream.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <optional>
#include <utility>

#include "harness/hosts/requests.h"
#include "harness/network/sockets.h"
#include "harness/system/sys.h"

namespace splicebench {
namespace {

TEST(Frame, ComesOutOfAnyPiecesOfAStream) {
  const std::string bytes =
      encoded({FrameKind::packet, 7, "text"}) + encoded({FrameKind::beat, 0, ""});
  FrameReader reader;
  std::vector<Frame> frames;
  for (const char byte : bytes) {
    reader.add(&byte, 1);
    while (std::optional<Frame> frame = reader.next()) frames.push_back(*frame);
  }
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].kind, FrameKind::packet);
  EXPECT_EQ(frames[0].number, 7U);
  EXPECT_EQ(frames[0].payload, "text");
  EXPECT_EQ(frames[1].kind, FrameKind::beat);
}

TEST(Frame, OfAnythingElseIsRefused) {
  FrameReader reader;
  reader.add("HTTP/1.1 400 Bad Request", 24);
  EXPECT_THROW(reader.next(), std::runtime_error);
}

TEST(Frame, ThatIsTooShortForWhatItShallHoldIsRefused) {
  EXPECT_THROW(unpacked_hello("\1"), std::runtime_error);
  EXPECT_THROW(unpacked_start(std::string(10, '\0')), std::runtime_error);
}

TEST(Frame, HoldsAStartAsItWas) {
  StartRequest request;
  request.plan.part = Part::reader;
  request.plan.token = random_token();
  request.plan.sockets = {"bbr", 65536};
  request.plan.nonblocking = true;
  request.plan.seconds = 1.5;
  request.plan.coming = {{3, {{1, 10}, {2, 11}}}};
  request.plan.going = {{address_of("::1", 80, "test"), {{4, 12}}}};
  request.controls = {{5, 3}};
  const StartRequest same = unpacked_start(packed(request));
  EXPECT_EQ(same.plan.part, Part::reader);
  EXPECT_EQ(same.plan.token, request.plan.token);
  EXPECT_EQ(same.plan.sockets.congestion, "bbr");
  EXPECT_EQ(same.plan.sockets.buffer, 65536);
  EXPECT_TRUE(same.plan.nonblocking);
  EXPECT_EQ(same.plan.seconds, 1.5);
  ASSERT_EQ(same.plan.coming.size(), 1U);
  EXPECT_EQ(same.plan.coming[0].listener, 3U);
  EXPECT_EQ(same.plan.coming[0].ends[1].to, 11);
  EXPECT_EQ(format_address(same.plan.going.at(0).target), "[::1]:80");
  EXPECT_EQ(same.controls.at(0).channel, 5U);
}

/// What a stream told.
class Told {
 public:
  void frame(Frame frame) {
    const std::lock_guard lock(mutex_);
    frames_.push_back(std::move(frame));
    changed_.notify_all();
  }
  void end(const std::string& how) {
    const std::lock_guard lock(mutex_);
    end_ = how;
    changed_.notify_all();
  }
  Frame next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !frames_.empty(); });
    Frame frame = frames_.front();
    frames_.erase(frames_.begin());
    return frame;
  }
  std::string how_it_ended() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return end_.has_value(); });
    return *end_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Frame> frames_;
  std::optional<std::string> end_;
};

struct Pipe {
  Fd read;
  Fd write;
  Pipe() {
    int ends[2];
    check(::pipe(ends), "make", "a pipe");
    read = Fd(ends[0]);
    write = Fd(ends[1]);
  }
};

class FrameStreams : public ::testing::Test {
 protected:
  FrameStreams() {
    Pipe there;
    Pipe back;
    left_ = make(std::move(back.read), std::move(there.write), told_left_);
    right_ = make(std::move(there.read), std::move(back.write), told_right_);
  }

  static std::unique_ptr<FrameStream> make(Fd in, Fd out, Told& told) {
    return std::make_unique<FrameStream>(
        std::move(in), std::move(out), [&told](Frame frame) { told.frame(std::move(frame)); },
        [&told](const std::string& how) { told.end(how); });
  }

  Told told_left_;
  Told told_right_;
  std::unique_ptr<FrameStream> left_;
  std::unique_ptr<FrameStream> right_;
};

TEST_F(FrameStreams, CarryFramesBothWaysWhateverTheirSize) {
  const std::string large(1 << 20, 'x');
  left_->send(FrameKind::start, 1, large);
  right_->send(FrameKind::done, 2, "answer");
  EXPECT_EQ(told_right_.next().payload, large);
  EXPECT_EQ(told_left_.next().payload, "answer");
}

TEST_F(FrameStreams, CarryPacketsOfASocketAndItsEnd) {
  SocketPair here = control_pair();
  SocketPair there = control_pair();
  left_->join(5, std::move(here.second));
  right_->join(5, std::move(there.second));
  for (const char* text : {"one", "two"}) {
    ASSERT_EQ(::send(here.first.get(), text, 3, 0), 3);
    char got[4] = {};
    ASSERT_EQ(::recv(there.first.get(), got, 3, 0), 3);
    EXPECT_STREQ(got, text);
  }
  here.first.reset();
  char byte = 0;
  EXPECT_EQ(::recv(there.first.get(), &byte, 1, 0), 0);
}

TEST_F(FrameStreams, LoseNoPacketThatIsNotReadYet) {
  SocketPair here = control_pair();
  SocketPair there = control_pair();
  left_->join(5, std::move(here.second));
  right_->join(5, std::move(there.second));
  const std::string packet(1 << 15, 'p');
  constexpr int kPackets = 100;
  for (int i = 0; i < kPackets; ++i)
    ASSERT_EQ(::send(here.first.get(), packet.data(), packet.size(), 0), std::ssize(packet));
  here.first.reset();
  std::string got(packet.size(), '\0');
  for (int i = 0; i < kPackets; ++i)
    ASSERT_EQ(::recv(there.first.get(), got.data(), got.size(), 0), std::ssize(packet)) << i;
  EXPECT_EQ(::recv(there.first.get(), got.data(), got.size(), 0), 0);
}

TEST_F(FrameStreams, TellWhenTheOtherSideHasEnded) {
  SocketPair here = control_pair();
  left_->join(5, std::move(here.second));
  right_.reset();
  EXPECT_EQ(told_left_.how_it_ended(), "ended");
  char byte = 0;
  EXPECT_EQ(::recv(here.first.get(), &byte, 1, 0), 0);
}

TEST(FrameStream, EndsWhereTheOtherSideSaysWhatIsNoneOfOurs) {
  Pipe in;
  Pipe out;
  Told told;
  ASSERT_EQ(::write(in.write.get(), "Welcome to this host", 20), 20);
  const FrameStream stream(
      std::move(in.read), std::move(out.write), [](Frame) {},
      [&told](const std::string& how) { told.end(how); });
  EXPECT_EQ(told.how_it_ended(), "sent bytes that are none of ours");
}

}  // namespace
}  // namespace splicebench
