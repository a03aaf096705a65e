// Counts heap allocations by standing in for malloc and its kin (malloc(3), "Replacing malloc" in
// the glibc manual). Linked into the relay alone, so that "0 allocs/op" is measured, not assumed.

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "harness/machine/counters.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SPLICEBENCH_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SPLICEBENCH_SANITIZED 1
#endif
#endif

#ifdef SPLICEBENCH_SANITIZED

splicebench::Allocations splicebench::allocations_so_far() { return {}; }

#else

namespace {

std::int64_t allocation_count = 0;
std::int64_t allocation_bytes = 0;

void count(std::size_t size) {
  ++allocation_count;
  allocation_bytes += static_cast<std::int64_t>(size);
}

}  // namespace

splicebench::Allocations splicebench::allocations_so_far() {
  return {allocation_count, allocation_bytes};
}

// The names are glibc's.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t members, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  count(size);
  return __libc_malloc(size);
}

void* calloc(std::size_t members, std::size_t size) {
  count(members * size);
  return __libc_calloc(members, size);
}

void* realloc(void* old, std::size_t size) {
  count(size);
  return __libc_realloc(old, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** result, std::size_t alignment, std::size_t size) {
  count(size);
  *result = __libc_memalign(alignment, size);
  return *result == nullptr ? ENOMEM : 0;
}
}
// NOLINTEND(bugprone-reserved-identifier)

#endif
