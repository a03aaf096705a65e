#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <type_traits>

/// The switch of a program that holds many defects: included by the changed sources of
/// tools/mutants.py alone.
namespace mutant {

inline constexpr int kMost = 1 << 16;

/// Shared by all processes of a run, those that get no environment, too: it is a file of the build.
struct Board {
  std::uint32_t chosen;          ///< the defect that is switched on; 0: none
  unsigned char reached[kMost];  ///< not 0: some process came there
};

inline Board nothing_chosen{};
inline Board* board = &nothing_chosen;
/// Taken once: a process that starts keeps what was chosen then.
inline std::uint32_t chosen = 0;

/// Before main, so before any limit or filter of a test; before constants of namespaces are made,
/// too.
__attribute__((constructor(101))) inline void read_board() {
  if (board != &nothing_chosen) return;
  const int fd = ::open(MUTANT_BOARD, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void* const memory = ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (memory == MAP_FAILED) return;
  board = static_cast<Board*>(memory);
  chosen = board->chosen;
}

inline bool is(std::uint32_t number) {
  board->reached[number] = 1;
  return chosen == number;
}

/// Another value near, or half of it: of a size, one more is often no difference.
template <typename T>
T other(T value) {
  if constexpr (std::is_same_v<T, bool>) {
    return !value;
  } else if constexpr (std::is_floating_point_v<T>) {
    return value == 0 ? T{1} : value / 2;
  } else if constexpr (std::is_enum_v<T>) {
    return T{};
  } else {
    return value >= 64 ? static_cast<T>(value / 2) : static_cast<T>(value + 1);
  }
}

/// Stands between the operands: a < Bound{17} < b, which is a <= b while 17 is switched on.
struct Bound {
  std::uint32_t number;
};
struct Sum {
  std::uint32_t number;
};
struct Product {
  std::uint32_t number;
};

template <typename T, typename Kind>
struct Half {
  const T& left;
  std::uint32_t number;
};

#define MUTANT_INFIX(kind, sign, other)                                                         \
  template <typename T>                                                                         \
  Half<T, kind> operator sign(const T& left, kind infix) {                                      \
    return {left, infix.number};                                                                \
  }                                                                                             \
  template <typename T, typename U>                                                             \
  auto operator sign(Half<T, kind> half, const U& right) {                                      \
    using Result = decltype(half.left sign right);                                              \
    return is(half.number) ? static_cast<Result>(half.left other right) : half.left sign right; \
  }
MUTANT_INFIX(Bound, <, <=)
MUTANT_INFIX(Bound, <=, <)
MUTANT_INFIX(Bound, >, >=)
MUTANT_INFIX(Bound, >=, >)
MUTANT_INFIX(Sum, +, -)
MUTANT_INFIX(Sum, -, +)
MUTANT_INFIX(Product, *, /)
MUTANT_INFIX(Product, /, *)
#undef MUTANT_INFIX

}  // namespace mutant
