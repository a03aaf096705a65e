#include "harness/wire/content.h"

#include <algorithm>
#include <cstring>

namespace splicebench {

void fill_content(unsigned char* bytes, std::size_t size, std::uint64_t seed,
                  std::uint64_t position) {
  std::uint64_t index = position / 8;
  std::size_t skip = position % 8;
  while (size > 0) {
    std::uint64_t word = (seed + ++index) * 0x9e3779b97f4a7c15U;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9U;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebU;
    word ^= word >> 31;
    unsigned char of_word[sizeof word];
    std::memcpy(of_word, &word, sizeof word);
    const std::size_t take = std::min(size, sizeof word - skip);
    std::memcpy(bytes, of_word + skip, take);
    bytes += take;
    size -= take;
    skip = 0;
  }
}

}  // namespace splicebench
