#include "bench/engines/ring/patient_ring.h"

#include <cerrno>

#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// In a row, before it is an error.
constexpr int kMostRefusals = 100;

}  // namespace

void PatientRing::enable() {
  if (is_enabled_) return;
  const int refused = ring_.enable();
  if (refused != 0) throw_errno("enable", "an io_uring", refused);
  is_enabled_ = true;
}

void PatientRing::enter(unsigned wanted, int milliseconds) {
  ++calls_.in;
  const int error = ring_.enter(wanted, milliseconds);
  if (error == 0) {
    refusals_ = 0;
    return;
  }
  ++calls_.eagain;
  if (error == EINTR) return;  // while it waited
  const bool may_pass = error == EAGAIN || error == EBUSY;
  if (!may_pass || ++refusals_ >= kMostRefusals) error_ = error;
}

}  // namespace splicebench
