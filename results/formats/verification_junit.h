#pragma once

#include <string>

#include "results/model/verification.h"

namespace splicebench {

/// JUnit XML: a test suite for each group, a test case for each cell; cells that are not applicable
/// are skipped ones.
std::string verification_junit(const Verification& verification);

}  // namespace splicebench
