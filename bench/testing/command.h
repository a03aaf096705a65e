#pragma once

// The program as its users run it, in a directory of its own.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "harness/system/spawn.h"
#include "results/files/fd.h"
#include "results/testing/temporary_directory.h"

namespace splicebench::testing {

namespace fs = std::filesystem;

inline const std::string kSchema =
    std::string(SPLICEBENCH_SOURCE_DIR) + "/results/schemas/result.schema.json";

inline std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class CommandTest : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directory(directory_ / "files"); }

  std::string in_directory(const std::string& name) const { return directory_ / name; }

  Child start(std::vector<std::string> arguments) {
    const Fd out(
        ::open(in_directory("stdout").c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
    const Fd err(
        ::open(in_directory("stderr").c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
    std::vector<std::string> environment = minimal_environment();
    environment.push_back("HOME=" + directory_.string());
    environment.insert(environment.end(), environment_.begin(), environment_.end());
    return spawn(
        {SPLICEBENCH_PROGRAM, std::move(arguments), {{out.get(), 1}, {err.get(), 2}}, environment});
  }

  int run(std::vector<std::string> arguments) {
    const int status = start(std::move(arguments)).wait();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  std::string out() const { return text_of(in_directory("stdout")); }
  std::string err() const { return text_of(in_directory("stderr")); }

  /// What a run leaves beside its streams.
  std::set<std::string> left_behind() const {
    std::set<std::string> names;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory_)) {
      const std::string name = entry.path().filename();
      if (name != "stdout" && name != "stderr" && name != "files") names.insert(name);
    }
    return names;
  }

  /// One sentence on stderr that holds `part`, exit 2, nothing written.
  void expect_usage_error(std::vector<std::string> arguments, const std::string& part) {
    const std::set<std::string> before = left_behind();
    EXPECT_EQ(run(std::move(arguments)), 2) << part;
    const std::string text = err();
    EXPECT_NE(text.find(part), std::string::npos) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
    EXPECT_EQ(out(), "");
    EXPECT_EQ(left_behind(), before) << part;
  }

  const TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
  std::vector<std::string> environment_;  ///< NAME=VALUE beside the usual few
};

}  // namespace splicebench::testing
