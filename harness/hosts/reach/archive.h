#pragma once

#include <string>

#include "harness/system/programs.h"
#include "results/files/fd.h"

namespace splicebench {

/// This program and those it starts as a tar(1) archive, compressed, in memory: bin/splicebench and
/// libexec/splicebench/, as they find each other where they are installed. Throws UsageError
/// without tar.
Fd archive_of(const Programs& programs);

/// What a shell on the other host does with its standard input: takes `size` bytes of such an
/// archive, unpacks them in a directory of its own and becomes the agent from there on what
/// follows. The directory is removed once that has ended, however it did.
std::string unpacking_command(std::size_t size);

}  // namespace splicebench
