// The program as its users run it: results, interruptions, bad input.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "bench/testing/command.h"
#include "bench/testing/eventually.h"
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

class CommandRun : public testing::CommandTest {
 protected:
  /// A small run: 2 x 2 cases of `rounds` rounds.
  std::vector<std::string> small_run(const std::string& out, int rounds = 3) const {
    return {"run",  "--paths",    "tcp-to-tcp,unix-to-file", "--chunks",
            "4KiB", "--rounds",   std::to_string(rounds),    "--min-time",
            "2ms",  "--file-dir", in_directory("files"),     "--out",
            out};
  }
};

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
  EXPECT_NE(out().find("tcp-to-tcp\n"), std::string::npos);
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
  expect_usage_error(with("--paths", "udp-to-tcp"), "--paths: there is no path 'udp-to-tcp'");
  expect_usage_error(with("--modes", "warp"), "--modes: there is no engine 'warp'");
  expect_usage_error(with("--modes", "splice:pipe=x"), "'x' is not a size");
  expect_usage_error(with("--chunks", "64KiB,1KiB"), "out of order");
  expect_usage_error(with("--chunks", "1000"), "not a power of two");
  expect_usage_error(with("--rounds", "0"), "--rounds: 0");
  expect_usage_error(with("--rounds", "many"), "--rounds");
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

TEST_F(CommandRun, RefusesToResumeWhatItDoesNotUnderstandOrOtherOptions) {
  const std::string path = in_directory("r.json");
  std::ofstream(path) << "{}";
  expect_usage_error({"run", "--resume", path}, "not a splicebench result");
  fs::remove(path);
  ASSERT_EQ(run(small_run(path, 1)), 0);
  expect_usage_error({"run", "--resume", path, "--rounds", "7"}, "--rounds: differs");
  expect_usage_error({"run", "--resume", path, "--out", path}, "leave out --out");
  std::string text = text_of(path);
  const std::string key = "\"schema_version\": ";
  text.replace(text.find(key) + key.size(), 1, "9");
  std::ofstream(path) << text;
  expect_usage_error({"run", "--resume", path}, "schema version 9");
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

/// Processes whose parent is `pid`, before it is gone.
std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> found;
  std::ifstream list("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children");
  for (pid_t child = 0; list >> child;) found.push_back(child);
  return found;
}

bool is_running(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t state = text.rfind(')');
  return state != std::string::npos && text.at(state + 2) != 'Z' && text.at(state + 2) != 'X';
}

bool all_end(const std::vector<pid_t>& pids) {
  return testing::eventually([&] { return std::none_of(pids.begin(), pids.end(), is_running); });
}

/// Sends `signal` when the journal holds `samples` of them; gives the children of that moment.
std::vector<pid_t> signal_after(const Child& child, const std::string& journal, int samples,
                                int signal) {
  for (int attempt = 0; attempt < 20000; ++attempt) {
    const std::string text = text_of(journal);
    int found = 0;
    for (std::size_t at = 0; (at = text.find("\"kind\":\"sample\"", at)) != std::string::npos; ++at)
      ++found;
    if (found >= samples) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const std::vector<pid_t> children = children_of(child.pid());
  ::kill(child.pid(), signal);
  return children;
}

/// Order and identity of all samples: what a run of the same seed must repeat.
std::vector<std::string> plan_of(const Result& result) {
  std::vector<std::pair<std::int64_t, std::string>> order;
  for (const CaseResult& one : result.cases) {
    for (const Sample& sample : one.samples) {
      order.emplace_back(sample.sequence, one.id.name() + " " + std::to_string(sample.round));
    }
  }
  std::sort(order.begin(), order.end());
  std::vector<std::string> names;
  names.reserve(order.size());
  for (const auto& [sequence, name] : order) names.push_back(name);
  return names;
}

/// Of all samples, with their warm-up.
double measured_seconds(const Result& result) {
  double sum = 0;
  for (const CaseResult& one : result.cases) {
    for (const Sample& sample : one.samples) sum += sample.warmup_seconds + sample.seconds;
  }
  return sum;
}

TEST_F(CommandRun, InterruptedKeepsWhatItMeasuredAndResumesToTheSameFile) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::string path = in_directory("r" + std::to_string(signal) + ".json");
    std::vector<std::string> arguments = small_run(path, 30);
    arguments.insert(arguments.end(), {"--seed", "5"});
    Child child = start(arguments);
    const std::vector<pid_t> children = signal_after(child, path + ".journal", 20, signal);
    EXPECT_EQ(WEXITSTATUS(child.wait()), 130) << err();
    EXPECT_TRUE(all_end(children));
    EXPECT_NE(err().find("go on with: splicebench run --resume " + path), std::string::npos)
        << err();
    EXPECT_EQ(testing::schema_errors(text_of(path), kSchema), "");
    const Result half = read_result(path);
    EXPECT_FALSE(half.complete);
    EXPECT_FALSE(fs::exists(path + ".journal"));

    ASSERT_EQ(run({"run", "--resume", path}), 0) << err();
    const Result whole = read_result(path);
    EXPECT_TRUE(whole.complete);
    const std::string uninterrupted = in_directory("u" + std::to_string(signal) + ".json");
    arguments = small_run(uninterrupted, 30);
    arguments.insert(arguments.end(), {"--seed", "5"});
    ASSERT_EQ(run(arguments), 0);
    EXPECT_EQ(plan_of(whole), plan_of(read_result(uninterrupted)));
    EXPECT_EQ(whole.options, read_result(uninterrupted).options);
  }
}

