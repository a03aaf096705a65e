#include "harness/system/members.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// How long the others may take to end when one has died, before they are killed: seconds.
constexpr double kEndsWithin = 1.0;
/// How long a process may take to end after its report. Nothing is wrong with its numbers then, but
/// one that does not end at all is a fault.
constexpr double kLeave = 10.0;

/// Waits until `fd` is readable or `until`; false then.
bool readable_before(int fd, double until) {
  for (;;) {
    const double left = std::max(0.0, until - monotonic_seconds());
    pollfd ended{fd, POLLIN, 0};
    if (::poll(&ended, 1, static_cast<int>(left * 1000)) > 0) return true;
    if (left == 0) return false;
  }
}

}  // namespace

/// State T or t in /proc/PID/stat (proc(5)).
bool LocalActor::is_stopped() const {
  std::ifstream file(fmt::format("/proc/{}/stat", child_.pid()));
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= text.size()) return false;
  return text[name_end + 2] == 'T' || text[name_end + 2] == 't';
}

std::string LocalActor::text() const { return fmt::format("process {}", child_.pid()); }

int Members::keep(Fd control) {
  controls_.push_back(std::move(control));
  return controls_.back().get();
}

void Members::start(const char* name, SpawnRequest request) {
  request.shielded = true;
  add(name, std::make_unique<LocalActor>(spawn(request)));
}

TreeUsage Members::usage(const std::string& name) const {
  for (const Member& member : members_) {
    if (member.name == name) return member.process->usage();
  }
  return {};
}

pid_t Members::pid(const std::string& name) const {
  for (const Member& member : members_) {
    if (member.name == name) return member.process->pid();
  }
  return 0;
}

void Members::wait_for_message(int control, const char* phase) {
  std::vector<pollfd> waiting{{control, POLLIN, 0}};
  for (const Member& member : members_) waiting.push_back({member.process->ended(), POLLIN, 0});
  for (;;) {
    if (interrupted()) throw Interrupted();
    // Looked at once more when the time is over: it may be this process that was stopped.
    const double left = deadline_ - monotonic_seconds();
    const int came = wait_interruptibly(waiting.data(), waiting.size(), std::max(left, 0.0));
    if (came < 0 && errno != EINTR) throw_errno("wait for", "the processes of a sample");
    if (came == 0 && left <= 0) throw SampleFailed(who_hangs(phase));
    if (came <= 0) continue;
    if (waiting[0].revents != 0) return;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (waiting[i + 1].revents == 0) continue;
      // One that ended in order was told to, or has told why; who talked to it will say more.
      if (members_[i].process->wait() != 0)
        throw SampleFailed(who_died(fmt::format("a process ended {}", phase)));
      waiting[i + 1].fd = -1;
    }
  }
}

std::string Members::who_hangs(const char* phase) const {
  std::string stopped;
  for (const Member& member : members_) {
    if (!member.process->is_stopped()) continue;
    stopped += fmt::format("{}the {} ({})", stopped.empty() ? "" : ", ", member.name,
                           member.process->text());
  }
  if (stopped.empty()) {
    for (const Member& member : members_) {
      const std::string silence = member.process->silence();
      if (!silence.empty())
        return fmt::format("nothing came {} in the time allowed: {}", phase, silence);
    }
    return fmt::format(
        "nothing came {} in the time allowed; if the machine is that slow, raise --timeout", phase);
  }
  return fmt::format(
      "{} was stopped (SIGSTOP or a debugger) and nothing came {} in the time allowed; do not stop "
      "it, or raise --timeout",
      stopped, phase);
}

std::string Members::who_died(const std::string& otherwise) {
  hang_up();  // those that live end by themselves, with status 0
  const double until = monotonic_seconds() + kEndsWithin;
  std::string dead;
  for (Member& member : members_) {
    // One that is stopped will not end by itself.
    if (!readable_before(member.process->ended(), member.process->is_stopped() ? 0 : until))
      continue;
    if (member.process->wait() == 0) continue;
    dead += fmt::format("{}the {} ({}) {}", dead.empty() ? "" : ", ", member.name,
                        member.process->text(), member.process->how_it_ended());
  }
  return dead.empty() ? otherwise : dead;
}

void Members::dismiss() {
  hang_up();
  const double until = monotonic_seconds() + kLeave;
  for (Member& member : members_) {
    if (!readable_before(member.process->ended(), until)) {
      throw SampleFailed(fmt::format("the {} ({}) did not end after its report", member.name,
                                     member.process->text()));
    }
    if (member.process->wait() != 0)
      throw SampleFailed(fmt::format("the {} ({}) {}", member.name, member.process->text(),
                                     member.process->how_it_ended()));
  }
}

}  // namespace splicebench
