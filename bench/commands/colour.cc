#include <unistd.h>

#include <cstdlib>

#include "bench/commands/command.h"

namespace splicebench {

bool stdout_colour() {
  const char* const no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace splicebench
