#include "harness/foreign/relay_version.h"

#include <poll.h>

#include <sstream>
#include <vector>

#include "harness/foreign/relay_command.h"
#include "harness/system/memory_file.h"
#include "harness/system/spawn.h"

namespace splicebench {

namespace {

/// What a program may take to say its version: milliseconds.
constexpr int kVersionPatience = 1000;

}  // namespace

std::string version_by(const std::string& command) {
  std::vector<std::string> words = split_words(command, "version");
  const std::string program = program_on_path(words.front());
  if (program.empty()) return {};
  words.erase(words.begin());
  const Fd output = memory_file("version");
  Child child =
      spawn({program, words, {{output.get(), 1}, {output.get(), 2}}, minimal_environment()});
  pollfd ended{child.pidfd(), POLLIN, 0};
  if (::poll(&ended, 1, kVersionPatience) <= 0 || child.wait() != 0) return {};
  std::istringstream lines(content_of(output));
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_of("0123456789") == std::string::npos) continue;
    const std::size_t first = line.find_first_not_of(" \t");
    return line.substr(first, line.find_last_not_of(" \t") - first + 1);
  }
  return {};
}

}  // namespace splicebench
