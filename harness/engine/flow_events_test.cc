// What an event loop of many flows hears of them.

#include "harness/engine/flow_events.h"

#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include "bench/testing/bytes.h"
#include "bench/testing/refused_calls.h"
#include "bench/testing/thrown_by.h"
#include "harness/network/sockets.h"
#include "harness/testing/scripted_engine.h"

namespace splicebench {
namespace {

using testing::Says;
using testing::Script;
using testing::ScriptedEngine;

/// The structure is packed: nothing may refer to what is in it.
void* whom_of(const epoll_event& event) { return event.data.ptr; }

class FlowEventsTest : public ::testing::Test {
 protected:
  FlowEventsTest() {
    from_.fd = source_.second.get();
    to_.fd = sink_.second.get();
    set_nonblocking(from_.fd);
    set_nonblocking(to_.fd);
    engine_end_.flow = &flow_;
  }

  /// What has happened by now.
  std::vector<epoll_event> now(EngineHost* host = nullptr) {
    const std::span<const epoll_event> events = events_.wait(host, 0);
    return {events.begin(), events.end()};
  }
  /// What will have.
  std::vector<epoll_event> soon() {
    const std::span<const epoll_event> events = events_.wait(nullptr, kPatience);
    return {events.begin(), events.end()};
  }
  void write_to(const Fd& own) {
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(own.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  }
  /// The flow waits for that.
  void wait_for(Outcome outcome) {
    script_.next = {outcome};
    from_.readable = true;
    to_.writable = true;
    EXPECT_EQ(flow_.run(1), Flow::Turn::waiting);
  }

  SocketPair source_ = tcp_pair();
  SocketPair sink_ = tcp_pair();
  WatchedEnd from_;
  WatchedEnd to_;
  Script script_;
  ScriptedEngine engine_{script_};
  Flow flow_{from_, to_, engine_};
  WatchedEnd engine_end_;
  FlowEvents events_;
};

TEST_F(FlowEventsTest, TellOfASocketOnceAndAgainWhenMoreComes) {
  events_.observe(from_);
  const std::vector<epoll_event> first = now();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].events, EPOLLOUT);
  EXPECT_EQ(&FlowEvents::take(first[0]), &from_);
  EXPECT_TRUE(from_.writable);
  EXPECT_FALSE(from_.readable);
  EXPECT_TRUE(now().empty()) << "once";
  send_all(source_.first, "x");
  EXPECT_EQ(FlowEvents::take(soon().at(0)).readable, true);
  EXPECT_TRUE(now().empty());
  ASSERT_EQ(::send(source_.first.get(), "!", 1, MSG_OOB), 1);
  EXPECT_TRUE(FlowEvents::take(soon().at(0)).urgent);
  from_.readable = false;
  ::shutdown(source_.first.get(), SHUT_WR);
  EXPECT_TRUE(FlowEvents::take(soon().at(0)).readable);
}

TEST_F(FlowEventsTest, CannotTellOfAFile) {
  const Fd file(::memfd_create("file", MFD_CLOEXEC));
  WatchedEnd end;
  end.fd = file.get();
  EXPECT_FALSE(events_.observe_if_possible(end));
  try {
    events_.observe(end);
    FAIL() << "as if it would be told of";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), EPERM);
  }
  EXPECT_TRUE(events_.observe_if_possible(to_));
  EXPECT_THROW(events_.observe_if_possible(to_), std::system_error) << "it is watched already";
}

TEST_F(FlowEventsTest, DoNotTellOfBytesWhileTheOtherSideBlocks) {
  events_.observe(from_);
  now();
  wait_for(Says::blocks(to_.fd, POLLOUT, 3, 1, 2));
  events_.mute_while_blocked(from_, flow_);
  EXPECT_TRUE(from_.muted);
  now();
  for (int time = 0; time < 2; ++time) {
    send_all(source_.first, "x");
    ASSERT_TRUE(wait_for_event(source_.second, POLLIN));
    EXPECT_TRUE(now().empty());
    events_.mute_while_blocked(from_, flow_);
    EXPECT_TRUE(now().empty()) << "nothing has changed";
  }
  // It can go on, and has not found its source empty yet: as muted as before.
  flow_.wake();
  from_.readable = true;
  events_.mute_while_blocked(from_, flow_);
  EXPECT_TRUE(from_.muted);
  EXPECT_TRUE(now().empty());
  from_.readable = false;
  events_.mute_while_blocked(from_, flow_);
  EXPECT_FALSE(from_.muted);
  const std::vector<epoll_event> told = now();
  ASSERT_EQ(told.size(), 1U) << "what came meanwhile";
  EXPECT_TRUE(FlowEvents::take(told[0]).readable);
  events_.mute_while_blocked(from_, flow_);
  EXPECT_TRUE(now().empty()) << "nothing has changed";
  // Nor does one that is not muted become so because bytes wait.
  from_.readable = true;
  events_.mute_while_blocked(from_, flow_);
  EXPECT_FALSE(from_.muted);
}

TEST_F(FlowEventsTest, DoNotTellOfBytesThatAHostHearsOf) {
  testing::HostScript host;
  const EngineInfo info = testing::hosted(script_, host);
  EnginePool pool(Mode{"scripted", &info, {}});
  Flow flow(from_, to_, pool);
  events_.observe(from_);
  now();
  script_.next = {Says::blocks(from_.fd, POLLIN)};
  EXPECT_EQ(flow.run(1), Flow::Turn::waiting);
  events_.mute_while_blocked(from_, flow);
  EXPECT_TRUE(from_.muted);
  now();
  send_all(source_.first, "x");
  ASSERT_TRUE(wait_for_event(source_.second, POLLIN));
  EXPECT_TRUE(now().empty());
}

