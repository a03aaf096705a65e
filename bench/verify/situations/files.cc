// What files do as sinks.

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <random>
#include <vector>

#include "bench/verify/situation.h"
#include "bench/verify/trial.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr std::uint64_t kBytes = 300001;

Script plain(std::uint64_t bytes = kBytes) {
  Script script;
  script.writing.bytes = bytes;
  return script;
}

Script failing(int error, std::optional<std::uint64_t> out) {
  Script script = plain();
  script.expected = Expected{Ended::error, Side::sink, {error}, out};
  return script;
}

void set_append(int fd) {
  const int flags = check(::fcntl(fd, F_GETFL), "read the flags of", "a file");
  check(::fcntl(fd, F_SETFL, flags | O_APPEND), "set O_APPEND on", "a file");
}

/// The file's bytes before its offset are as they were.
void fill(int fd, std::size_t bytes) {
  const std::vector<char> old(bytes, 'o');
  check(::pwrite(fd, old.data(), old.size(), 0), "write", "a file");
}

void expect_old(Trial& trial, std::size_t begin, std::size_t end) {
  std::vector<char> bytes(end - begin);
  const ssize_t got =
      ::pread(trial.ends().sink.get(), bytes.data(), bytes.size(), static_cast<off_t>(begin));
  trial.expect(
      got == static_cast<ssize_t>(bytes.size()) && bytes == std::vector<char>(bytes.size(), 'o'),
      "bytes of the file that were none of the transfer's changed");
}

void append(Trial& trial) {
  const int file = trial.ends().sink.get();
  fill(file, 700);
  check(::lseek(file, 0, SEEK_END), "seek in", "a file");
  set_append(file);
  trial.relay(plain());
  expect_old(trial, 0, 700);
}

void append_in_mid_copy(Trial& trial) {
  Script script = plain();
  script.pause_at = kBytes / 2;
  script.meanwhile = [&] { set_append(trial.ends().sink.get()); };
  trial.relay(script);
}

void start_offset(Trial& trial) {
  fill(trial.ends().sink.get(), 12345);
  check(::lseek(trial.ends().sink.get(), 12345, SEEK_SET), "seek in", "a file");
  trial.relay(plain());
  expect_old(trial, 0, 12345);
}

void overwrite(Trial& trial) {
  fill(trial.ends().sink.get(), 2 * kBytes);
  trial.relay(plain());
  expect_old(trial, kBytes, 2 * kBytes);
}

