// Loaded into a relay with LD_PRELOAD: counts by itself what the relay counts, in the timed part of
// the first sample, which has a warm-up in one piece and a writer, or no writer and a reader.
// Written to the file $COUNTS as "name value" lines when the relay reports. With $REFUSED,
// "TRANSFER CALL" (1 1: the first of the warm-up), this splice or sendfile from the source is
// answered with EINVAL.
//
// The hardware's counters are its own, too: a machine need not offer any.
//
// What lies around the timed part in the process (from the message that starts it to the report) is
// "outer_...", what lies within (from its first call that moves bytes to the return of the last):
// "inner_...". Switches of the outer part count from the end of the warm-up: what the relay reads
// of itself comes before that message, and on a busy machine it is switched away between.

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "harness/wire/control.h"

namespace {

using namespace splicebench;

/// Allocated in the timed part, and as often in the warm-up.
constexpr int kAllocations = 7;
constexpr std::size_t kAllocated = 1000;
/// What the hardware's counters say before the timed part and after it.
constexpr std::array<std::uint64_t, 2> kInstructions{1000, 4000};
constexpr std::array<std::uint64_t, 2> kCycles{20000, 27000};

struct Counts {
  long in = 0, out = 0, wait = 0, eagain = 0, short_in = 0, short_out = 0;
  long bytes_in = 0, bytes_out = 0;
  long pipe = 0;  ///< bytes, what the kernel says of it
};

int transfers = 0;  ///< begun: the second is the timed part
int moves = 0;      ///< calls in this one
Counts counts;
int refused = 0;         ///< in all transfers
int may_be_refused = 0;  ///< calls of the transfer that $REFUSED names
rusage before{}, first{}, last{};
rusage settled{};  ///< when the warm-up was confirmed

bool is_source(int fd) { return fd == source_fd(0); }
bool is_sink(int fd) { return fd == sink_fd(0); }

template <typename Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

void begin_move() {
  if (++moves != 1) return;
  ::getrusage(RUSAGE_SELF, &first);
  std::array<void*, kAllocations> memory{};
  for (void*& one : memory) one = std::malloc(kAllocated);
  for (void* const one : memory) std::free(one);
}

ssize_t end_move(ssize_t result, std::size_t asked, bool in, bool out) {
  const int error = errno;
  ::getrusage(RUSAGE_SELF, &last);
  if (in) {
    ++counts.in;
    counts.bytes_in += std::max<ssize_t>(result, 0);
    if (result > 0 && static_cast<std::size_t>(result) < asked) ++counts.short_in;
  }
  if (out) {
    ++counts.out;
    counts.bytes_out += std::max<ssize_t>(result, 0);
    if (result > 0 && static_cast<std::size_t>(result) < asked) ++counts.short_out;
  }
  if (result < 0 && error == EAGAIN) ++counts.eagain;
  errno = error;
  return result;
}

/// The call that is about to be made is the one.
bool is_refused() {
  const char* const text = std::getenv("REFUSED");
  int transfer = 0;
  int call = 0;
  if (text == nullptr || std::sscanf(text, "%d %d", &transfer, &call) != 2) return false;
  if (transfers != transfer || ++may_be_refused != call) return false;
  ++refused;
  errno = EINVAL;
  return true;
}

double cpu_of(const rusage& used) {
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

void write_between(std::FILE* file, const char* name, const rusage& begin, const rusage& end,
                   const rusage& switched) {
  std::fprintf(file, "%s_cpu %.6f\n%s_voluntary %ld\n%s_involuntary %ld\n%s_faults %ld\n", name,
               cpu_of(end) - cpu_of(begin), name, end.ru_nvcsw - switched.ru_nvcsw, name,
               end.ru_nivcsw - switched.ru_nivcsw, name, end.ru_minflt - begin.ru_minflt);
}

void write_counts() {
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  std::FILE* const file = std::fopen(std::getenv("COUNTS"), "we");
  if (file == nullptr) std::abort();
  std::fprintf(file, "in %ld\nout %ld\nwait %ld\neagain %ld\nshort_in %ld\nshort_out %ld\n",
               counts.in, counts.out, counts.wait, counts.eagain, counts.short_in,
               counts.short_out);
  std::fprintf(file, "refused %d\n", refused);
  std::fprintf(file, "instructions %ld\ncycles %ld\n",
               static_cast<long>(kInstructions[1] - kInstructions[0]),
               static_cast<long>(kCycles[1] - kCycles[0]));
  std::fprintf(file, "bytes_in %ld\nbytes_out %ld\npipe %ld\nallocations %d\nallocated %zu\n",
               counts.bytes_in, counts.bytes_out, counts.pipe, kAllocations,
               kAllocations * kAllocated);
  write_between(file, "outer", before, after, settled);
  write_between(file, "inner", first, last, first);
  std::fclose(file);
}

/// What is read of it, one after the other.
int counter_that_says(const std::array<std::uint64_t, 2>& values) {
  const int fd = ::memfd_create("counter", MFD_CLOEXEC);
  return ::pwrite(fd, values.data(), sizeof values, 0) == sizeof values ? fd : -1;
}

}  // namespace

extern "C" {

long syscall(long number, ...) {
  static const auto next = real<long (*)(long, ...)>("syscall");
  std::array<long, 6> given{};
  va_list list;
  va_start(list, number);
  for (long& one : given) one = va_arg(list, long);
  va_end(list);
  if (number == SYS_perf_event_open) {
    const auto* const asked = reinterpret_cast<const perf_event_attr*>(given[0]);
    if (asked->type == PERF_TYPE_HARDWARE && asked->config == PERF_COUNT_HW_INSTRUCTIONS)
      return counter_that_says(kInstructions);
    if (asked->type == PERF_TYPE_HARDWARE && asked->config == PERF_COUNT_HW_CPU_CYCLES)
      return counter_that_says(kCycles);
  }
  return next(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

ssize_t send(int fd, const void* buffer, size_t size, int flags) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t, int)>("send");
  if (fd == kControlFd && transfers == 2) {
    write_counts();
    ++transfers;
  }
  // The reader is told first; the writer may move before the relay's own call returns.
  if (fd == kReaderControlFd && size == sizeof(Transfer)) {
    ++transfers;
    moves = 0;
    counts = Counts();
    ::getrusage(RUSAGE_SELF, &before);
  }
  return next(fd, buffer, size, flags);
}

ssize_t recv(int fd, void* buffer, size_t size, int flags) {
  static const auto next = real<ssize_t (*)(int, void*, size_t, int)>("recv");
  const ssize_t got = next(fd, buffer, size, flags);
  const int error = errno;
  if (fd == kReaderControlFd && transfers == 1) ::getrusage(RUSAGE_SELF, &settled);
  errno = error;
  return got;
}

ssize_t read(int fd, void* buffer, size_t size) {
  static const auto next = real<ssize_t (*)(int, void*, size_t)>("read");
  if (!is_source(fd)) return next(fd, buffer, size);
  begin_move();
  return end_move(next(fd, buffer, size), size, true, false);
}

ssize_t write(int fd, const void* buffer, size_t size) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t)>("write");
  if (!is_sink(fd)) return next(fd, buffer, size);
  begin_move();
  return end_move(next(fd, buffer, size), size, false, true);
}

