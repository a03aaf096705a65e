// The program as its users run it: results, bad input.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "bench/testing/eventually.h"
#include "bench/testing/run_command.h"
#include "harness/system/spawn.h"
#include "results/files/fd.h"
#include "results/formats/journal.h"
#include "results/json/result_json.h"
#include "results/testing/schema_check.h"

namespace splicebench {
namespace {

namespace fs = std::filesystem;
using testing::kSchema;
using testing::text_of;
using CommandRun = testing::RunCommandTest;

TEST_F(CommandRun, WritesOneValidResultAndLeavesNothingElse) {
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run(small_run(path)), 0) << err();
  EXPECT_EQ(testing::schema_errors(text_of(path), kSchema), "");
  const Result result = read_result(path);
  EXPECT_TRUE(result.complete);
  ASSERT_EQ(result.cases.size(), 4U);
  for (const CaseResult& one : result.cases) {
    EXPECT_EQ(one.samples.size(), 3U);
    for (const Sample& sample : one.samples) EXPECT_EQ(sample.error, "");
  }
  EXPECT_EQ(result.environment.file_system.empty(), false);
  EXPECT_EQ(left_behind(), (std::set<std::string>{"r.json"}));
  EXPECT_NE(out().find("Better than generic?\ntcp-to-tcp"), std::string::npos) << out();
}

TEST_F(CommandRun, RecordsTheConditionsItSetsAndTheCommandThatRepeatsThem) {
  const std::string path = in_directory("r.json");
  std::vector<std::string> arguments = small_run(path);
  for (const char* argument :
       {"--congestion", "reno", "--socket-buffer", "64KiB", "--placement", "same"})
    arguments.emplace_back(argument);
  ASSERT_EQ(run(arguments), 0) << err();
  const Result result = read_result(path);
  const CaseId& id = result.cases.front().id;
  EXPECT_EQ(id.conditions[ConditionKind::congestion].value, "reno");
  EXPECT_EQ(id.conditions[ConditionKind::socket_buffer].value, "64KiB");
  EXPECT_TRUE(sharing_of(result, id).writer);
  EXPECT_NE(result.environment.command.find("--congestion reno --socket-buffer 64KiB"),
            std::string::npos);
}

TEST_F(CommandRun, MeasuresEveryConditionOfAListAndComparesThem) {
  const std::string path = in_directory("r.json");
  std::vector<std::string> arguments = small_run(path, 1);
  for (const char* argument : {"--placement", "none,same", "--socket-buffer", "auto,64KiB"})
    arguments.emplace_back(argument);
  ASSERT_EQ(run(arguments), 0) << err();
  EXPECT_NE(out().find("tcp-to-tcp, placement=same, socket-buffer=64KiB "), std::string::npos)
      << out();
  EXPECT_EQ(testing::schema_errors(text_of(path), kSchema), "");
  EXPECT_EQ(read_result(path).cases.size(), 16U);
  ASSERT_EQ(run({"compare", "--row", ".fullname", "--col", "/socket-buffer", "--filter",
                 "/placement:same .unit:B/s", path}),
            0)
      << err();
  EXPECT_EQ(out().find("socket-buffer"), std::string::npos)
      << "the names are without it: " << out();
  EXPECT_NE(out().find("64KiB"), std::string::npos) << out();
  EXPECT_EQ(out().find("placement=none"), std::string::npos) << out();
}

TEST_F(CommandRun, IsNotMeddledWithByGoogleBenchmarksEnvironment) {
  environment_ = {"BENCHMARK_LIST_TESTS=1", "BENCHMARK_MIN_WARMUP_TIME=1",
                  "BENCHMARK_FILTER=none",  "BENCHMARK_REPETITIONS=3",
                  "BENCHMARK_OUT_FORMAT=x", "BENCHMARK_OUT=" + in_directory("theirs")};
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run(small_run(path)), 0) << err();
  for (const CaseResult& one : read_result(path).cases) {
    ASSERT_EQ(one.samples.size(), 3U);
    for (const Sample& sample : one.samples) EXPECT_GT(sample.seconds, 0);
  }
  EXPECT_EQ(left_behind(), (std::set<std::string>{"r.json"}));
}

TEST_F(CommandRun, PrintsJsonBenchfmtAndCsv) {
  for (const auto& [format, begin] :
       {std::pair("json", "{\n \"context\""), std::pair("benchfmt", "kernel: "),
        std::pair("csv", "name,run_name")}) {
    std::vector<std::string> arguments = small_run(in_directory(std::string(format) + ".out"), 1);
    arguments.insert(arguments.end(), {"--format", format});
    ASSERT_EQ(run(arguments), 0) << err();
    EXPECT_EQ(out().substr(0, std::string(begin).size()), begin);
  }
}

