#pragma once

// For tests: one sample whose processes are the real programs with one of their calls replaced
// (bench/testing/fault_injector.cc), or started by a shell that takes something from them.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "harness/sample/sample.h"
#include "harness/system/process.h"
#include "harness/system/process_tree.h"
#include "harness/system/spawn.h"
#include "harness/testing/programs.h"
#include "harness/testing/small_plan.h"
#include "harness/wire/control.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {

namespace fs = std::filesystem;

/// Of which all load the fault injector.
inline Programs dynamic_programs() {
  Programs programs = testing::programs();
  programs.writer = SPLICEBENCH_DYNAMIC_WRITER;
  programs.reader = SPLICEBENCH_DYNAMIC_READER;
  return programs;
}

class SampleFault : public ::testing::Test {
 protected:
  void SetUp() override {
    setting_.programs = dynamic_programs();
    setting_.placement = place("none", allowed_cpus());
    setting_.file_dir = directory_;
    setting_.timeout = 20;
  }

  /// The first process ever started leaves the launcher's own descriptors open.
  static void SetUpTestSuite() { spawn({"/bin/true", {}, {}, {}}).wait(); }

  void TearDown() override {
    // Whatever happened: nobody left, no descriptor, no file.
    std::ifstream list("/proc/self/task/" + std::to_string(::getpid()) + "/children");
    std::string pid;
    EXPECT_FALSE(list >> pid) << "process " << pid << " was left";
    EXPECT_EQ(open_descriptors(), descriptors_ + 1);  // `list`
    fs::remove_all(directory_ / "bin");
    EXPECT_TRUE(fs::is_empty(directory_));
  }

  std::string& program(const std::string& who) {
    if (who == "writer") return setting_.programs.writer;
    return who == "reader" ? setting_.programs.reader : setting_.programs.relay;
  }

  /// `who` is started by a shell that does `preparation` first.
  void wrap(const std::string& who, const std::string& preparation) {
    fs::create_directories(directory_ / "bin");
    const fs::path script = directory_ / "bin" / who;
    std::ofstream(script) << "#!/bin/sh\n" << preparation << " exec " << program(who) << "\n";
    ::chmod(script.c_str(), 0700);
    program(who) = script;
  }

  void inject(const std::string& who, const std::string& fault) {
    wrap(who, fmt::format("FAULT='{}' LD_PRELOAD={}", fault, SPLICEBENCH_FAULT_INJECTOR));
  }

  /// The sample's error.
  std::string error() {
    descriptors_ = open_descriptors();
    return take_sample(plan_, setting_).sample.error;
  }

  void expect_error(const std::string& part) {
    const std::string text = error();
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }

  const TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
  SampleSetting setting_;
  SamplePlan plan_ = testing::small_plan();
  std::size_t descriptors_ = 0;
};

}  // namespace splicebench
