#include "harness/system/programs.h"

#include <sys/auxv.h>

#include <filesystem>
#include <system_error>

namespace splicebench {

std::string own_program() {
  std::error_code error;
  const std::filesystem::path told = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) return told.string();
  // Where the kernel put the name that execve(2) got (getauxval(3)).
  const char* const started = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  return std::filesystem::canonical(started).string();
}

}  // namespace splicebench
