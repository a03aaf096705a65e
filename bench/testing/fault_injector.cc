// Loaded into a writer, reader or relay with LD_PRELOAD: does one thing wrong at a named moment.
//
//   FAULT="ACTION CALL PHASE COUNT [OFFSET SIZE BYTE]"
//
// CALL    hear: receives on the control socket; tell: sends on it; go: the relay sends to a peer;
//         move: bytes of the transfer
// PHASE   how far a visit is: 0 nothing was said, 1 tasks are given, 2 warm-up in one piece, 3
// timed
//         part; 4 and 5 those of the second sample, and so on; of many flows each is one later
// COUNT   which such call of the phase, from 1
// ACTION  kill, stop: this process, before the call
//         sleep, burn: OFFSET milliseconds before the call, idle or busy
//         starve: it may open no further descriptor, from before the call
//         short, long: the message told is three bytes, or one more than it should be
//         fill: SIZE bytes at OFFSET of the message told are BYTE

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "harness/wire/control.h"

namespace {

using namespace splicebench;

struct Fault {
  char action[16] = "";
  char call[16] = "";
  int phase = -1;
  int count = 0;
  std::size_t offset = 0;
  std::size_t size = 0;
  int byte = 0;
};

Fault read_fault() {
  Fault fault;
  const char* const text = std::getenv("FAULT");
  if (text == nullptr ||
      std::sscanf(text, "%15s %15s %d %d %zu %zu %d", fault.action, fault.call, &fault.phase,
                  &fault.count, &fault.offset, &fault.size, &fault.byte) < 4) {
    std::abort();  // a test that injects nothing would pass for the wrong reason
  }
  return fault;
}

const Fault& fault() {
  static const Fault one = read_fault();
  return one;
}

int phase = 0;
int calls = 0;

void next_phase() {
  ++phase;
  calls = 0;
}

/// This call is the one; the process is killed or stopped here when that is the fault.
bool strikes(const char* call) {
  if (phase != fault().phase || std::strcmp(call, fault().call) != 0) return false;
  if (++calls != fault().count) return false;
  if (std::strcmp(fault().action, "kill") == 0) std::raise(SIGKILL);
  if (std::strcmp(fault().action, "stop") == 0) std::raise(SIGSTOP);
  const long milliseconds = static_cast<long>(fault().offset);
  if (std::strcmp(fault().action, "sleep") == 0) {
    const timespec time{milliseconds / 1000, milliseconds % 1000 * 1000000};
    ::nanosleep(&time, nullptr);
  }
  if (std::strcmp(fault().action, "burn") == 0) {
    const std::clock_t until = std::clock() + milliseconds * (CLOCKS_PER_SEC / 1000);
    while (std::clock() < until) {
    }
  }
  const rlimit none{0, 0};
  if (std::strcmp(fault().action, "starve") == 0) ::setrlimit(RLIMIT_NOFILE, &none);
  return true;
}

template <typename Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

/// A question between two transfers.
bool asks(const void* message, size_t size) {
  Transfer transfer;
  if (size != sizeof transfer) return false;
  std::memcpy(&transfer, message, size);
  return transfer.asks;
}

/// A peer of many flows may have something else under that number.
bool in_relay() {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(kWriterControlFd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

bool is_data(int fd) { return fd >= kDataFd && fd < sink_fd(kVisitSamples); }

}  // namespace

extern "C" {

ssize_t recv(int fd, void* buffer, size_t size, int flags) {
  static const auto next = real<ssize_t (*)(int, void*, size_t, int)>("recv");
  if (fd != kControlFd) {
    if (is_data(fd) && (flags & MSG_PEEK) == 0) strikes("move");
    return next(fd, buffer, size, flags);
  }
  strikes("hear");
  const ssize_t got = next(fd, buffer, size, flags);
  // The relay hears once a sample; its phases are those of its peers.
  if (!in_relay() && (got < 0 || !asks(buffer, static_cast<size_t>(got)))) next_phase();
  return got;
}

ssize_t send(int fd, const void* buffer, size_t size, int flags) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t, int)>("send");
  if (fd != kControlFd) {
    strikes(is_data(fd) ? "move" : "go");
    const ssize_t sent = next(fd, buffer, size, flags);
    if (fd == kWriterControlFd && !asks(buffer, size)) next_phase();
    return sent;
  }
  if (!strikes("tell")) return next(fd, buffer, size, flags);
  const unsigned char* const begin = static_cast<const unsigned char*>(buffer);
  std::vector<unsigned char> message(begin, begin + size);
  if (std::strcmp(fault().action, "short") == 0) message.resize(3);
  if (std::strcmp(fault().action, "long") == 0) message.push_back(0);
  if (std::strcmp(fault().action, "fill") == 0) {
    std::fill_n(message.begin() + static_cast<std::ptrdiff_t>(fault().offset), fault().size,
                static_cast<unsigned char>(fault().byte));
  }
  next(fd, message.data(), message.size(), flags);
  return static_cast<ssize_t>(size);
}

ssize_t read(int fd, void* buffer, size_t size) {
  static const auto next = real<ssize_t (*)(int, void*, size_t)>("read");
  if (is_data(fd)) strikes("move");
  return next(fd, buffer, size);
}

ssize_t write(int fd, const void* buffer, size_t size) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t)>("write");
  if (is_data(fd)) strikes("move");
  return next(fd, buffer, size);
}

ssize_t splice(int in, off64_t* in_offset, int out, off64_t* out_offset, size_t size,
               unsigned int flags) {
  static const auto next =
      real<ssize_t (*)(int, off64_t*, int, off64_t*, size_t, unsigned int)>("splice");
  if (is_data(in) || is_data(out)) strikes("move");
  return next(in, in_offset, out, out_offset, size, flags);
}

}  // extern "C"
