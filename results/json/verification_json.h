#pragma once

#include <string>

#include "results/model/verification.h"

namespace splicebench {

/// Version of results/schemas/verification.schema.json.
inline constexpr int kVerificationSchemaVersion = 1;

/// One JSON document, as results/schemas/verification.schema.json describes it.
std::string verification_json(const Verification& verification);

}  // namespace splicebench
