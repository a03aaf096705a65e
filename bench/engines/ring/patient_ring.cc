#include "bench/engines/ring/patient_ring.h"

#include "harness/system/sys.h"

namespace splicebench {

void PatientRing::enable() {
  if (is_enabled_) return;
  const int refused = ring_.enable();
  if (refused != 0) throw_errno("enable", "an io_uring", refused);
  is_enabled_ = true;
}

void PatientRing::enter(unsigned wanted, int milliseconds) {
  ++calls_.in;
  const int error = ring_.enter(wanted, milliseconds);
  if (error != 0) ++calls_.eagain;
  if (!refusals_.bear(error)) error_ = error;
}

}  // namespace splicebench
