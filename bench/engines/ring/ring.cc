#include "bench/engines/ring/ring.h"

#include <cerrno>
#include <cstring>

namespace splicebench {

namespace {

struct Found {
  std::string no_ring;
  std::string no_bundles;
  std::string no_zero_copy;
  std::string no_splice;
};

std::string refused(int error) {
  switch (error) {
    case ENOSYS:
      return "this kernel has no io_uring; it takes Linux 6.0 with CONFIG_IO_URING";
    case EPERM:
    case EACCES:
      return "io_uring is not allowed here; set the sysctl kernel.io_uring_disabled to 0, and in a "
             "container allow io_uring_setup in its seccomp profile";
    default:
      return std::string("io_uring_setup: ") + std::strerror(error);
  }
}

Found look() {
  Ring ring;
  const int error = ring.open(4, 8);
  if (error != 0) {
    const std::string why = refused(error);
    return {why, why, why, why};
  }
  io_uring_probe* const known = ::io_uring_get_probe_ring(ring.get());
  const auto unless = [known](int request, const char* why) {
    return std::string(known != nullptr && ::io_uring_opcode_supported(known, request) != 0 ? ""
                                                                                            : why);
  };
  Found found;
  // Multishot receives have no flag of their own; they came with this request, in Linux 6.0.
  found.no_ring =
      unless(IORING_OP_SEND_ZC, "this kernel has no multishot receives; they take Linux 6.0");
  found.no_zero_copy = unless(IORING_OP_SENDMSG_ZC,
                              "this kernel's io_uring does not send without a copy; it takes Linux "
                              "6.1");
  found.no_splice =
      unless(IORING_OP_SPLICE, "this kernel's io_uring does not splice; it takes Linux 5.7");
  ::io_uring_free_probe(known);
  found.no_bundles = found.no_ring;
  if (found.no_ring.empty() && (ring.get()->features & kFeatureBundle) == 0) {
    found.no_bundles =
        "this kernel does not receive into several buffers at once; it takes Linux 6.10";
  }
  return found;
}

const Found& found_here() {
  static const Found found = look();
  return found;
}

}  // namespace

int Ring::open(unsigned submissions, unsigned completions, Waiting waiting) {
  // DEFER_TASKRUN (Linux 6.1) only to wait in it: poll(2) on such a ring sleeps on when a request
  // can go on (seen on Linux 6.18). From the newest kernel to older ones: 6.0, 5.19.
  const bool in_ring = waiting == Waiting::in_ring;
  const unsigned newest = in_ring ? IORING_SETUP_DEFER_TASKRUN : IORING_SETUP_COOP_TASKRUN;
  for (const unsigned flags :
       {IORING_SETUP_SINGLE_ISSUER | newest, IORING_SETUP_COOP_TASKRUN, 0U}) {
    io_uring_params parameters{};
    parameters.flags = flags | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
    if (in_ring) parameters.flags |= IORING_SETUP_R_DISABLED;
    parameters.cq_entries = completions;
    const int status = ::io_uring_queue_init_params(submissions, &ring_, &parameters);
    open_ = status == 0;
    if (status != -EINVAL) return -status;
  }
  return EINVAL;
}

void Ring::close() {
  if (open_) ::io_uring_queue_exit(&ring_);
  open_ = false;
}

int Ring::enter(unsigned wanted, int milliseconds) {
  if (wanted == 0 || milliseconds < 0) {
    const int status = wanted > 0 ? ::io_uring_submit_and_wait(&ring_, wanted)
                                  : ::io_uring_submit_and_get_events(&ring_);
    return status < 0 ? -status : 0;
  }
  __kernel_timespec most{};
  most.tv_sec = milliseconds / 1000;
  most.tv_nsec = milliseconds % 1000 * 1000000LL;
  io_uring_cqe* first = nullptr;
  const int status = ::io_uring_submit_and_wait_timeout(&ring_, &first, wanted, &most, nullptr);
  return status < 0 && status != -ETIME ? -status : 0;
}

const std::string& why_no_ring() { return found_here().no_ring; }
const std::string& why_no_bundles() { return found_here().no_bundles; }
const std::string& why_no_zero_copy() { return found_here().no_zero_copy; }
const std::string& why_no_ring_splice() { return found_here().no_splice; }

}  // namespace splicebench
