#include "bench/verify/disturbances/injection.h"

#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "bench/verify/cell.h"
#include "results/files/fd.h"

namespace splicebench {

namespace {

/// A system call with the position of the descriptor that tells whose it is.
struct Rule {
  int number;
  int argument;  ///< -1: any
  int value;
};

std::vector<Rule> rules_of(Call call, int source, int sink) {
  switch (call) {
    case Call::splice_in:
      return {{SCMP_SYS(splice), 0, source}};
    case Call::splice_out:
      return {{SCMP_SYS(splice), 2, sink}};
    case Call::sendfile:
      return {{SCMP_SYS(sendfile), 0, sink}};
    case Call::ring:
      return {{SCMP_SYS(io_uring_setup), -1, 0}};
    case Call::ring_enter:
      return {{SCMP_SYS(io_uring_enter), -1, 0}};
    case Call::bpf:
      return {{SCMP_SYS(bpf), -1, 0}};
    case Call::read:
      return {{SCMP_SYS(read), 0, source},
              {SCMP_SYS(readv), 0, source},
              {SCMP_SYS(recvfrom), 0, source},
              {SCMP_SYS(recvmsg), 0, source}};
    case Call::write:
      return {{SCMP_SYS(write), 0, sink},
              {SCMP_SYS(writev), 0, sink},
              {SCMP_SYS(sendto), 0, sink},
              {SCMP_SYS(sendmsg), 0, sink}};
    case Call::pipe:
      return {{SCMP_SYS(pipe2), -1, 0}, {SCMP_SYS(pipe), -1, 0}};
    case Call::pipe_size:
      return {{SCMP_SYS(fcntl), 1, F_SETPIPE_SZ}};
  }
  return {};
}

bool fits(const Rule& rule, int number, const std::uint64_t* arguments) {
  if (rule.number != number) return false;
  return rule.argument < 0 || static_cast<int>(arguments[rule.argument]) == rule.value;
}

}  // namespace

Injector::Injector(std::vector<Injection> injections, int source, int sink)
    : injections_(std::move(injections)), seen_(injections_.size()), source_(source), sink_(sink) {
  // Here and not when it is needed: a thread inherits the filter of the one that starts it.
  if (!injections_.empty()) supervisor_ = std::thread([this] { supervise(); });
}

Injector::~Injector() {
  if (supervisor_.joinable()) supervisor_.join();
}

void Injector::filter_this_thread() {
  if (injections_.empty()) return;
  try {
    install();
  } catch (...) {
    filtered_.set_value(-1);
    throw;
  }
}

void Injector::install() {
  const scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ALLOW);
  if (filter == nullptr) throw NotApplicable("this kernel has no seccomp filters");
  int status = 0;
  for (const Injection& injection : injections_) {
    for (const Rule& rule : rules_of(injection.call, source_, sink_)) {
      if (status != 0) break;
      if (rule.argument < 0) {
        status = ::seccomp_rule_add(filter, SCMP_ACT_NOTIFY, rule.number, 0);
        continue;
      }
      // Descriptors are the lower half of an argument.
      scmp_arg_cmp whose{};
      whose.arg = static_cast<unsigned>(rule.argument);
      whose.op = SCMP_CMP_MASKED_EQ;
      whose.datum_a = 0xffffffffU;
      whose.datum_b = static_cast<std::uint32_t>(rule.value);
      status = ::seccomp_rule_add_array(filter, SCMP_ACT_NOTIFY, rule.number, 1, &whose);
    }
  }
  if (status == 0) status = ::seccomp_load(filter);
  // Outlives the filter's release (libseccomp 2.5); from here on it is ours.
  const int listener = status == 0 ? ::seccomp_notify_fd(filter) : -1;
  ::seccomp_release(filter);
  if (listener < 0) {
    throw NotApplicable(std::string("this kernel gives no seccomp notifications: ") +
                        std::strerror(status == 0 ? errno : -status));
  }
  filtered_.set_value(listener);
}

int Injector::verdict(int number, const std::uint64_t* arguments) {
  int error = 0;
  for (std::size_t i = 0; i < injections_.size(); ++i) {
    bool fitting = false;
    for (const Rule& rule : rules_of(injections_[i].call, source_, sink_))
      fitting = fitting || fits(rule, number, arguments);
    if (!fitting) continue;
    const int nth = ++seen_[i];
    const bool due =
        nth == injections_[i].first || (injections_[i].for_good && nth > injections_[i].first);
    if (due) error = injections_[i].error;
  }
  return error;
}

void Injector::supervise() {
  const Fd listener(filtered_.get_future().get());
  if (!listener) return;
  seccomp_notif* request = nullptr;
  seccomp_notif_resp* response = nullptr;
  if (::seccomp_notify_alloc(&request, &response) != 0) return;
  for (;;) {
    pollfd notified{listener.get(), POLLIN, 0};
    if (::poll(&notified, 1, -1) < 0) {
      if (errno == EINTR) continue;
      break;
    }
    if ((notified.revents & POLLIN) == 0) break;  // POLLHUP: the filtered thread has ended
    std::memset(request, 0, sizeof *request);
    // Fails when a signal ended the call meanwhile.
    if (::seccomp_notify_receive(listener.get(), request) != 0) continue;
    const int error =
        verdict(request->data.nr, reinterpret_cast<const std::uint64_t*>(request->data.args));
    std::memset(response, 0, sizeof *response);
    response->id = request->id;
    response->error = -error;
    response->flags = error == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
    if (error != 0) ++injected_;
    ::seccomp_notify_respond(listener.get(), response);
  }
  ::seccomp_notify_free(request, response);
}

}  // namespace splicebench
