#pragma once

#include <fcntl.h>
#include <sys/resource.h>

#include <vector>

#include "results/files/fd.h"

namespace splicebench {

/// For tests: as long as it is there no descriptor can be had in this process.
class NoDescriptors {
 public:
  /// From `first` on, or at all: below it there is no free number either. 3: what is open stays so.
  explicit NoDescriptors(int first = 3) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    for (;;) {
      Fd hole(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      if (hole.get() >= first) break;
      holes_.push_back(std::move(hole));
    }
    const rlimit none{static_cast<rlim_t>(first), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
  std::vector<Fd> holes_;
};

}  // namespace splicebench
