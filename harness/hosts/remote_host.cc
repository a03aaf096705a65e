#include "harness/hosts/remote_host.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "harness/hosts/local_host.h"
#include "harness/hosts/reach/greeting.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

Fd event() { return Fd(check(::eventfd(0, EFD_CLOEXEC), "make", "an eventfd")); }

void raise(const Fd& event) {
  const std::uint64_t one = 1;
  if (::write(event.get(), &one, sizeof one) < 0) {
    // Raised before, and never taken back.
  }
}

}  // namespace

/// What both threads know.
struct RemoteHost::State {
  struct Process {
    Fd ended = event();
    int status = 0;
    std::string how;  ///< empty: by its status
  };

  std::mutex mutex;
  std::map<std::uint32_t, std::shared_ptr<Process>> processes;
  std::string trouble;
  std::string heard = "its greeting";  ///< what came last
  std::optional<Frame> hello;
  std::optional<Frame> answer;
  Fd came = event();  ///< one of the two above, or its end
  Fd lost = event();  ///< its end
};

class RemoteHost::Remote : public Actor {
 public:
  Remote(RemoteHost& host, std::uint32_t number, std::int32_t pid,
         std::shared_ptr<State::Process> process)
      : state_(host.state_),
        host_(host),
        number_(number),
        pid_(pid),
        process_(std::move(process)) {}
  ~Remote() override {
    {
      const std::lock_guard lock(state_->mutex);
      // What has ended by itself is gone there, too.
      if (state_->processes.erase(number_) == 0 || !state_->trouble.empty()) return;
    }
    host_.stream_->send(FrameKind::kill, number_);
  }
  Remote(const Remote&) = delete;
  Remote& operator=(const Remote&) = delete;

  int ended() const override { return process_->ended.get(); }
  int wait() override {
    pollfd waiting{ended(), POLLIN, 0};
    while (::poll(&waiting, 1, -1) < 0 && errno == EINTR) {
    }
    const std::lock_guard lock(state_->mutex);
    return process_->status;
  }
  bool is_stopped() const override { return host_.is_stopped(number_); }
  pid_t pid() const override { return pid_; }
  std::string text() const override { return fmt::format("process {} on {}", pid_, host_.name_); }
  std::string silence() const override { return host_.silence(); }
  std::string how_it_ended() override {
    const int status = wait();
    const std::lock_guard lock(state_->mutex);
    return process_->how.empty() ? describe_wait_status(status) : process_->how;
  }
  TreeUsage usage() const override { return host_.usage(number_); }

 private:
  std::shared_ptr<State> state_;
  RemoteHost& host_;
  std::uint32_t number_;
  std::int32_t pid_;
  std::shared_ptr<State::Process> process_;
};

RemoteHost::RemoteHost(std::string name, AgentProcess process, double deadline, double patience,
                       Others others)
    : name_(std::move(name)),
      patience_(patience),
      others_(std::move(others)),
      process_(std::move(process)),
      state_(std::make_shared<State>()) {
  greet(name_, process_, deadline);
  stream_ = std::make_unique<FrameStream>(
      std::move(process_.out), std::move(process_.in),
      [this](Frame frame) { take(std::move(frame)); },
      [this](const std::string& how) { end(how); });
  if (!wait_until({state_->came.get()}, deadline))
    throw SampleFailed(fmt::format("host {}: its agent said nothing of itself", name_));
  const std::lock_guard lock(state_->mutex);
  if (!state_->hello) throw SampleFailed(state_->trouble);
  std::uint64_t count = 0;
  check(::read(state_->came.get(), &count, sizeof count), "read", "an eventfd");
  hello_ = unpacked_hello(state_->hello->payload);
}

RemoteHost::~RemoteHost() {
  stream_.reset();  // end of its input: it ends by itself
  await_end(process_);
}

std::string RemoteHost::silence() const {
  const double silent = stream_->silent_for();
  const std::lock_guard lock(state_->mutex);
  if (!state_->trouble.empty()) return state_->trouble;
  if (silent < kNoticed) return {};
  return fmt::format("host {} was last heard {:.1f} s ago ({})", name_, silent, state_->heard);
}