ssize_t splice(int in, off64_t* in_offset, int out, off64_t* out_offset, size_t size,
               unsigned int flags) {
  static const auto next =
      real<ssize_t (*)(int, off64_t*, int, off64_t*, size_t, unsigned int)>("splice");
  if (!is_source(in) && !is_sink(out)) return next(in, in_offset, out, out_offset, size, flags);
  if (is_source(in)) counts.pipe = ::fcntl(out, F_GETPIPE_SZ);
  begin_move();
  const bool refuses = is_source(in) && is_refused();
  return end_move(refuses ? -1 : next(in, in_offset, out, out_offset, size, flags), size,
                  is_source(in), is_sink(out));
}

ssize_t sendfile(int out, int in, off_t* offset, size_t size) {
  static const auto next = real<ssize_t (*)(int, int, off_t*, size_t)>("sendfile");
  begin_move();
  return end_move(is_refused() ? -1 : next(out, in, offset, size), size, false, is_sink(out));
}

int poll(pollfd* fds, nfds_t count, int milliseconds) {
  static const auto next = real<int (*)(pollfd*, nfds_t, int)>("poll");
  for (nfds_t i = 0; i < count; ++i) {
    if (!is_source(fds[i].fd) && !is_sink(fds[i].fd)) continue;
    ++counts.wait;
    break;
  }
  return next(fds, count, milliseconds);
}

}  // extern "C"