TEST_F(CommandRun, KilledBeforeItBeganIsStartedAgain) {
  const std::string path = in_directory("r.json");
  { const std::ofstream empty(path + ".journal"); }
  EXPECT_EQ(run({"run", "--resume", path}), 2);
  EXPECT_EQ(err(), "splicebench: " + path +
                       ".journal is empty: the run was stopped before it had measured anything; "
                       "start it again with the command it was started with\n");
  EXPECT_EQ(run(small_run(path, 1)), 0) << err();
  EXPECT_EQ(left_behind(), (std::set<std::string>{"r.json"}));
}

TEST_F(CommandRun, KilledResumesFromItsJournal) {
  const std::string path = in_directory("r.json");
  Child child = start(small_run(path, 30));
  const std::vector<pid_t> children = signal_after(child, path + ".journal", 25, SIGKILL);
  child.wait();
  EXPECT_TRUE(all_end(children));
  EXPECT_FALSE(fs::exists(path));
  const JournalContents kept = parse_journal(text_of(path + ".journal"), "journal");
  expect_usage_error(small_run(path, 30), "--resume");

  ASSERT_EQ(run({"run", "--resume", path}), 0) << err();
  const Result whole = read_result(path);
  EXPECT_TRUE(whole.complete);
  EXPECT_LE(measured_seconds(whole), whole.rounds_seconds);
  EXPECT_EQ(plan_of(whole).size(), 120U);
  for (std::size_t i = 0; i < kept.result.cases.size(); ++i) {
    for (std::size_t j = 0; j < kept.result.cases[i].samples.size(); ++j) {
      EXPECT_EQ(kept.result.cases[i].samples[j].seconds, whole.cases[i].samples[j].seconds);
    }
  }
  EXPECT_EQ(left_behind(), (std::set<std::string>{"r.json"}));
}

TEST_F(CommandRun, SaysWhoDiedGoesOnAndExitsThree) {
  const std::string path = in_directory("r.json");
  Child child = start(small_run(path, 30));
  // Until one is met: a process that is found may have just ended by itself.
  const std::string journal = path + ".journal";
  for (int taken = 10; taken < 110; taken += 2) {
    const std::vector<pid_t> victims = signal_after(child, journal, taken, 0);
    if (!victims.empty()) ::kill(victims.front(), SIGKILL);
    signal_after(child, journal, taken + 2, 0);
    if (text_of(journal).find("error_message") != std::string::npos) break;
  }
  const int status = child.wait();
  const Result result = read_result(path);
  std::vector<std::string> errors;
  std::size_t samples = 0;
  for (const CaseResult& one : result.cases) {
    for (const Sample& sample : one.samples) {
      ++samples;
      if (!sample.error.empty()) errors.push_back(sample.error);
    }
  }
  EXPECT_EQ(samples, 120U);
  EXPECT_EQ(WEXITSTATUS(status), 3);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].find("was killed by signal 9"), std::string::npos) << errors[0];
  EXPECT_EQ(testing::schema_errors(text_of(path), kSchema), "");
}

TEST_F(CommandRun, AnotherOneOnTheSameFileIsRefused) {
  const std::string path = in_directory("r.json");
  Child child = start(small_run(path, 2000));
  signal_after(child, path + ".journal", 3, 0);
  expect_usage_error({"run", "--resume", path}, "another splicebench is writing");
  ::kill(child.pid(), SIGINT);
  EXPECT_EQ(WEXITSTATUS(child.wait()), 130);
  EXPECT_GE(plan_of(read_result(path)).size(), 3U);
}

}  // namespace
}  // namespace splicebench
