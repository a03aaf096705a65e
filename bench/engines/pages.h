#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstring>
#include <new>
#include <utility>

namespace splicebench {

enum class Touched { at_once, when_used };

/// Whole pages that go back to the system and to nobody else in this process: the
/// kernel may still send from them when they are gone, which it does then from pages that it keeps.
class Pages {
 public:
  Pages() = default;
  Pages(Pages&& other) noexcept
      : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Pages& operator=(Pages&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Pages() {
    if (bytes_ != nullptr) ::munmap(bytes_, size_);
  }

  /// Throws std::bad_alloc.
  explicit Pages(std::size_t size, Touched touched = Touched::at_once) : size_(size) {
    const int populate = touched == Touched::at_once ? MAP_POPULATE : 0;
    void* const mapping = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                                 MAP_ANONYMOUS | MAP_PRIVATE | populate, -1, 0);
    if (mapping == MAP_FAILED) throw std::bad_alloc();
    bytes_ = static_cast<unsigned char*>(mapping);
  }

  unsigned char* bytes() const { return bytes_; }
  /// Those that were not yet. Reading alone would map the one page of zeros.
  void touch() { std::memset(bytes_, 0, size_); }

 private:
  unsigned char* bytes_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace splicebench
