// The program as its users run it: what cannot be gone on with.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "bench/testing/run_command.h"

namespace splicebench {
namespace {

namespace fs = std::filesystem;
using testing::text_of;
using CommandRefusedResume = testing::RunCommandTest;

TEST_F(CommandRefusedResume, RefusesToResumeWhatItDoesNotUnderstandOrOtherOptions) {
  const std::string path = in_directory("r.json");
  std::ofstream(path) << "{}";
  expect_usage_error({"run", "--resume", path}, "not a splicebench result");
  fs::remove(path);
  ASSERT_EQ(run(small_run(path, 1)), 0);
  expect_usage_error({"run", "--resume", path, "--rounds", "7"}, "--rounds: differs");
  expect_usage_error({"run", "--resume", path, "--socket-buffer", "auto,64KiB"},
                     "--socket-buffer: differs");
  expect_usage_error({"run", "--resume", path, "--placement", "none"}, "--placement: differs");
  expect_usage_error({"run", "--resume", path, "--out", path}, "leave out --out");
  std::string text = text_of(path);
  const std::string key = "\"schema_version\": ";
  text.replace(text.find(key) + key.size(), 1, "9");
  std::ofstream(path) << text;
  expect_usage_error({"run", "--resume", path}, "schema version 9");
}

TEST_F(CommandRefusedResume, APipeIsNotWaitedFor) {
  for (const char* name : {"pipe", "other.journal"})
    ASSERT_EQ(::mkfifo(in_directory(name).c_str(), 0600), 0);
  expect_usage_error({"run", "--resume", in_directory("pipe")}, "pipe is no file that can be");
  expect_usage_error({"run", "--resume", in_directory("other")}, "other.journal is no file");
}

TEST_F(CommandRefusedResume, WhatIsCompleteIsLeftAloneAndSaid) {
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run(small_run(path, 1)), 0) << err();
  const std::string before = text_of(path);
  expect_usage_error({"run", "--resume", path}, path + " is complete; look at it with: ");
  EXPECT_EQ(text_of(path), before);
}

}  // namespace
}  // namespace splicebench
