#pragma once

#include <cerrno>

namespace splicebench {

/// Whether read and write may try after a call that moves bytes in the kernel (splice, sendfile)
/// failed with `error`. The first four say "not by this call" (or not at all: then read and write
/// say so, too); the other two may say it only as long as it never `worked`: later they are true
/// errors.
inline bool may_fall_back(int error, bool worked) {
  switch (error) {
    case EINVAL:
    case ENOSYS:
    case EPERM:
    case EOPNOTSUPP:
      return true;
    case ENOMEM:
    case EIO:
      return !worked;
    default:
      return false;
  }
}

}  // namespace splicebench
