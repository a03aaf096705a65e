// splicebench-guard DIRECTORY PROGRAM [ARGUMENT...]: runs somebody else's relay and leaves nothing
// of it behind.
//
// Its control socket ends when the one who started it has had enough or has died, by SIGKILL, too:
// then it kills all processes below it, also those that went into the background (they become its
// own children: PR_SET_CHILD_SUBREAPER), and removes the directory. When they end by themselves it
// says so and ends as well.
//
// Where it may, it is two processes: the one that does this is the first of a PID namespace
// (pid_namespaces(7)), and with it end all that are in it; its parent only waits, and removes the
// directory should it have been killed. Whichever of runner and guard are killed, nothing is left.

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <string>
#include <system_error>

#include "harness/system/process.h"
#include "harness/system/process_tree.h"
#include "harness/system/sys.h"
#include "harness/wire/control.h"

namespace {

using namespace splicebench;

/// Between two passes of killing, for processes that were just being made.
constexpr int kPassMilliseconds = 5;

/// Then /proc, which is that of the namespace outside, knows this process by another number.
bool first_of_namespace() { return ::getpid() == 1; }

/// What the program prints, of which the last bytes stand in the file of kDataFd for its starter:
/// one that prints without end must fill no memory.
class Printed {
 public:
  Printed() {
    if (::pipe2(ends_, O_CLOEXEC) != 0) throw_errno("make", "a pipe");
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);  // of this end alone
  }

  /// Where it is to go.
  int end() const { return ends_[1]; }
  /// The program has its end.
  void started() { ::close(ends_[1]); }

  /// To be read when something is there; -1: nobody can print any more.
  int begin() const { return ends_[0]; }

  /// Takes a part of what waits. False when nothing does.
  bool keep() {
    const ssize_t got = ::read(ends_[0], part_, sizeof part_);
    if (got < 0) return errno == EINTR;
    if (got == 0) {
      ::close(ends_[0]);
      ends_[0] = -1;
      return false;
    }
    last_.append(part_, static_cast<std::size_t>(got));
    last_.erase(0, last_.size() - std::min(last_.size(), kKept));
    // Its size only grows, so that a reader at any time sees a whole one.
    return ::pwrite(kDataFd, last_.data(), last_.size(), 0) >= 0;
  }

 private:
  static constexpr std::size_t kKept = 4096;
  int ends_[2];
  char part_[65536];
  std::string last_;
};

void remove_directory(const char* path) {
  std::error_code ignored;  // whoever started it removes it, too
  std::filesystem::remove_all(path, ignored);
}

/// Goes on as the first process of a PID namespace, where that is allowed; the process that this
/// was waits for its end, removes `directory` and ends. Returns the process's number outside.
pid_t go_apart(const char* directory) {
  if (::unshare(CLONE_NEWPID) != 0) return ::getpid();
  int ends[2];
  const pid_t child = ::pipe2(ends, O_CLOEXEC) == 0 ? ::fork() : -1;
  if (child < 0) ::_exit(1);  // the runner says that its guard was killed
  pid_t number = child;
  if (child == 0) {
    const bool told = ::read(ends[0], &number, sizeof number) == sizeof number;
    ::close(ends[0]);
    ::close(ends[1]);
    return told ? number : 0;
  }
  for (const int fd : {kControlFd, kDataFd}) ::close(fd);  // they end with the other one
  if (::write(ends[1], &number, sizeof number) < 0) ::kill(child, SIGKILL);
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  remove_directory(directory);
  ::_exit(0);
}

/// In the child: becomes the program, or gives errno to `report`.
[[noreturn]] void become(char** command, int output, int report) {
  // Should the guard itself be killed, at least the first process goes with it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setsid();  // a terminal's Ctrl-C is for splicebench
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGPIPE, SIGXFSZ, SIGINT}) ::signal(number, SIG_DFL);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0 && ::dup2(nothing, 0) == 0 && ::dup2(output, 1) == 1 && ::dup2(output, 2) == 2)
    ::execv(command[0], command);
  const int error = errno;
  if (::write(report, &error, sizeof error) < 0) ::_exit(126);
  ::_exit(127);
}

/// Starts it. errno, or 0.
int start(char** command, Printed& printed) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
  const pid_t pid = ::fork();
  if (pid == 0) become(command, printed.end(), ends[1]);
  int error = pid < 0 ? errno : 0;
  ::close(ends[1]);
  printed.started();
  if (pid > 0 && ::read(ends[0], &error, sizeof error) < 0) error = errno;  // nothing: it runs
  ::close(ends[0]);
  return error;
}

/// Takes the ended. True while there are others; `status` is of the last one.
bool reap(int& status) {
  for (;;) {
    int ended = 0;
    const pid_t pid = ::waitpid(-1, &ended, WNOHANG);
    if (pid > 0) status = ended;
    if (pid == 0) return true;
    if (pid < 0 && errno != EINTR) return false;
  }
}

void kill_all() {
  int status = 0;
  while (reap(status)) {
    if (first_of_namespace()) {
      ::kill(-1, SIGKILL);
    } else {
      for (const pid_t pid : processes_below(::getpid())) ::kill(pid, SIGKILL);
    }
    ::poll(nullptr, 0, kPassMilliseconds);
  }
}

/// Until the control socket or all processes end.
void watch(int signals, Printed& printed) {
  GuardReport report;
  pollfd waiting[] = {{kControlFd, POLLIN, 0}, {signals, POLLIN, 0}, {printed.begin(), POLLIN, 0}};
  while (reap(report.status)) {
    if (::poll(waiting, 3, -1) < 0 && errno != EINTR) break;
    if (waiting[0].revents != 0) return;
    if (waiting[2].revents != 0) printed.keep();
    waiting[2].fd = printed.begin();
    signalfd_siginfo info{};
    // Non-blocking: SIGCHLD only wakes, reap() asks what there is.
    if (::read(signals, &info, sizeof info) < 0 && errno != EAGAIN && errno != EINTR) break;
  }
  while (printed.keep()) {
  }
  send(kControlFd, report);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 2;
  ::signal(SIGPIPE, SIG_IGN);
  // What kills the whole group of the one who started it must leave it to do its work.
  ::setsid();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  for (const int fd : {kControlFd, kDataFd}) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  sigset_t child;
  ::sigemptyset(&child);
  // Only SIGKILL ends it before its work is done.
  for (const int number : {SIGCHLD, SIGTERM, SIGHUP, SIGINT}) ::sigaddset(&child, number);
  ::sigprocmask(SIG_BLOCK, &child, nullptr);
  const int signals = ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);

  const pid_t root = go_apart(arguments[1]);
  GuardTask task;
  if (receive(kControlFd, task)) {
    GuardReport report;
    report.root = root;
    try {
      run_on(task.cpus);
      Printed printed;
      report.error = signals < 0 ? errno : start(arguments + 2, printed);
      if (send(kControlFd, report) && report.error == 0) watch(signals, printed);
    } catch (const std::system_error& error) {
      report.error = error.code().value();
      send(kControlFd, report);
    }
  }
  kill_all();
  remove_directory(arguments[1]);
  return 0;
}
