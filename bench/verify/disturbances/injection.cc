#include "bench/verify/disturbances/injection.h"

#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "bench/verify/cell.h"
#include "bench/verify/disturbances/ring_requests.h"
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
    case Call::ring_receive:
    case Call::ring_send:
    case Call::ring_splice_in:
    case Call::ring_splice_out:
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

bool is_request(Call call) {
  return call == Call::ring_receive || call == Call::ring_send || call == Call::ring_splice_in ||
         call == Call::ring_splice_out;
}

bool is_request(Call call, const io_uring_sqe& request, int source, int sink) {
  switch (request.opcode) {
    case IORING_OP_RECV:
    case IORING_OP_RECVMSG:
      return call == Call::ring_receive && request.fd == source;
    case IORING_OP_SEND:
    case IORING_OP_SENDMSG:
    case IORING_OP_SEND_ZC:
    case IORING_OP_SENDMSG_ZC:
      return call == Call::ring_send && request.fd == sink;
    case IORING_OP_SPLICE:
      return (call == Call::ring_splice_in && request.splice_fd_in == source) ||
             (call == Call::ring_splice_out && request.fd == sink);
    default:
      return false;
  }
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
    for (const Injection& injection : injections_) {
      if (is_request(injection.call) && !RingRequests::why_not().empty())
        throw NotApplicable(RingRequests::why_not());
    }
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
    if (is_request(injections_[i].call)) continue;
    for (const Rule& rule : rules_of(injections_[i].call, source_, sink_))
      fitting = fitting || fits(rule, number, arguments);
    if (fitting && is_due(i)) error = injections_[i].error;
  }
  return error;
}

bool Injector::is_due(std::size_t injection) {
  const Injection& one = injections_[injection];
  const int nth = ++seen_[injection];
  return nth == one.first || (one.for_good && nth > one.first);
}

void Injector::change_requests(const std::uint64_t* arguments) {
  const bool any = std::any_of(injections_.begin(), injections_.end(),
                               [](const Injection& one) { return is_request(one.call); });
  if (!any) return;
  RingRequests::each(static_cast<int>(arguments[0]), static_cast<unsigned>(arguments[1]),
                     [this](io_uring_sqe& request) { change(request); });
}

void Injector::change(io_uring_sqe& request) {
  for (std::size_t i = 0; i < injections_.size(); ++i) {
    const Injection& one = injections_[i];
    if (!is_request(one.call, request, source_, sink_) || !is_due(i)) continue;
    ++injected_;
    if (one.most == 0) return inject_result(request, -one.error);
    cut(request, one.most);
  }
}

void Injector::cut(io_uring_sqe& request, unsigned most) {
  if (request.opcode == IORING_OP_SEND || request.opcode == IORING_OP_SEND_ZC) {
    request.len = std::min(request.len, most);
    return;
  }
  Cut& cut = cut_.emplace_back();
  cut.message = *reinterpret_cast<const msghdr*>(request.addr);
  cut.piece = cut.message.msg_iov[0];
  cut.piece.iov_len = std::min<std::size_t>(cut.piece.iov_len, most);
  cut.message.msg_iov = &cut.piece;
  cut.message.msg_iovlen = 1;
  request.addr = reinterpret_cast<std::uint64_t>(&cut.message);
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
    const std::uint64_t* const arguments =
        reinterpret_cast<const std::uint64_t*>(request->data.args);
    const int error = verdict(request->data.nr, arguments);
    if (error == 0 && request->data.nr == SCMP_SYS(io_uring_enter)) change_requests(arguments);
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
