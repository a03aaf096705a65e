#pragma once

#include <string>

namespace splicebench {

/// What to type to start this program, for advice: "splicebench" until main() has set it.
const std::string& program_name();
void set_program_name(std::string name);

}  // namespace splicebench
