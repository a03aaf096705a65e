#include "harness/wire/content.h"

#include <algorithm>
#include <cstring>

namespace splicebench {

namespace {

/// Of the word at `index`, the first at 0.
std::uint64_t word_at(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t word = (seed + index + 1) * 0x9e3779b97f4a7c15U;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9U;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebU;
  return word ^ (word >> 31);
}

}  // namespace

void fill_content(unsigned char* bytes, std::size_t size, std::uint64_t seed,
                  std::uint64_t position) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::uint64_t index = position / kWord;
  const auto fill_part = [&](std::size_t skip, std::size_t take) {
    const std::uint64_t word = word_at(seed, index++);
    unsigned char of_word[kWord];
    std::memcpy(of_word, &word, kWord);
    std::memcpy(bytes, of_word + skip, take);
    bytes += take;
    size -= take;
  };
  const std::size_t skip = position % kWord;
  if (skip > 0) fill_part(skip, std::min(size, kWord - skip));
  // Of a size known here: the compiler makes one store of it.
  for (; size >= kWord; size -= kWord, bytes += kWord) {
    const std::uint64_t word = word_at(seed, index++);
    std::memcpy(bytes, &word, kWord);
  }
  if (size > 0) fill_part(0, size);
}

std::uint64_t flow_seed(std::uint64_t seed, std::uint64_t flow) {
  // Farther apart than any stream is long: words are counted on from the seed.
  constexpr int kWords = 40;
  return seed + (flow << kWords);
}

}  // namespace splicebench
