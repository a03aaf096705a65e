#include "bench/verify/cell.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/spawn.h"
#include "harness/system/sys.h"
#include "results/files/fd.h"

namespace splicebench {

namespace {

constexpr std::size_t kMostText = 4000;  ///< below PIPE_BUF: one write is one message

constexpr std::size_t kThreadsOfCell = 8;  ///< at most
constexpr int kMostTries = 20;
constexpr double kTryPause = 0.05;  ///< seconds

/// First byte of a cell's message, then text.
constexpr char kPass = 'P';
constexpr char kFail = 'F';
constexpr char kNotApplicable = 'N';

std::string verdict_of(const Cell& cell) {
  try {
    const std::string failures = cell.attempt();
    return failures.empty() ? std::string(1, kPass) : kFail + failures;
  } catch (const NotApplicable& reason) {
    return std::string(1, kNotApplicable) + reason.what();
  } catch (const std::exception& error) {
    return std::string(1, kFail) + error.what();
  }
}

/// The child's whole life. As the relay process, it ignores SIGPIPE and SIGXFSZ: dying of one is a
/// failure. It ends by exit(), so that the leak checker and the coverage counters of such builds
/// see it.
[[noreturn]] void live(const Cell& cell, int result) {
  ::signal(SIGINT, SIG_IGN);  // the parent ends this process
  become_child();
  const std::string verdict = verdict_of(cell).substr(0, kMostText);
  const bool told =
      ::write(result, verdict.data(), verdict.size()) == static_cast<ssize_t>(verdict.size());
  std::exit(told ? 0 : 1);
}

/// A cell under way.
class Running {
 public:
  /// Beside `others`.
  Running(std::size_t index, const Cell& cell, const CellSetting& setting,
          std::vector<Running>& others)
      : index_(index), began_(monotonic_seconds()) {
    patience_ = setting.timeout > 0 ? setting.timeout : cell.seconds;
    int ends[2];
    check(::pipe2(ends, O_CLOEXEC), "make", "a pipe");
    result_ = Fd(ends[0]);
    const Fd theirs(ends[1]);
    std::fflush(nullptr);  // what is buffered would be written by the child, too
    pid_ = check(::fork(), "fork", "a process for a cell");
    if (pid_ == 0) {
      result_.reset();
      // They would count against this cell's limit.
      for (Running& other : others) other.close_descriptors();
      live(cell, theirs.get());
    }
    pidfd_ = Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (pidfd_) return;
    const int error = errno;
    ::kill(pid_, SIGKILL);
    reap();
    throw_errno("pidfd_open of", "a cell", error);
  }
  Running(Running&& other) noexcept
      : index_(other.index_),
        pid_(std::exchange(other.pid_, 0)),
        pidfd_(std::move(other.pidfd_)),
        result_(std::move(other.result_)),
        began_(other.began_),
        patience_(other.patience_) {}
  Running& operator=(Running&& other) noexcept {
    std::swap(index_, other.index_);
    std::swap(pid_, other.pid_);
    std::swap(pidfd_, other.pidfd_);
    std::swap(result_, other.result_);
    std::swap(began_, other.began_);
    std::swap(patience_, other.patience_);
    return *this;
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    reap();
  }

  std::size_t index() const { return index_; }
  int pidfd() const { return pidfd_.get(); }
  double seconds_left() const { return began_ + patience_ - monotonic_seconds(); }

