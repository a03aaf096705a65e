#pragma once

#include <string>

namespace splicebench::testing {

/// Holds JSON `text` against the schema in the file `schema`. Empty when it fits, else what does
/// not.
std::string schema_errors(const std::string& text, const std::string& schema);

}  // namespace splicebench::testing
