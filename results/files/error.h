#pragma once

#include <stdexcept>

namespace splicebench {

/// Something the user gave (flag, file, size, environment) cannot be used. what() is one sentence
/// that names it and says what to do; the program prints it on stderr and exits 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace splicebench
