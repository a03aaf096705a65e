#pragma once

// For tests: what is said where something cannot be done.

#include <exception>
#include <string>

namespace splicebench::testing {

/// Of the exception that `what` throws; "nothing": none.
template <typename What>
std::string thrown_by(What what) {
  try {
    what();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace splicebench::testing
