#include "results/files/write_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "results/files/error.h"
#include "results/files/input.h"
#include "results/testing/temporary_directory.h"
#include "results/testing/testdata.h"

namespace splicebench {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

class WriteFile : public ::testing::Test {
 protected:
  std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(directory_), {}); }

  /// Refused with a sentence that holds `part`; nothing new in the directory.
  void expect_refused(const std::string& path, const std::string& part) {
    const std::ptrdiff_t before = files();
    try {
      write_file_atomically(path, "text");
      FAIL() << path << " was written";
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
    EXPECT_EQ(files(), before);
  }

  const TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
};

TEST_F(WriteFile, ReplacesTheFileAndLeavesNothingElse) {
  const std::string path = directory_ / "out.json";
  write_file_atomically(path, "one");
  EXPECT_EQ(text_of(path), "one");
  write_file_atomically(path, "two");
  EXPECT_EQ(text_of(path), "two");
  EXPECT_EQ(files(), 1);
}

TEST_F(WriteFile, ThatReplacesHasNoOtherNameAtAnyTime) {
  // A directory that is watched sees each name that is made or moved in it.
  const Fd watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  ASSERT_TRUE(watch);
  const std::string path = directory_ / "out.json";
  write_file_atomically(path, "one");
  ASSERT_GE(::inotify_add_watch(watch.get(), directory_.c_str(), IN_CREATE | IN_MOVE), 0);
  write_file_atomically(path, "two");
  alignas(inotify_event) std::array<char, 4096> events{};
  const ssize_t got = ::read(watch.get(), events.data(), events.size());
  ASSERT_GE(got, static_cast<ssize_t>(sizeof(inotify_event)));
  const inotify_event* const first = reinterpret_cast<const inotify_event*>(events.data());
  EXPECT_EQ(std::string(first->name), "out.json");
  EXPECT_EQ(got, static_cast<ssize_t>(sizeof(inotify_event) + first->len)) << "more names than one";
}

TEST_F(WriteFile, ThatFailsKeepsWhatWasThere) {
  EXPECT_THROW(write_file_atomically(directory_ / "missing" / "out.json", "text"),
               std::system_error);
  fs::create_directories(directory_ / "occupied" / "inner");
  expect_refused(directory_ / "occupied", "is a directory");
}

TEST_F(WriteFile, FollowsAndReplacesNoLink) {
  const fs::path victim = directory_ / "victim";
  std::ofstream(victim) << "precious";
  fs::create_symlink(victim, directory_ / "link");
  fs::create_symlink(directory_ / "nowhere", directory_ / "dangling");
  expect_refused(directory_ / "link", "is a symbolic link");
  expect_refused(directory_ / "dangling", "is a symbolic link");
  EXPECT_EQ(text_of(victim), "precious");
  EXPECT_TRUE(fs::is_symlink(directory_ / "link"));
}

TEST_F(WriteFile, FollowsNoLinkThatWasPutThereMeanwhile) {
  const fs::path victim = directory_ / "victim";
  const fs::path path = directory_ / "out";
  std::ofstream(victim) << "precious";
  NewFile file(path);
  file.write("text");
  fs::create_symlink(victim, path);
  EXPECT_THROW(file.publish(), UsageError);
  EXPECT_EQ(text_of(victim), "precious");
}

TEST_F(WriteFile, TurnsNoDeviceOrPipeIntoAFile) {
  EXPECT_THROW(write_file_atomically("/dev/null", "text"), UsageError);
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  ASSERT_EQ(::mkfifo((directory_ / "pipe").c_str(), 0600), 0);
  expect_refused(directory_ / "pipe", "pipe");
}

TEST_F(WriteFile, HonoursTheUmask) {
  const mode_t before = ::umask(027);
  write_file_atomically(directory_ / "private", "text");
  ::umask(0);
  write_file_atomically(directory_ / "public", "text");
  ::umask(022);
  write_file_atomically(directory_ / "usual", "text");
  ::umask(before);
  EXPECT_EQ(mode_of(directory_ / "private"), 0640);
  EXPECT_EQ(mode_of(directory_ / "public"), 0666);
  EXPECT_EQ(mode_of(directory_ / "usual"), 0644);
}