std::string RemoteHost::trouble() const {
  const std::lock_guard lock(state_->mutex);
  return state_->trouble;
}

void RemoteHost::take(Frame frame) {
  const std::lock_guard lock(state_->mutex);
  if (frame.kind == FrameKind::ended) {
    const auto found = state_->processes.find(frame.number);
    if (found == state_->processes.end()) return;
    found->second->status = Unpacked(frame.payload).take<std::int32_t>();
    raise(found->second->ended);
    state_->processes.erase(found);
    return;
  }
  if (frame.kind == FrameKind::hello) {
    state_->hello = std::move(frame);
  } else {
    state_->answer = std::move(frame);
  }
  raise(state_->came);
}

void RemoteHost::end(const std::string& how) {
  // ssh's words come with its end.
  pollfd ended{process_.child.pidfd(), POLLIN, 0};
  ::poll(&ended, 1, 200);
  const std::string words = words_of(process_);
  const std::lock_guard lock(state_->mutex);
  state_->trouble = fmt::format("host {}: its agent {}{}; last heard was {}", name_, how,
                                words.empty() ? "" : " (" + words + ")", state_->heard);
  for (const auto& [number, process] : state_->processes) {
    process->status = -1;
    process->how = "is lost: " + state_->trouble;
    raise(process->ended);
  }
  raise(state_->came);
  raise(state_->lost);
}

std::string RemoteHost::ask(FrameKind kind, std::string payload, const std::string& what,
                            double seconds, const std::vector<const RemoteHost*>& needed) {
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->trouble.empty()) throw SampleFailed(state_->trouble);
  }
  stream_->send(kind, ++asked_, std::move(payload));
  const double deadline = monotonic_seconds() + seconds;
  std::vector<int> waiting{state_->came.get()};
  for (const RemoteHost* other : needed) waiting.push_back(other->state_->lost.get());
  for (;;) {
    const bool in_time = wait_until(waiting, deadline);
    for (const RemoteHost* other : needed) {
      if (const std::string trouble = other->trouble(); !trouble.empty())
        throw SampleFailed(trouble);
    }
    const std::lock_guard lock(state_->mutex);
    if (!state_->trouble.empty()) throw SampleFailed(state_->trouble);
    if (!in_time) {
      throw SampleFailed(fmt::format(
          "host {} did not tell {} in {:g} s; last heard was {}; see whether it and the "
          "way to it are up, or raise --timeout",
          name_, what, seconds, state_->heard));
    }
    std::uint64_t count = 0;
    check(::read(state_->came.get(), &count, sizeof count), "read", "an eventfd");
    const std::optional<Frame> answer = std::exchange(state_->answer, std::nullopt);
    // One that came too late for its own question.
    if (!answer || answer->number != asked_) continue;
    state_->heard = what;
    if (answer->kind == FrameKind::done) return answer->payload;
    throw SampleFailed(fmt::format("host {}: {}", name_, answer->payload));
  }
}

std::unique_ptr<Actor> RemoteHost::start(const StartPlan& plan, std::vector<ControlEnd> controls,
                                         std::int64_t& strangers) {
  StartRequest request{plan, {}};
  for (ControlEnd& control : controls) {
    stream_->join(++channels_, std::move(control.socket));
    request.controls.push_back({channels_, control.to});
  }
  const std::uint32_t number = asked_ + 1;
  std::shared_ptr<State::Process> process = std::make_shared<State::Process>();
  {
    const std::lock_guard lock(state_->mutex);
    state_->processes[number] = process;
  }
  try {
    const StartReply reply =
        Unpacked(ask(FrameKind::start, packed(request),
                     fmt::format("that it had started the {}", name_of(plan.part)),
                     plan.seconds + kBeyond, others_()))
            .take<StartReply>();
    strangers += reply.strangers;
    return std::make_unique<Remote>(*this, number, reply.pid, std::move(process));
  } catch (...) {
    // It may have been started after all.
    stream_->send(FrameKind::kill, number);
    const std::lock_guard lock(state_->mutex);
    state_->processes.erase(number);
    throw;
  }
}

}  // namespace splicebench
