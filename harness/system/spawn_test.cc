#include "harness/system/spawn.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "results/files/fd.h"

namespace splicebench {
namespace {

struct InheritedPipe {
  Fd out;
  Fd in;
  InheritedPipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) == 0) {
      out = Fd(ends[0]);
      in = Fd(ends[1]);
    }
  }
};

std::string read_all(const Fd& fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(fd.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

/// What list_fds prints when given pipe ends as descriptors 3 and `extra`.
std::string listing(const std::vector<int>& extra,
                    const std::vector<std::string>& environment = {}) {
  InheritedPipe pipe;
  std::vector<InheritedFd> fds{{pipe.in.get(), 3}};
  for (const int to : extra) fds.push_back({pipe.out.get(), to});
  Child child = spawn({SPLICEBENCH_LIST_FDS, {}, fds, environment});
  pipe.in.reset();
  std::string text = read_all(pipe.out);
  EXPECT_EQ(child.wait(), 0);
  return text;
}

TEST(Spawn, AChildHasJustTheStandardDescriptorsAndWhatItWasGiven) {
  EXPECT_EQ(listing({}), "0 1 2 3\n");
  EXPECT_EQ(listing({4, 5}), "0 1 2 3 4 5\n");
}

TEST(Spawn, DescriptorsWithGapsBetweenThemLeakNothing) {
  const Fd open_here(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(listing({6, 9}), "0 1 2 3 6 9\n");
}

TEST(Spawn, MovesDescriptorsWhoseNumbersCross) {
  InheritedPipe first;
  InheritedPipe second;
  const int a = first.in.get();
  const int b = second.in.get();
  // Each gets the number the other has here. The shell's own >&N takes only one digit.
  const std::string command = "echo one > /proc/self/fd/" + std::to_string(b) +
                              "; echo two > /proc/self/fd/" + std::to_string(a);
  Child child = spawn({"/bin/sh", {"-c", command}, {{a, b}, {b, a}}, {}});
  EXPECT_EQ(child.wait(), 0);
  first.in.reset();
  second.in.reset();
  EXPECT_EQ(read_all(first.out), "one\n");
  EXPECT_EQ(read_all(second.out), "two\n");
}

TEST(Spawn, PassesOnNoDescriptorThatThisProcessWasLeftWith) {
  const Fd careless(::open("/dev/null", O_RDONLY));
  EXPECT_EQ(listing({}), "0 1 2 3\n");
}

TEST(Spawn, PassesOnNothingOfTheEnvironmentButANamedFew) {
  ::setenv("SPLICEBENCH_SECRET", "x", 1);
  ::setenv("TZ", "UTC", 1);
  const std::string text = listing({}, minimal_environment());
  ::unsetenv("SPLICEBENCH_SECRET");
  EXPECT_EQ(text.find("SECRET"), std::string::npos);
  EXPECT_EQ(text.find("PATH="), std::string::npos);
  EXPECT_NE(text.find("TZ=UTC\n"), std::string::npos);
}

TEST(Spawn, NamesAProgramThatCannotBeStarted) {
  try {
    spawn({"/nonexistent/program", {}, {}, {}});
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string(error.what()).find("/nonexistent/program"), std::string::npos);
    EXPECT_EQ(error.code().value(), ENOENT);
  }
  EXPECT_THROW(spawn({"/dev/null", {}, {}, {}}), std::system_error);
}

TEST(Spawn, WithoutDescriptorsStartsNothing) {
  spawn({"/bin/true", {}, {}, {}}).wait();  // what the launcher itself needs is there
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)).get();
  int refused = 0;
  for (rlim_t spare = 0; spare < 8; ++spare) {
    const rlimit few{static_cast<rlim_t>(next) + spare, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    try {
      EXPECT_EQ(spawn({"/bin/true", {}, {}, {}}).wait(), 0);
    } catch (const std::system_error& error) {
      ++refused;
      EXPECT_EQ(error.code().value(), EMFILE) << error.what();
    }
    ::setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a process was left, with " << spare;
    EXPECT_EQ(errno, ECHILD);
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, 8);
}

TEST(Spawn, ShieldsFromGroupSignalsOnlyWhenAskedTo) {
  ::signal(SIGINT, SIG_DFL);  // a shell's background job inherits it ignored
  SpawnRequest request;
  request.program = "/bin/sh";
  request.arguments = {"-c", "for s in INT TERM HUP TSTP; do kill -$s $$; done; exit 7"};
  request.shielded = true;
  EXPECT_EQ(describe_wait_status(spawn(request).wait()), "ended with status 7");
  request.shielded = false;
  EXPECT_EQ(describe_wait_status(spawn(request).wait()), "was killed by signal 2 (Interrupt)");
}

TEST(ProgramOnPath, IsAFileThatCanBeExecuted) {
  std::string directory = "/tmp/splicebench-path-XXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  const std::filesystem::path root = directory;
  for (const char* name : {"first", "second", "third"})
    std::filesystem::create_directory(root / name);
  std::filesystem::create_directory(root / "first" / "tool");
  std::ofstream(root / "second" / "tool") << "no program\n";
  std::filesystem::copy_file("/bin/true", root / "third" / "tool");
  EXPECT_EQ(program_on_path(root / "first" / "tool"), "");
  EXPECT_EQ(program_on_path(root / "second" / "tool"), "");
  EXPECT_EQ(program_on_path(root / "third" / "tool"), root / "third" / "tool");

  const std::string before = std::getenv("PATH");
  const std::string path = (root / "first").string() + ":" + (root / "second").string() + ":" +
                           (root / "third").string();
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(program_on_path("tool"), root / "third" / "tool");
  ::setenv("PATH", before.c_str(), 1);
  std::filesystem::remove_all(root);
}

TEST(Child, IsKilledAndReapedWithItsOwner) {
  pid_t pid = 0;
  {
    const Child child = spawn({"/bin/sleep", {"100"}, {}, {}});
    pid = child.pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(Child, TellsHowItEnded) {
  EXPECT_EQ(describe_wait_status(spawn({"/bin/sh", {"-c", "exit 5"}, {}, {}}).wait()),
            "ended with status 5");
  EXPECT_EQ(describe_wait_status(spawn({"/bin/sh", {"-c", "kill -9 $$"}, {}, {}}).wait()),
            "was killed by signal 9 (Killed)");
}

}  // namespace
}  // namespace splicebench