TEST_F(CommandRun, ListsAndPlansWithoutMeasuring) {
  std::vector<std::string> arguments = small_run(in_directory("r.json"));
  arguments.push_back("--list");
  ASSERT_EQ(run(arguments), 0);
  EXPECT_EQ(
      out(),
      "Splice/tcp-to-tcp/4096/mode=generic\nSplice/tcp-to-tcp/4096/mode=splice\n"
      "SpliceFile/unix-to-file/4096/mode=generic\nSpliceFile/unix-to-file/4096/mode=splice\n");
  arguments.back() = "--dry-run";
  ASSERT_EQ(run(arguments), 0);
  EXPECT_EQ(out().substr(0, 32), "4 cases x 3 rounds = 12 samples ");
  EXPECT_TRUE(left_behind().empty());
  std::ofstream(in_directory("r.json")) << "mine";
  expect_usage_error(arguments, "r.json exists; name another file");
  arguments = small_run(in_directory("s.json"));
  arguments.insert(arguments.end(), {"--dry-run", "--force"});
  fs::remove(directory_ / "files");
  expect_usage_error(arguments, "name a directory that exists");
}

TEST_F(CommandRun, RefusesBadInputWithOneSentence) {
  const std::string path = in_directory("r.json");
  const auto with = [&](const std::string& flag, const std::string& value) {
    std::vector<std::string> arguments = small_run(path);
    const auto found = std::find(arguments.begin(), arguments.end(), flag);
    if (found == arguments.end()) {
      arguments.insert(arguments.end(), {flag, value});
    } else {
      *(found + 1) = value;
    }
    return arguments;
  };
  expect_usage_error(with("--congestion", "nosuch"), "--congestion: this kernel has no");
  expect_usage_error(with("--socket-buffer", "1KiB"), "--socket-buffer: '1KiB' is not from 2304B");
  expect_usage_error(with("--placement", "left"), "choose from: auto, writer+relay");
  expect_usage_error(with("--placement", "none,none"), "'none' is given twice; name it once");
  expect_usage_error(with("--socket-buffer", "64KiB,65536"), "'65536' is given twice");
  expect_usage_error(with("--congestion", "reno,"), "'reno,' has an empty part");
  expect_usage_error(with("--paths", "udp-to-tcp"), "--paths: there is no path 'udp-to-tcp'");
  expect_usage_error(with("--modes", "warp"), "--modes: there is no engine 'warp'");
  expect_usage_error(with("--modes", "splice:pipe=x"), "'x' is not a size");
  expect_usage_error(with("--chunks", "64KiB,1KiB"), "out of order");
  expect_usage_error(with("--chunks", "1000"), "not a power of two");
  expect_usage_error(with("--rounds", "0"), "--rounds: '0' is not a whole number");
  expect_usage_error({"run", "--rounds", "3", "--time", "9s"}, "excludes");
  expect_usage_error({"run", "--time", "soon"}, "--time: 'soon' is not a time in s or ms");
  expect_usage_error({"run", "--time", "1s"},
                     "--time: 1 s is too short for a first stage of 8 rounds");
  for (const char* precision : {"0%", "100%", "-3%", "x", "3 %", "nan", ""}) {
    expect_usage_error({"run", "--precision", precision},
                       std::string("--precision: '") + precision + "' is no part above 0");
  }
  for (const char* rounds : {"many", "", " 5", "0x10", "1e3", "99999999999999999999", "100001"}) {
    expect_usage_error(with("--rounds", rounds),
                       std::string("--rounds: '") + rounds + "' is not a whole number from 1 to");
  }
  expect_usage_error(with("--chunks", "1GiB"), "--chunks: '1GiB' is not from 1KiB to 1MiB");
  expect_usage_error(with("--min-time", "1h"), "--min-time: '1h' is not a time in s or ms");
  expect_usage_error(with("--filter", ""), "--filter: is empty");
  expect_usage_error(with("--file-dir", ""), "--file-dir: is empty");
  expect_usage_error(
      {"run", "--paths", "tcp-to-tcp", "--file-dir", in_directory(""), "--out", in_directory("x")},
      "--file-dir: none of the paths has a file");
  expect_usage_error(with("--netem", ""), "--netem: is empty");
  expect_usage_error(with("--modes", "generic,generic:buffer=32KiB"),
                     "'generic' and 'generic:buffer=32KiB' are the same");
  expect_usage_error(with("--modes", "splice:pipe=64KiB,splice:pipe=65536"), "--allow-same");
  expect_usage_error({"run", "--list", "--dry-run"}, "excludes");
  expect_usage_error({"run", "--rounsd=3"}, "run has no flag '--rounsd'; did you mean '--rounds'?");
  expect_usage_error({"rnu"}, "there is no command 'rnu'; did you mean 'run'?");
  expect_usage_error(with("--min-time", "0"), "--min-time: '0'");
  expect_usage_error(with("--timeout", "1ms"), "--timeout");
  expect_usage_error(with("--filter", "("), "--filter: '('");
  expect_usage_error(with("--filter", "nothing"), "--filter: 'nothing' matches no case");
  expect_usage_error(with("--placement", "left"), "--placement: there is no placement 'left'");
  expect_usage_error(with("--format", "xml"), "--format: there is no format 'xml'");
  expect_usage_error(with("--file-dir", "/nonexistent"), "--file-dir: /nonexistent");
  expect_usage_error(with("--file-dir", "/proc"), "--file-dir: /proc cannot be written to");
  expect_usage_error(with("--file-dir", "/dev/null"), "--file-dir: /dev/null is not a directory");
  expect_usage_error(with("--out", "/nonexistent/r.json"),
                     "--out: /nonexistent/r.json cannot be written");
  expect_usage_error(with("--out", directory_), "is a directory");
  expect_usage_error(with("--out", ""), "--out: is empty");
  expect_usage_error(with("--out", in_directory(std::string(300, 'n'))), "File name too long");
  expect_usage_error(with("--resume", ""), "--resume: is empty");
  expect_usage_error(with("--seed", "-1"), "--seed: '-1' is not a whole number");
  expect_usage_error(with("--seed", "99999999999999999999"), "--seed: '99999999999999999999'");
  expect_usage_error(with("--relay", "x=/nonexistent {listen} {connect}"),
                     "--relay: relay x: there is no program '/nonexistent'");
  expect_usage_error({"run", "--dry-run", "--relay", "x=/nonexistent {listen} {connect}"},
                     "--relay: relay x: there is no program '/nonexistent'");
  environment_ = {"TMPDIR=/nonexistent"};
  expect_usage_error(with("--relay", "x=/bin/true {listen} {connect}"),
                     "--relay: no directory can be made in /nonexistent");
  environment_.clear();
  expect_usage_error({"run", "--frobnicate"}, "--frobnicate");
  expect_usage_error({"walk"}, "walk");
  expect_usage_error({}, "give a command");
  expect_usage_error({"run", "--resume", path}, "neither");
}