/// A name that is gone when this process is, even by SIGKILL: another process, which nobody has a
/// reason to kill, waits for that and unlinks it.
class GuardedName {
 public:
  explicit GuardedName(const std::string& directory)
      : name_(fmt::format("{}/splicebench-verify.{:08x}", directory, std::random_device()())) {
    int ends[2];
    check(::pipe2(ends, O_CLOEXEC), "make", "a pipe");
    alive_ = Fd(ends[1]);
    const Fd waits(ends[0]);
    guard_ = check(::fork(), "fork", "a guard of a file");
    if (guard_ == 0) keep_watch(waits.get());
  }
  ~GuardedName() {
    alive_.reset();
    while (::waitpid(guard_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  GuardedName(const GuardedName&) = delete;
  GuardedName& operator=(const GuardedName&) = delete;

  const std::string& get() const { return name_; }

 private:
  [[noreturn]] void keep_watch(int waits) {
    // Ctrl-C and the end of a terminal come to the whole process group.
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::signal(number, SIG_IGN);
    // Neither the cell's other end of this pipe nor its result's, whose end tells that it is over.
    ::dup2(waits, 0);
    ::close_range(1, ~0U, 0);
    char none;
    while (::read(0, &none, 1) < 0 && errno == EINTR) {
    }
    ::unlink(name_.c_str());
    ::_exit(0);
  }

  std::string name_;
  Fd alive_;
  pid_t guard_ = 0;
};

void unlinked(Trial& trial) {
  const GuardedName name(trial.file_dir());
  trial.replace_sink(
      Fd(check(::open(name.get().c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600), "make",
               name.get())));
  Script script = plain();
  script.pause_at = kBytes / 2;
  script.meanwhile = [&] { check(::unlink(name.get().c_str()), "unlink", name.get()); };
  trial.relay(script);
}

void device_full(Trial& trial) {
  trial.replace_sink(Fd(check(::open("/dev/full", O_WRONLY | O_CLOEXEC), "open", "/dev/full")));
  trial.relay(failing(ENOSPC, 0));
}

/// A user namespace of one's own, in which one has all privileges and is still oneself.
bool enter_user_namespace() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << fmt::format("{0} {0} 1", user);
  std::ofstream("/proc/self/gid_map") << fmt::format("{0} {0} 1", group);
  return true;
}

/// A mount that nobody else sees: fsmount(2), Linux 5.2, attached nowhere.
Fd tmpfs_of(const char* bytes) {
  Fd context(::fsopen("tmpfs", FSOPEN_CLOEXEC));
  if (!context && errno == EPERM && enter_user_namespace())
    context = Fd(::fsopen("tmpfs", FSOPEN_CLOEXEC));
  if (context && ::fsconfig(context.get(), FSCONFIG_SET_STRING, "size", bytes, 0) == 0 &&
      ::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0) {
    Fd mount(::fsmount(context.get(), FSMOUNT_CLOEXEC, 0));
    if (mount) return mount;
  }
  throw NotApplicable(fmt::format("mounting a tmpfs takes CAP_SYS_ADMIN: {}", error_name(errno)));
}

void file_system_full(Trial& trial) {
  const Fd mount = tmpfs_of("1048576");
  trial.replace_sink(Fd(check(::openat(mount.get(), "file", O_CREAT | O_RDWR | O_CLOEXEC, 0600),
                              "make a file in", "a tmpfs")));
  Script script = plain(3 << 20);
  script.expected = Expected{Ended::error, Side::sink, {ENOSPC}, 1 << 20};
  trial.relay(script);
}

void file_size_limit(Trial& trial) {
  rlimit limit{};
  check(::getrlimit(RLIMIT_FSIZE, &limit), "read", "RLIMIT_FSIZE");
  limit.rlim_cur = 100000;
  check(::setrlimit(RLIMIT_FSIZE, &limit), "set", "RLIMIT_FSIZE");
  trial.relay(failing(EFBIG, 100000));
}

void sealed(Trial& trial) {
  Fd file(check(::memfd_create("sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING), "make", "a memfd"));
  check(::fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE), "seal", "a memfd");
  trial.replace_sink(std::move(file));
  trial.relay(failing(EPERM, 0));
}

/// The same file, opened once more.
Fd opened_again(int fd, int flags) {
  return Fd(::open(fmt::format("/proc/self/fd/{}", fd).c_str(), flags | O_CLOEXEC));
}

void read_only(Trial& trial) {
  Fd file = opened_again(trial.ends().sink.get(), O_RDONLY);
  if (!file) throw_errno("open again", "a file");
  trial.replace_sink(std::move(file));
  trial.relay(failing(EBADF, 0));
}

void direct(Trial& trial, std::uint64_t bytes, std::size_t write_size) {
  Fd file = opened_again(trial.ends().sink.get(), O_RDWR | O_DIRECT);
  if (!file) {
    throw NotApplicable(fmt::format("{} has no O_DIRECT: {}", trial.file_dir(), error_name(errno)));
  }
  trial.replace_sink(std::move(file));
  Script script = plain(bytes);
  script.writing.size = write_size;
  trial.relay(script);
}

}  // namespace

std::vector<Situation> file_situations() {
  return {
      {"files", "O_APPEND from the start", append, needs_file, true},
      {"files", "O_APPEND set in mid-copy", append_in_mid_copy, needs_file, true},
      {"files", "start offset", start_offset, needs_file, true},
      {"files", "longer file overwritten", overwrite, needs_file, true},
      {"files", "unlinked in mid-copy", unlinked, needs_file, true},
      {"files", "/dev/full", device_full, needs_file, true},
      {"files", "file system full", file_system_full, needs_file, true},
      {"files", "RLIMIT_FSIZE", file_size_limit, needs_file, true},
      {"files", "sealed memfd", sealed, needs_file, true},
      {"files", "O_RDONLY", read_only, needs_file, true},
      {"files", "O_DIRECT, whole blocks", [](Trial& trial) { direct(trial, 1 << 20, 64 << 10); },
       needs_file, true},
      {"files", "O_DIRECT, unaligned tail", [](Trial& trial) { direct(trial, 1000001, 64 << 10); },
       needs_file, true},
      {"files", "O_DIRECT, unaligned pieces", [](Trial& trial) { direct(trial, 100001, 777); },
       needs_file, false},
  };
}

}  // namespace splicebench