TEST_F(WriteFile, HasNoNameUntilItIsWhole) {
  const int nameless = ::open(directory_.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (nameless < 0) GTEST_SKIP() << "the file system of " << directory_ << " has no O_TMPFILE";
  ::close(nameless);
  NewFile file(directory_ / "out");
  file.write("half");
  EXPECT_EQ(files(), 0);
  file.write(" and half");
  file.publish();
  EXPECT_EQ(text_of(directory_ / "out"), "half and half");
}

TEST_F(WriteFile, WhatIsActedUponIsReadOnlyWhereNobodyElseCanWrite) {
  const std::string path = directory_ / "journal";
  const auto refusal = [&path] { return usage_error_of([&path] { read_own_file(path); }); };
  write_file_atomically(path, "text");
  EXPECT_EQ(read_own_file(path), "text");
  ASSERT_EQ(::chmod(path.c_str(), 0666), 0);
  EXPECT_NE(refusal().find("can be written by others"), std::string::npos);
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  ASSERT_EQ(::truncate(path.c_str(), 2LL << 30), 0);
  EXPECT_NE(refusal().find("larger than 1 GiB"), std::string::npos);
  ASSERT_EQ(::unlink(path.c_str()), 0);
  ASSERT_EQ(::symlink("/etc/passwd", path.c_str()), 0);
  EXPECT_NE(refusal().find("symbolic link"), std::string::npos);
  ASSERT_EQ(::unlink(path.c_str()), 0);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_NE(refusal().find("no regular file"), std::string::npos);
}

class OutputRule : public WriteFile {
 protected:
  /// The sentence with which `output` is refused; empty: it is not.
  std::string refusal(const Output& output, const std::vector<std::string>& inputs = {}) const {
    const std::ptrdiff_t before = files();
    std::string sentence;
    try {
      require_output(output, inputs);
    } catch (const UsageError& error) {
      sentence = error.what();
    }
    EXPECT_EQ(files(), before);
    return sentence;
  }
};

TEST_F(OutputRule, NeverAnInputByAnyNameOfItNotEvenByForce) {
  const std::string input = directory_ / "in.json";
  const std::string other_name = directory_ / "link.json";
  write_file_atomically(input, "mark");
  fs::create_hard_link(input, other_name);
  for (const std::string& path : {input, other_name, (directory_ / "." / "in.json").string()}) {
    for (const bool force : {false, true}) {
      EXPECT_NE(refusal({path, "--out", "mark", force}, {input}).find("is read"), std::string::npos)
          << path;
    }
  }
}

TEST_F(OutputRule, AnExistingFileOnlyOfItsKindOrByForce) {
  const std::string path = directory_ / "out";
  EXPECT_EQ(refusal({path, "--out", "mark"}), "");
  write_file_atomically(path, "a mark within");
  EXPECT_EQ(refusal({path, "--out", "mark"}), "");
  EXPECT_NE(refusal({path, "--out", "other"}).find("exists and is no such file"),
            std::string::npos);
  EXPECT_NE(refusal({path, "--out"}).find("--force"), std::string::npos);
  EXPECT_EQ(refusal({path, "--out", "", true}), "");
  EXPECT_EQ(text_of(path), "a mark within");
}

TEST_F(OutputRule, NoStandardOutputDirectoryOrPlaceThatTakesNoFile) {
  EXPECT_NE(refusal({"-", "--out", "", true}).find("name a file"), std::string::npos);
  EXPECT_NE(refusal({directory_, "--out", "", true}).find("is a directory"), std::string::npos);
  EXPECT_NE(refusal({"/nonexistent/r", "--out"}).find("--out: /nonexistent/r cannot be written"),
            std::string::npos);
  const std::string too_long = directory_ / std::string(300, 'n');
  EXPECT_NE(refusal({too_long, "--out"}).find("File name too long"), std::string::npos);
}

}  // namespace
}  // namespace splicebench
