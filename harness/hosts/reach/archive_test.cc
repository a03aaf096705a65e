#include "harness/hosts/reach/archive.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "bench/testing/eventually.h"
#include "harness/system/memory_file.h"
#include "harness/system/spawn.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

namespace fs = std::filesystem;

class Archive : public ::testing::Test {
 protected:
  /// A program that is this script.
  std::string program(const std::string& name, const std::string& script) const {
    const fs::path path = directory_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "#!/bin/sh\n" << script;
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }

  /// All that is sent, with `agent` in the place of the program; what came out.
  std::string unpack_and_run(const std::string& agent, const std::string& rest) {
    Programs programs;
    programs.agent = program("bench/splicebench", agent);
    programs.relay = program("bench/splicebench-relay", "");
    programs.writer = program("peers/splicebench-writer", "echo a writer\n");
    programs.reader = program("peers/splicebench-reader", "");
    programs.guard = program("peers/splicebench-guard", "");
    programs.echo = program("peers/splicebench-echo", "");
    programs.pinger = program("peers/splicebench-pinger", "");
    const std::string archive = content_of(archive_of(programs));
    std::ofstream(directory_ / "input") << archive << rest;
    const fs::path temporary = directory_ / "tmp";
    fs::create_directory(temporary);
    const Fd in(::open((directory_ / "input").c_str(), O_RDONLY | O_CLOEXEC));
    const Fd out = memory_file("out");
    SpawnRequest request;
    request.program = "/bin/sh";
    // Through a pipe, as from sshd.
    request.arguments = {"-c", "cat | (" + unpacking_command(archive.size()) + ")"};
    request.environment = {"PATH=/usr/bin:/bin", "TMPDIR=" + temporary.string()};
    request.fds = {
        {in.get(), STDIN_FILENO}, {out.get(), STDOUT_FILENO}, {out.get(), STDERR_FILENO}};
    spawn(request).wait();
    EXPECT_TRUE(testing::eventually([&] { return fs::is_empty(temporary); }))
        << "something was left";
    return content_of(out);
  }

  const TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
};

TEST_F(Archive, IsUnpackedAndTheAgentGetsWhatFollowsIt) {
  EXPECT_EQ(unpack_and_run("echo \"$1\"\ncat\n\"$(dirname \"$0\")/../libexec/splicebench/"
                           "splicebench-writer\"\n",
                           "frames\n"),
            "agent\nframes\na writer\n");
}

TEST_F(Archive, LeavesNothingHoweverTheAgentEnds) {
  EXPECT_NE(unpack_and_run("kill -9 $$\n", "").find("Killed"), std::string::npos);
}

}  // namespace
}  // namespace splicebench
