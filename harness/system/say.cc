#include "harness/system/say.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "results/text/line.h"

namespace splicebench {

void say(const std::string& sentence) {
  const char* const over_progress = ::isatty(STDERR_FILENO) != 0 ? "\r\x1b[K" : "";
  const std::string line = over_progress + sentence_line(sentence) + "\n";
  // Neither a full disk nor a terminal that is gone is worth more than the text.
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void show(const std::string& text) {
  const std::string shown =
      ::isatty(STDOUT_FILENO) != 0 ? terminal_text(text, stdout_colour()) : text;
  std::fwrite(shown.data(), 1, shown.size(), stdout);
}

bool stdout_colour() {
  const char* const no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace splicebench
