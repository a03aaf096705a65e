#include <gtest/gtest.h>
#include <malloc.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "harness/machine/counters.h"

namespace splicebench {
namespace {

struct Way {
  const char* name;
  void* (*take)();
  std::int64_t bytes;
};

constexpr std::size_t kAligned = 256;

void* aligned_by_posix() {
  void* memory = nullptr;
  return ::posix_memalign(&memory, kAligned, 600) == 0 ? memory : nullptr;
}

const std::array<Way, 6> kWays{{
    {"malloc", [] { return std::malloc(100); }, 100},
    {"calloc", [] { return std::calloc(3, 50); }, 150},
    {"realloc", [] { return std::realloc(nullptr, 300); }, 300},
    {"memalign", [] { return ::memalign(kAligned, 400); }, 400},
    {"aligned_alloc", [] { return std::aligned_alloc(kAligned, 512); }, 512},
    {"posix_memalign", aligned_by_posix, 600},
}};

TEST(Allocations, AreCountedOneByOneWithTheirBytesWhicheverWayTheyAreMade) {
  if (!allocations_so_far().count) GTEST_SKIP() << "the sanitizer counts allocations here";
  for (const Way& way : kWays) {
    // Not known to the compiler, which may leave out what it knows.
    void* (*volatile const take)() = way.take;
    const Allocations before = allocations_so_far();
    void* const memory = take();
    const Allocations after = allocations_so_far();
    ASSERT_NE(memory, nullptr) << way.name;
    EXPECT_EQ(*after.count - *before.count, 1) << way.name;
    EXPECT_EQ(*after.bytes - *before.bytes, way.bytes) << way.name;
    std::memset(memory, 1, static_cast<std::size_t>(way.bytes));
    std::free(memory);
    EXPECT_EQ(*allocations_so_far().count - *after.count, 0) << "to give back is to take nothing";
  }
}

TEST(Allocations, AreWhatWasAskedFor) {
  if (!allocations_so_far().count) GTEST_SKIP() << "the sanitizer's own";
  for (const Way& way : kWays) {
    void* (*volatile const take)() = way.take;
    void* const memory = take();
    if (std::strstr(way.name, "align") != nullptr) {
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % kAligned, 0U) << way.name;
    }
    EXPECT_GE(::malloc_usable_size(memory), static_cast<std::size_t>(way.bytes)) << way.name;
    std::free(memory);
  }
  void* volatile memory = std::malloc(64);
  std::memset(memory, 7, 64);
  memory = std::realloc(memory, 1 << 20);
  EXPECT_EQ(static_cast<unsigned char*>(memory)[63], 7) << "what was there stays";
  std::free(memory);
  // Large enough to be used before.
  memory = std::calloc(100, 100);
  for (std::size_t i = 0; i < 10000; ++i) ASSERT_EQ(static_cast<unsigned char*>(memory)[i], 0) << i;
  std::free(memory);
  void* none = nullptr;
  volatile std::size_t most = std::numeric_limits<std::ptrdiff_t>::max();
  EXPECT_EQ(::posix_memalign(&none, kAligned, most), ENOMEM);
}

}  // namespace
}  // namespace splicebench
