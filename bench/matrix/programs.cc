#include "bench/matrix/programs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "results/files/error.h"

namespace splicebench {

namespace {

/// `folder`: of the build tree.
std::string find(const std::string& folder, const std::string& program) {
  const std::filesystem::path here = std::filesystem::path(own_program()).parent_path();
  const std::string name = "splicebench-" + program;
  const std::string built = here / ".." / folder / name;
  const std::string installed = here / ".." / "libexec" / "splicebench" / name;
  for (const std::string& candidate : {built, installed}) {
    if (::access(candidate.c_str(), X_OK) == 0)
      return std::filesystem::canonical(candidate).string();
  }
  throw UsageError(fmt::format(
      "{} is neither at {} nor at {}; build it with ninja or install with meson install", name,
      built, installed));
}

}  // namespace

Programs find_programs() {
  Programs programs;
  programs.writer = find("peers", "writer");
  programs.reader = find("peers", "reader");
  programs.relay = find("bench", "relay");
  programs.guard = find("peers", "guard");
  programs.echo = find("peers", "echo");
  programs.pinger = find("peers", "pinger");
  programs.agent = own_program();
  return programs;
}

}  // namespace splicebench