TEST_F(CommandRun, KeepsAFileThatExistsUnlessForced) {
  const std::string path = in_directory("r.json");
  std::ofstream(path) << "mine";
  expect_usage_error(small_run(path), "exists; name another file, or overwrite it with --force");
  EXPECT_EQ(text_of(path), "mine");
  std::vector<std::string> arguments = small_run(path);
  arguments.push_back("--force");
  EXPECT_EQ(run(arguments), 0);
  EXPECT_TRUE(read_result(path).complete);
}

TEST_F(CommandRun, MeasuresLoopbackAndVethSideBySide) {
  const std::string path = in_directory("r.json");
  std::vector<std::string> arguments = small_run(path);
  arguments.insert(arguments.end(), {"--link", "loopback,veth"});
  const int status = run(arguments);
  if (status == 2 && err().find("--link: veth needs") != std::string::npos)
    GTEST_SKIP() << "no privilege for namespaces: " << err();
  ASSERT_EQ(status, 0) << err();
  EXPECT_EQ(testing::schema_errors(text_of(path), kSchema), "");
  const Result result = read_result(path);
  std::map<std::string, int> samples;
  for (const CaseResult& one : result.cases) {
    const std::string& link = one.id.conditions[ConditionKind::link].value;
    for (const Sample& sample : one.samples) {
      EXPECT_EQ(sample.error, "") << one.id.name();
      ++samples[one.id.path + " " + link];
    }
  }
  EXPECT_EQ(samples,
            (std::map<std::string, int>{
                {"tcp-to-tcp loopback", 6}, {"tcp-to-tcp veth", 6}, {"unix-to-file ", 6}}));
  EXPECT_NE(out().find("tcp-to-tcp, link=veth"), std::string::npos) << out();
}

TEST_F(CommandRun, SaysThatAPlanOverHostsAskedNobodyWhichModesAreAvailable) {
  for (const char* plan : {"--list", "--dry-run"}) {
    for (const char* modes : {"all", "splice"}) {
      ASSERT_EQ(run({"run", plan, "--hosts", "relay=ssh://nowhere.invalid", "--modes", modes,
                     "--out", in_directory("r.json")}),
                0)
          << err();
      EXPECT_EQ(err().find("host ssh://nowhere.invalid was not asked which modes are available") !=
                    std::string::npos,
                modes == std::string("all"))
          << err();
      EXPECT_NE(out().find("splice"), std::string::npos) << out();
    }
  }
}

TEST_F(CommandRun, TooFewDescriptorsAreFoundOutBefore) {
  const std::string path = in_directory("r.json");
  const std::string command =
      "ulimit -n 20; exec " SPLICEBENCH_PROGRAM " run --paths tcp-to-tcp --quiet --out " + path;
  const Fd err_file(
      ::open(in_directory("stderr").c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
  const int status =
      spawn({"/bin/sh", {"-c", command}, {{err_file.get(), 2}}, minimal_environment()}).wait();
  EXPECT_EQ(WEXITSTATUS(status), 2);
  EXPECT_NE(err().find("too few descriptors"), std::string::npos) << err();
}

}  // namespace
}  // namespace splicebench
