#include "harness/system/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "harness/system/sys.h"
#include "results/files/fd.h"

namespace splicebench {

namespace process = boost::process::v2;

namespace {

/// Descriptors that starting a process takes: the launcher's pipe, its pidfd and ours.
constexpr std::size_t kSpareFds = 4;
constexpr unsigned kCloseRangeCloexec = 1U << 2;  // CLOSE_RANGE_CLOEXEC, missing in older headers

int highest_target(const std::vector<InheritedFd>& fds) {
  int highest = 2;
  for (const InheritedFd& fd : fds) highest = std::max(highest, fd.to);
  return highest;
}

/// Gives the child its descriptors and its environment. Boost 1.81's own posix::bind_fd lacks a
/// return statement, and its whitelist leaves the gaps between its entries open (every other
/// descriptor of ours is CLOEXEC from creation, so nothing gets through them).
struct Endow {
  const SpawnRequest* request;
  std::vector<const char*> environment;
  std::vector<int> moved;  ///< where the descriptors are in between

  explicit Endow(const SpawnRequest& what) : request(&what) {
    for (const std::string& variable : what.environment) environment.push_back(variable.c_str());
    environment.push_back(nullptr);
    moved.resize(what.fds.size());
  }

  template <typename Launcher>
  boost::system::error_code on_setup(Launcher& launcher, const process::filesystem::path&,
                                     const char* const*&) {
    launcher.env = environment.data();
    for (const InheritedFd& fd : request->fds) launcher.fd_whitelist.push_back(fd.to);
    return {};
  }

  // Runs in the child, between fork and exec: system calls only.
  template <typename Launcher>
  boost::system::error_code on_exec_setup(Launcher&, const process::filesystem::path&,
                                          const char* const*&) {
    const std::vector<InheritedFd>& fds = request->fds;
    if (request->network >= 0 && ::setns(request->network, CLONE_NEWNET) != 0)
      return {errno, boost::system::system_category()};
    // First away from all targets, so that no target overwrites a source still needed.
    for (std::size_t i = 0; i < fds.size(); ++i) {
      moved[i] = ::fcntl(fds[i].from, F_DUPFD_CLOEXEC, highest_target(fds) + 1);
      if (moved[i] < 0) return {errno, boost::system::system_category()};
    }
    // What this process itself inherited from careless parents ends here (close_range(2),
    // Linux 5.11).
    ::syscall(SYS_close_range, 3U, ~0U, kCloseRangeCloexec);
    for (std::size_t i = 0; i < fds.size(); ++i) {
      if (::dup2(moved[i], fds[i].to) < 0) return {errno, boost::system::system_category()};
    }
    // What this process blocks or ignores must not be so in the child.
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::signal(SIGXFSZ, SIG_DFL);
    if (request->ends_with_parent) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (request->shielded) {
      for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGTSTP}) ::signal(signal, SIG_IGN);
    }
    return {};
  }
};

/// Occupies the free numbers up to `highest`, so that the launcher's own error pipe gets none of
/// the numbers that the child's descriptors are moved to.
std::vector<Fd> placeholders_up_to(int highest) {
  std::vector<Fd> held;
  for (;;) {
    Fd fd(check(::open("/dev/null", O_RDONLY | O_CLOEXEC), "open", "/dev/null"));
    if (fd.get() > highest) return held;
    held.push_back(std::move(fd));
  }
}

/// Fails here, before anything is started, when there are not enough descriptors: the launcher
/// would leave a process behind.
void require_spare_fds(const std::string& program) {
  std::array<Fd, kSpareFds> spare;
  for (Fd& fd : spare)
    fd = Fd(check(::open("/dev/null", O_RDONLY | O_CLOEXEC), "get descriptors to start", program));
}

/// The process is waited for by its caller, with the status as waitpid gives it.
pid_t launch(const SpawnRequest& request) {
  try {
    // Boost.Process ties a process to an execution context; ours never runs anything in it.
    static boost::asio::io_context context;
    require_spare_fds(request.program);
    boost::system::error_code error;
    process::posix::default_launcher launcher;
    process::process started =
        launcher(context.get_executor(), error, request.program, request.arguments, Endow(request));
    if (error) throw_errno("start", request.program, error.value());
    const pid_t pid = static_cast<pid_t>(started.id());
    started.detach();
    return pid;
  } catch (const boost::system::system_error& error) {
    // The limit was lowered since: asio takes the -1 of its pidfd_open for a descriptor.
    const int number = error.code().value();
    throw_errno("start", request.program, number == EBADF ? EMFILE : number);
  }
}

/// Directories can be "executed", too: searched.
bool is_program(const std::string& path) {
  struct stat file {};
  return ::stat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

struct Child::State {
  Fd pidfd;
  pid_t pid = -1;
  std::optional<int> status;
};

Child::Child(std::unique_ptr<State> state) : state_(std::move(state)) {}
Child::Child(Child&&) noexcept = default;

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    Child ended(std::move(*this));
    state_ = std::move(other.state_);
  }
  return *this;
}

Child::~Child() {
  if (!state_ || state_->status) return;
  kill();
  wait();
}

pid_t Child::pid() const { return state_->pid; }
int Child::pidfd() const { return state_->pidfd.get(); }

std::optional<int> Child::try_wait() {
  if (!state_->status) {
    int status = 0;
    const pid_t ended = ::waitpid(state_->pid, &status, WNOHANG);
    if (ended == state_->pid) state_->status = status;
  }
  return state_->status;
}

int Child::wait() {
  while (!state_->status) {
    int status = 0;
    const pid_t ended = ::waitpid(state_->pid, &status, 0);
    if (ended == state_->pid) {
      state_->status = status;
    } else if (ended < 0 && errno != EINTR) {
      throw_errno("waitpid for", fmt::format("process {}", state_->pid));
    }
  }
  return *state_->status;
}

void Child::kill() {
  // Not reaped yet, so the number is still this process's.
  if (!state_->status) ::kill(state_->pid, SIGKILL);
}

Child spawn(const SpawnRequest& request) {
  // A failed exec runs exit() in the child: nothing buffered may be written twice, and a program
  // that cannot be executed is found out here, where it can be named.
  std::fflush(nullptr);
  if (::access(request.program.c_str(), X_OK) != 0) throw_errno("start", request.program);

  const std::vector<Fd> held = placeholders_up_to(highest_target(request.fds));

  std::unique_ptr<Child::State> state = std::make_unique<Child::State>();
  state->pid = launch(request);
  state->pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, state->pid, 0)));
  Child child(std::move(state));
  if (child.pidfd() < 0) throw_errno("pidfd_open of", request.program);
  return child;
}

std::string describe_wait_status(int status) {
  if (WIFSIGNALED(status)) {
    return fmt::format("was killed by signal {} ({})", WTERMSIG(status),
                       ::strsignal(WTERMSIG(status)));
  }
  return fmt::format("ended with status {}", WEXITSTATUS(status));
}

std::string program_on_path(const std::string& name) {
  if (name.find('/') != std::string::npos) return is_program(name) ? name : std::string();
  const char* const path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    const std::string candidate = (directory.empty() ? "." : directory) + "/" + name;
    if (is_program(candidate)) return candidate;
  }
  return {};
}

std::vector<std::string> minimal_environment() {
  std::vector<std::string> environment;
  for (const char* name :
       {"LANG", "LC_ALL", "TZ", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name))
      environment.push_back(fmt::format("{}={}", name, value));
  }
  return environment;
}

}  // namespace splicebench
