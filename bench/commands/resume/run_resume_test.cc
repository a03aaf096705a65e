// The program as its users run it: interruptions and what can be gone on with.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
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
using CommandResume = testing::RunCommandTest;

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

/// As if the run had been killed in the moment before it wrote its result.
void leave_only_the_journal(const std::string& path, const Result& result) {
  std::string text = journal_header(result);
  for (const Warning& warning : result.warnings) text += journal_warning(warning);
  for (const CaseResult& one : result.cases) {
    text += journal_granted(one);
    for (const Sample& sample : one.samples) text += journal_sample(one.id, sample);
  }
  fs::remove(path);
  std::ofstream(path + ".journal") << text;
}

/// Every figure of every sample.
nlohmann::json benchmarks_of(const Result& result) {
  return nlohmann::json::parse(to_json(result)).at("benchmarks");
}

TEST_F(CommandResume, KilledAfterItsLastSampleItsResultIsWritten) {
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run(small_run(path, 2)), 0) << err();
  const Result whole = read_result(path);
  leave_only_the_journal(path, whole);

  ASSERT_EQ(run({"run", "--resume", path}), 0) << err();
  EXPECT_EQ(left_behind(), (std::set<std::string>{"r.json"}));
  const Result written = read_result(path);
  EXPECT_TRUE(written.complete);
  EXPECT_EQ(benchmarks_of(written), benchmarks_of(whole));
}

TEST_F(CommandResume, WarningsOfTheFirstPartStandInTheResult) {
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run(small_run(path, 2)), 0) << err();
  Result whole = read_result(path);
  for (CaseResult& one : whole.cases) one.samples.pop_back();
  const std::vector<Warning> seen{{"load", "others were busy when it began", "wait"},
                                  {"another-run", "another one was measuring", "measure again"}};
  whole.warnings = seen;
  leave_only_the_journal(path, whole);

  ASSERT_EQ(run({"run", "--resume", path}), 0) << err();
  const Result written = read_result(path);
  for (const Warning& one : seen) {
    EXPECT_TRUE(std::any_of(
        written.warnings.begin(), written.warnings.end(),
        [&](const Warning& kept) { return kept.code == one.code && kept.text == one.text; }))
        << one.code;
  }
}

TEST_F(CommandResume, InterruptedAfterItsLastSampleItIsCompleted) {
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run(small_run(path, 2)), 0) << err();
  Result result = read_result(path);
  const std::size_t samples = plan_of(result).size();
  result.complete = false;
  std::ofstream(path) << to_json(result);
  ASSERT_EQ(run({"run", "--resume", path}), 0) << err();
  EXPECT_TRUE(read_result(path).complete);
  EXPECT_EQ(plan_of(read_result(path)).size(), samples);
}

TEST_F(CommandResume, InterruptedKeepsWhatItMeasuredAndResumesToTheSameFile) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::string path = in_directory("r" + std::to_string(signal) + ".json");
    std::vector<std::string> arguments = small_run(path, 30);
    arguments.insert(arguments.end(), {"--seed", "5"});
    Child child = start(arguments);
    const std::vector<pid_t> children = signal_after(child, path + ".journal", 20, signal);
    EXPECT_EQ(WEXITSTATUS(child.wait()), 130) << err();
    EXPECT_TRUE(all_end(children));
    EXPECT_NE(err().find("go on with: " SPLICEBENCH_PROGRAM " run --resume " + path),
              std::string::npos)
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

TEST_F(CommandResume, KilledBeforeItBeganIsStartedAgain) {
  const std::string path = in_directory("r.json");
  { const std::ofstream empty(path + ".journal"); }
  EXPECT_EQ(run({"run", "--resume", path}), 2);
  EXPECT_EQ(err(), "splicebench: " + path +
                       ".journal is empty: the run was stopped before it had measured anything; "
                       "start it again with the command it was started with\n");
  EXPECT_EQ(run(small_run(path, 1)), 0) << err();
  EXPECT_EQ(left_behind(), (std::set<std::string>{"r.json"}));
}

TEST_F(CommandResume, KilledResumesFromItsJournal) {
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

TEST_F(CommandResume, KilledWithListsOfConditionsResumesAllOfThem) {
  const std::string path = in_directory("r.json");
  std::vector<std::string> arguments = small_run(path, 12);
  arguments.insert(arguments.end(), {"--placement", "same,none", "--socket-buffer", "auto,64KiB"});
  Child child = start(arguments);
  const std::vector<pid_t> children = signal_after(child, path + ".journal", 40, SIGKILL);
  child.wait();
  EXPECT_TRUE(all_end(children));
  const JournalContents kept = parse_journal(text_of(path + ".journal"), "journal");

  ASSERT_EQ(run({"run", "--resume", path}), 0) << err();
  const Result whole = read_result(path);
  EXPECT_TRUE(whole.complete);
  EXPECT_EQ(whole.options, kept.result.options);
  ASSERT_EQ(whole.cases.size(), 16U) << "two paths, two modes, four conditions";
  std::set<std::string> names;
  for (std::size_t i = 0; i < whole.cases.size(); ++i) {
    const CaseResult& one = whole.cases[i];
    EXPECT_EQ(one.id.name(), kept.result.cases[i].id.name());
    EXPECT_EQ(one.samples.size(), 12U) << one.id.name();
    names.insert(one.id.name());
    for (std::size_t j = 0; j < kept.result.cases[i].samples.size(); ++j)
      EXPECT_EQ(kept.result.cases[i].samples[j].seconds, one.samples[j].seconds);
  }
  EXPECT_EQ(names.size(), whole.cases.size());
  EXPECT_EQ(testing::schema_errors(text_of(path), kSchema), "");
}

TEST_F(CommandResume, SaysWhoDiedGoesOnAndExitsThree) {
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

TEST_F(CommandResume, AnotherOneOnTheSameFileIsRefused) {
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