TEST_F(FlowEventsTest, TellOfAMutedEndThatItsPeerIsGone) {
  events_.observe(from_);
  wait_for(Says::blocks(to_.fd, POLLOUT, 3, 1, 2));
  events_.mute_while_blocked(from_, flow_);
  now();
  ::shutdown(source_.first.get(), SHUT_WR);
  EXPECT_TRUE(FlowEvents::take(soon().at(0)).readable);
}

TEST_F(FlowEventsTest, TellOnceOfWhatIsAnEnginesOwn) {
  const Fd own(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  events_.observe_engine(engine_end_);
  EXPECT_FALSE(engine_end_.armed) << "it awaits none";
  wait_for(Says::blocks(own.get(), POLLIN));
  for (int time = 0; time < 3; ++time) {
    events_.observe_engine(engine_end_);
    EXPECT_TRUE(engine_end_.armed);
    EXPECT_TRUE(time > 0 || now().empty());
    write_to(own);
    events_.observe_engine(engine_end_);
    const std::vector<epoll_event> told = now();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(now().empty()) << "once";
    events_.observe_engine(engine_end_);
    EXPECT_TRUE(now().empty()) << "it asks for nothing anew before it has been heard";
    EXPECT_EQ(&FlowEvents::take(told[0]), &engine_end_);
    EXPECT_FALSE(engine_end_.armed);
    write_to(own);
    EXPECT_TRUE(now().empty()) << "not before it is asked for again";
    script_.next = {Says::blocks(own.get(), POLLIN)};
    EXPECT_EQ(flow_.run(1), Flow::Turn::waiting);
    EXPECT_TRUE(script_.next.empty()) << "it was woken";
  }
  script_.tells = true;
  write_to(own);
  events_.observe_engine(engine_end_);
  EXPECT_EQ(script_.whom, &engine_end_);
  EXPECT_FALSE(engine_end_.armed);
  EXPECT_TRUE(now().empty()) << "its host will tell";
}

TEST_F(FlowEventsTest, HearOfEnginesByTheirHostAndOfSocketsToo) {
  testing::HostScript said;
  testing::ScriptedHost host(script_, said);
  bool other_is_ready = false;
  int other = -1;
  said.wait = [&](int fd) {
    other = fd;
    return other_is_ready;
  };
  events_.observe(from_);
  int whom[300];
  const auto name = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) said.whom.push_back(&whom[i]);
  };
  name(3);
  std::span<const epoll_event> events = events_.wait(&host, 12);
  EXPECT_EQ(other, events_.fd());
  EXPECT_EQ(said.waited, std::vector{12});
  ASSERT_EQ(events.size(), 3U) << "nothing else was to be had";
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(whom_of(events[i]), &whom[i]);
    EXPECT_EQ(events[i].events, 0U);
  }
  name(2);
  other_is_ready = true;
  events = events_.wait(&host, -1);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(whom_of(events[1]), &whom[1]);
  EXPECT_EQ(whom_of(events[2]), &from_);
  EXPECT_TRUE(events_.wait(&host, -1).empty()) << "it waited in the host";
  name(300);
  events = events_.wait(&host, -1);
  EXPECT_EQ(events.size(), 256U);
  for (const epoll_event& event : events) EXPECT_EQ(event.events, 0U);
  EXPECT_EQ(events_.wait(&host, -1).size(), 44U);
}

/// What `what` throws where `call` (SYS_...) fails.
template <typename What>
std::string thrown_without(unsigned call, What what, unsigned error = EMFILE) {
  std::string text;
  std::thread([&] {
    testing::refuse_call(call, error);
    text = testing::thrown_by(what);
  }).join();
  return text;
}

TEST_F(FlowEventsTest, SayWhatTheyCouldNotDo) {
  const Fd file(::memfd_create("file", MFD_CLOEXEC));
  EXPECT_EQ(testing::thrown_by([&] { events_.mute_while_blocked(from_, flow_); }), "nothing");
  wait_for(Says::blocks(to_.fd, POLLOUT, 3, 1, 2));
  EXPECT_EQ(testing::thrown_by([&] { events_.mute_while_blocked(from_, flow_); }),
            "watch a connection: No such file or directory")
      << "it is not watched";
  WatchedEnd end;
  end.fd = file.get();
  EXPECT_EQ(testing::thrown_by([&] { events_.observe(end); }),
            "watch a connection: Operation not permitted");
  events_.observe(to_);
  EXPECT_EQ(testing::thrown_by([&] { events_.observe(to_); }), "watch a connection: File exists");
  flow_.wake();
  script_.next = {Says::blocks(file.get(), POLLIN)};
  EXPECT_EQ(flow_.run(1), Flow::Turn::waiting);
  EXPECT_EQ(testing::thrown_by([&] { events_.observe_engine(engine_end_); }),
            "watch an engine: Operation not permitted");
  EXPECT_FALSE(engine_end_.armed);
  EXPECT_EQ(thrown_without(SYS_epoll_create1, [] { FlowEvents(); }),
            "make an epoll descriptor: Too many open files");
#ifdef SYS_epoll_wait
  EXPECT_EQ(thrown_without(SYS_epoll_wait, [&] { events_.wait(nullptr, 0); }),
            "wait for events: Too many open files");
  const auto told = [&] { EXPECT_TRUE(events_.wait(nullptr, -1).empty()) << "by a signal"; };
  EXPECT_EQ(thrown_without(SYS_epoll_wait, told, EINTR), "nothing");
#endif
}

}  // namespace
}  // namespace splicebench
