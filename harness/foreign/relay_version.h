#pragma once

#include <string>

namespace splicebench {

/// The first line with a digit that `command` prints, which asks a program for its version; empty
/// when there is none, no such program, or it takes long: then it is not a version that it was
/// asked for.
std::string version_by(const std::string& command);

}  // namespace splicebench
