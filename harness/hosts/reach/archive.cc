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
  // head(1) takes no byte beyond those from a pipe. The agent takes the shell's place, so that it
  // is sshd's own child and ends with it, be it stopped; who removes the directory sees by the end
  // of a pipe that it is gone.
  return "exec sh -c " +
         quoted(fmt::format(
             "d=$(mktemp -d \"${{TMPDIR:-/tmp}}/splicebench-agent-XXXXXX\") || exit 1; "
             "trap : HUP INT TERM PIPE; "
             "head -c {} | tar -x -z -C \"$d\" -f - && mkfifo \"$d/lives\" || "
             "{{ rm -rf \"$d\"; exit 1; }}; "
             "(trap '' HUP INT TERM; cat \"$d/lives\"; rm -rf \"$d\") </dev/null >/dev/null 2>&1 & "
             "exec \"$d/bin/splicebench\" agent 9>\"$d/lives\"",
             size));
}

}  // namespace splicebench
