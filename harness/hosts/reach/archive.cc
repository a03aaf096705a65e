#include "harness/hosts/reach/archive.h"

#include <fmt/format.h>
#include <unistd.h>

#include <vector>

#include "harness/foreign/relay_command.h"
#include "harness/system/memory_file.h"
#include "harness/system/spawn.h"
#include "results/files/error.h"

namespace splicebench {

Fd archive_of(const Programs& programs) {
  SpawnRequest request;
  request.program = program_on_path("tar");
  if (request.program.empty())
    throw UsageError("--copy: there is no tar(1) here; install the package tar");
  request.arguments = {"-c",          "-z",
                       "-h",          "-P",
                       "-f",          "-",
                       "--transform", "s,^.*/splicebench-,libexec/splicebench/splicebench-,",
                       "--transform", "s,^.*/splicebench$,bin/splicebench,"};
  for (const std::string* program :
       {&programs.agent, &programs.writer, &programs.reader, &programs.relay, &programs.guard,
        &programs.echo, &programs.pinger})
    request.arguments.push_back(*program);
  request.environment = minimal_environment();
  // tar starts gzip(1).
  request.environment.push_back("PATH=/usr/local/bin:/usr/bin:/bin");
  Fd archive = memory_file("archive");
  const Fd complaints = memory_file("complaints");
  request.fds = {{archive.get(), STDOUT_FILENO}, {complaints.get(), STDERR_FILENO}};
  if (spawn(request).wait() != 0)
    throw UsageError(
        fmt::format("--copy: tar(1) could not pack this program: {}", content_of(complaints)));
  return archive;
}

std::string unpacking_command(std::size_t size) {
  // The traps are the shell's own: it outlives what ends its agent. head(1) takes no byte beyond
  // those from a pipe.
  return "exec sh -c " +
         quoted(
             fmt::format("d=$(mktemp -d \"${{TMPDIR:-/tmp}}/splicebench-agent-XXXXXX\") || exit 1; "
                         "trap : HUP INT TERM PIPE; "
                         "head -c {} | tar -x -z -C \"$d\" -f - && \"$d/bin/splicebench\" agent; "
                         "s=$?; rm -rf \"$d\"; exit $s",
                         size));
}

}  // namespace splicebench
