#pragma once

#include <string>

#include "results/model/model.h"

namespace splicebench {

/// What this machine is and how it is set, as far as it changes a relay's speed. What cannot be
/// read is left empty. Placement, file system and command are the caller's to fill in.
Environment read_environment();

// Parts of it.
std::string machine_name();  ///< throws std::system_error
std::string kernel_text();   ///< "Linux 6.1.0 x86_64"; throws likewise
std::string cpu_model();     ///< empty: not known

/// Name of the file system `directory` is on ("ext4", "tmpfs"; else the type's number). Throws
/// std::system_error.
std::string file_system_of(const std::string& directory);

/// A directory for file sinks: the first writable one of /var/tmp, the current directory, $HOME and
/// /tmp that is on a disk file system; where none is, the first writable one.
std::string default_file_dir();

}  // namespace splicebench
