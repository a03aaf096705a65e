#pragma once

#include <string>

#include "results/verification.h"

namespace splicebench {

/// Version of results/verification.schema.json.
inline constexpr int kVerificationSchemaVersion = 1;

/// One JSON document, as results/verification.schema.json describes it.
std::string verification_json(const Verification& verification);

}  // namespace splicebench