  /// It has ended, or its time is over.
  VerifiedCell finish(const Cell& cell) {
    VerifiedCell verified = cell.names;
    const bool late = seconds_left() <= 0 && !ended();
    if (late) ::kill(pid_, SIGKILL);
    const int status = reap();
    verified.seconds = monotonic_seconds() - began_;
    std::string verdict(kMostText + 1, '\0');
    const ssize_t got = ::read(result_.get(), verdict.data(), verdict.size());
    verdict.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (late) {
      verified.status = VerifiedCell::Status::fail;
      verified.text = fmt::format("no end after {:g} s: a hang", patience_);
    } else if (status != 0 || verdict.empty()) {
      verified.status = VerifiedCell::Status::fail;
      verified.text = "its process " + describe_wait_status(status);
    } else {
      verified.status = verdict[0] == kPass   ? VerifiedCell::Status::pass
                        : verdict[0] == kFail ? VerifiedCell::Status::fail
                                              : VerifiedCell::Status::not_applicable;
      verified.text = verdict.substr(1);
    }
    return verified;
  }

  bool ended() const {
    pollfd end{pidfd_.get(), POLLIN, 0};
    return ::poll(&end, 1, 0) > 0;
  }

 private:
  void close_descriptors() {
    pidfd_.reset();
    result_.reset();
  }

  int reap() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status;
  }

  std::size_t index_;
  pid_t pid_ = 0;
  Fd pidfd_;
  Fd result_;
  double began_;
  double patience_ = 0;
};

/// For how many cells, up to `wanted`, there are threads and processes: all are made for a moment.
/// A cell that cannot make its threads would say so as a failure of the engine.
int affordable(int wanted) {
  std::promise<void> over;
  const std::shared_future<void> wait = over.get_future().share();
  std::vector<std::thread> threads;
  try {
    while (threads.size() < static_cast<std::size_t>(wanted) * kThreadsOfCell)
      threads.emplace_back([wait] { wait.wait(); });
  } catch (const std::system_error&) {
  }
  over.set_value();
  for (std::thread& thread : threads) thread.join();
  return static_cast<int>(threads.size() / kThreadsOfCell);
}

/// A cell cannot be started. True when it may be tried again: those that are running end some day,
/// and the system is slow to take back what was just given up.
bool worth_waiting(const std::vector<Running>& running, int& tries) {
  if (!running.empty()) return true;
  if (++tries > kMostTries) return false;
  wait_interruptibly(nullptr, 0, kTryPause);
  if (interrupted()) throw Interrupted();
  return true;
}

void wait_for_any(const std::vector<Running>& running) {
  std::vector<pollfd> ends;
  double seconds = 3600;
  for (const Running& one : running) {
    ends.push_back({one.pidfd(), POLLIN, 0});
    seconds = std::min(seconds, std::max(one.seconds_left(), 0.0));
  }
  if (wait_interruptibly(ends.data(), ends.size(), seconds) < 0 && errno != EINTR)
    throw_errno("wait for", "the cells");
  if (interrupted()) throw Interrupted();
}

}  // namespace

void run_cells(const std::vector<Cell>& cells, const CellSetting& setting,
               const std::function<void(std::size_t, VerifiedCell)>& done) {
  std::vector<Running> running;
  std::size_t next = 0;
  int tries = 0;
  const int jobs = affordable(setting.jobs);
  if (jobs == 0) throw_errno("make the threads of", "a cell", EAGAIN);
  while (next < cells.size() || !running.empty()) {
    while (next < cells.size() && running.size() < static_cast<std::size_t>(jobs)) {
      const Cell& cell = cells[next];
      if (cell.inapplicable.empty()) {
        try {
          Running one(next, cell, setting, running);
          running.push_back(std::move(one));
          tries = 0;
        } catch (const std::system_error&) {
          if (!worth_waiting(running, tries)) throw;
          break;
        }
      } else {
        VerifiedCell verified = cell.names;
        verified.status = VerifiedCell::Status::not_applicable;
        verified.text = cell.inapplicable;
        done(next, std::move(verified));
      }
      ++next;
    }
    if (running.empty()) continue;
    wait_for_any(running);
    for (std::size_t i = running.size(); i-- > 0;) {
      if (!running[i].ended() && running[i].seconds_left() > 0) continue;
      const std::size_t index = running[i].index();
      done(index, running[i].finish(cells[index]));
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

}  // namespace splicebench
