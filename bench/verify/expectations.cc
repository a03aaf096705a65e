#include "bench/verify/expectations.h"

#include <fmt/format.h>

#include "harness/system/sys.h"

namespace splicebench {

void Expectations::expect(bool holds, const std::string& what) {
  if (holds) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!failures_.empty()) failures_ += "; ";
  failures_ += what;
}

void Expectations::expect_arrived(const char* where, std::uint64_t bytes, const Arrived& arrived) {
  expect(arrived.bytes == bytes,
         fmt::format("expected {} bytes {}; seen {}{}", bytes, where, arrived.bytes,
                     arrived.error == 0 ? "" : " and " + error_name(arrived.error)));
  expect(arrived.wrong.empty(), fmt::format("{} {}", where, arrived.wrong));
}

void Expectations::expect_all_arrived(const char* where, std::uint64_t bytes,
                                      const Arrived& arrived) {
  expect_arrived(where, bytes, arrived);
  expect(arrived.ended, fmt::format("no end of stream {}", where));
}

}  // namespace splicebench
