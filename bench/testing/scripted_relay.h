#pragma once

// For tests: the relay's process alone. Its runner, writer and reader are the test, which says what
// it likes; what it is told before it asks waits in the sockets.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "bench/testing/bytes.h"
#include "bench/testing/eventually.h"
#include "harness/network/sockets.h"
#include "harness/system/spawn.h"
#include "harness/wire/control.h"

namespace splicebench::testing {

class ScriptedRelay : public ::testing::Test {
 protected:
  static constexpr PathKinds kSockets{EndKind::unix_stream, EndKind::unix_stream};
  static constexpr PathKinds kTcp{EndKind::tcp, EndKind::tcp};
  static constexpr PathKinds kToFile{EndKind::unix_stream, EndKind::file};
  static constexpr PathKinds kFromFile{EndKind::file, EndKind::unix_stream};

  ScriptedRelay() {
    task_.bytes = 10;
    task_.chunk = 5;
    set_mode("generic");
  }

  void set_mode(const std::string& mode) {
    task_.mode = {};
    mode.copy(task_.mode.data(), task_.mode.size() - 1);
  }

  /// With so many connections of these kinds; another one if there is one already.
  void start(PathKinds kinds, std::size_t connections = 1,
             const std::vector<std::string>& arguments = {}) {
    task_.kinds = kinds;
    task_.connection = 0;
    sources_.clear();
    sinks_.clear();
    for (SocketPair* const pair : {&control_, &writer_, &reader_}) *pair = control_pair();
    std::vector<InheritedFd> fds{{control_.second.get(), kControlFd}};
    if (kinds.has_writer()) fds.push_back({writer_.first.get(), kWriterControlFd});
    if (kinds.has_reader()) fds.push_back({reader_.first.get(), kReaderControlFd});
    for (std::uint32_t i = 0; i < connections; ++i) {
      sources_.push_back(ends_of(kinds.source));
      sinks_.push_back(ends_of(kinds.sink));
      fds.push_back({sources_.back().second.get(), source_fd(i)});
      fds.push_back({sinks_.back().second.get(), sink_fd(i)});
    }
    before_it_starts();
    relay_.emplace(spawn({SPLICEBENCH_RELAY, arguments, fds, minimal_environment()}));
    // Theirs alone, so that their end is seen.
    for (Fd* const end : {&control_.second, &writer_.first, &reader_.first}) end->reset();
    for (std::size_t i = 0; i < connections; ++i) {
      if (kinds.has_writer()) sources_[i].second.reset();
      if (kinds.has_reader()) sinks_[i].second.reset();
    }
  }

  /// While the test still has the relay's ends, too.
  virtual void before_it_starts() {}

  /// What the peers answer before the first sample of one flow.
  void say_ready() const {
    if (task_.kinds.has_writer()) say(writer_.second, PeerReady{});
    if (task_.kinds.has_reader()) say(reader_.second, PeerReady{});
  }

  /// What they answer when `bytes` have passed as they should.
  static PeerReport all_of(std::uint64_t bytes) {
    PeerReport report;
    report.bytes = bytes;
    return report;
  }

  /// Of one transfer, the timed one with what is asked of the writer at last.
  void say_passed(std::uint64_t bytes, bool timed = true) const {
    if (task_.kinds.has_writer()) {
      say(writer_.second, all_of(bytes));
      if (timed) say(writer_.second, PeerReport());
    }
    if (task_.kinds.has_reader()) say(reader_.second, all_of(bytes));
  }

  template <typename Message>
  static void say(const Fd& socket, const Message& message) {
    EXPECT_TRUE(send(socket.get(), message));
  }
  /// Once nothing was said, nobody is waited for any more.
  template <typename Message>
  Message hear(const Fd& socket) {
    Message message;
    is_silent_ = is_silent_ || !wait_for_event(socket, POLLIN);
    EXPECT_FALSE(is_silent_);
    if (is_silent_) return message;
    EXPECT_TRUE(splicebench::receive(socket.get(), message)) << errno;
    return message;
  }

  RelayReady hear_ready() { return hear<RelayReady>(control_.first); }
  RelayReport hear_report() { return hear<RelayReport>(control_.first); }
  std::string heard_error() { return splicebench::text_of(hear_report().error); }

  /// A whole sample: its error, and the report in `report_`.
  std::string run() {
    say(control_.first, task_);
    const std::string error = splicebench::text_of(hear_ready().error);
    if (!error.empty()) return "not ready: " + error;
    report_ = hear_report();
    return splicebench::text_of(report_.error);
  }

  /// Until it waits for something.
  void wait_until_asleep() const {
    EXPECT_TRUE(eventually([this] {
      std::ifstream stat("/proc/" + std::to_string(relay_->pid()) + "/stat");
      std::string line;
      std::getline(stat, line);
      return line.find(") S ") != std::string::npos;
    }));
  }

  RelayTask task_;
  RelayReport report_;
  SocketPair control_;               ///< `first` is the runner's
  SocketPair writer_;                ///< `second` is the writer's
  SocketPair reader_;                ///< likewise
  std::vector<SocketPair> sources_;  ///< `first` is the writer's; a file is `second` alone
  std::vector<SocketPair> sinks_;
  std::optional<Child> relay_;

 private:
  bool is_silent_ = false;

  static SocketPair ends_of(EndKind kind) {
    SocketPair ends;
    if (kind == EndKind::null) {
      ends.second = Fd(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    } else if (kind == EndKind::file) {
      ends.second = Fd(::memfd_create("file", MFD_CLOEXEC));
    } else {
      ends = kind == EndKind::tcp ? tcp_pair() : unix_pair();
      set_nonblocking(ends.second.get());
    }
    return ends;
  }
};

}  // namespace splicebench::testing
