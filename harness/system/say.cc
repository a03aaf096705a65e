#include "harness/system/say.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "results/text/line.h"

namespace splicebench {

namespace {

Colour asked_colour = Colour::kIfTerminal;

bool smart_terminal(int fd) {
  const char* const kind = std::getenv("TERM");
  return ::isatty(fd) != 0 && (kind == nullptr || std::strcmp(kind, "dumb") != 0);
}

}  // namespace

void say(const std::string& sentence) {
  const char* const over_progress = stderr_redraws() ? "\r\x1b[K" : "";
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
  if (asked_colour != Colour::kIfTerminal) return asked_colour == Colour::kAlways;
  const char* const no_colour = std::getenv("NO_COLOR");
  return smart_terminal(STDOUT_FILENO) && (no_colour == nullptr || *no_colour == '\0');
}

void set_colour(Colour colour) { asked_colour = colour; }

std::size_t stdout_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col > 20 ? size.ws_col : 80;
}

bool stderr_redraws() { return smart_terminal(STDERR_FILENO); }

}  // namespace splicebench
