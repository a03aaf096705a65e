#include <cstddef>
#include <cstdint>

#include "results/fuzz/targets.h"

// One program per target: FUZZ_TARGET is its name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  splicebench::FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
