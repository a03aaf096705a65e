#include "results/formats/journal.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "results/files/error.h"
#include "results/json/result_json.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

std::string journal_of(const Result& result) {
  std::string text = journal_header(result);
  for (const Warning& warning : result.warnings) text += journal_warning(warning);
  for (const CaseResult& one : result.cases) {
    text += journal_iterations(one.id.key(), 5);
    for (const Sample& sample : one.samples) text += journal_sample(one.id, sample);
  }
  return text;
}

/// Lines of `kind` that have their newline.
std::size_t whole_lines(const std::string& journal, const std::string& kind) {
  std::size_t count = 0;
  std::istringstream lines(journal.substr(0, journal.rfind('\n') + 1));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("{\"kind\":\"" + kind + "\"")) ++count;
  }
  return count;
}

std::size_t samples_in(const Result& result) {
  std::size_t count = 0;
  for (const CaseResult& one : result.cases) count += one.samples.size();
  return count;
}

TEST(Journal, HoldsAllOfARun) {
  Result result = testing::make_result({});
  result.warnings.push_back({"load", "others were busy", "wait"});
  JournalContents contents = parse_journal(journal_of(result), "j");
  EXPECT_EQ(contents.result.options, result.options);
  EXPECT_EQ(contents.iterations.at("tcp-to-tcp/1024"), 5);
  ASSERT_EQ(contents.result.warnings.size(), 1U);
  EXPECT_EQ(contents.result.warnings.front().text, "others were busy");
  contents.result.complete = true;
  contents.result.wall_seconds = result.wall_seconds;
  contents.result.rounds_seconds = result.rounds_seconds;
  EXPECT_EQ(to_json(contents.result), to_json(result));
}

TEST(Journal, CutOffAnywhereKeepsEveryWholeLine) {
  testing::Synthetic small;
  small.rounds = 2;
  const std::string whole = journal_of(testing::make_result(small));
  const std::size_t header = whole.find('\n') + 1;
  for (std::size_t length = header; length <= whole.size(); length += 97) {
    const std::string kept = whole.substr(0, length);
    EXPECT_EQ(samples_in(parse_journal(kept, "j").result), whole_lines(kept, "sample")) << length;
  }
}

TEST(Journal, NamesTheLineThatIsDamaged) {
  std::string text = journal_of(testing::make_result({}));
  const std::size_t second = text.find('\n') + 1;
  text.replace(second, 5, "?????");
  try {
    parse_journal(text, "run.journal");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string(error.what()).substr(0, 14), "run.journal:2:") << error.what();
  }
}

TEST(Journal, WithoutAWholeHeaderIsRefused) {
  const std::string header = journal_header(testing::make_result({}));
  EXPECT_THROW(parse_journal("", "j"), UsageError);
  EXPECT_THROW(parse_journal(header.substr(0, header.size() - 1), "j"), UsageError);
  EXPECT_THROW(parse_journal(journal_iterations("tcp-to-tcp/1024", 1), "j"), UsageError);
}

void expect_refused(const std::string& text, const std::string& part) {
  try {
    parse_journal(text, "run.journal");
    FAIL() << "accepted: " << part;
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(Journal, RefusesWhatNoRunCanGoOnWith) {
  Result result = testing::make_result({});
  const std::string header = journal_header(result);
  const std::string group = "tcp-to-tcp/1024";
  expect_refused(header + journal_iterations(group, 0), "0 iterations");
  expect_refused(header + journal_iterations(group, -1), "iterations is -1");
  expect_refused(header + journal_iterations(group, 1LL << 50), "iterations of a chunk of 1024");
  expect_refused(header + journal_iterations("tcp-to-tcp/7", 1), "no case belongs to");
  expect_refused(
      header + "{\"kind\":\"iterations\",\"group\":\"" + group + "\",\"iterations\":1.5}\n",
      "iterations is 1.5");
  expect_refused(header + "{\"kind\":\"x\"}" + std::string(1, '\0') + "\n", "a NUL byte");
  const CaseResult& one = result.cases.front();
  const std::string sample = journal_sample(one.id, one.samples.front());
  expect_refused(header + sample + sample, "round 0 of Splice/tcp-to-tcp/1024/mode=generic");
  for (const char* const time : {"real_time", "cpu_time"}) {
    for (const char* const value : {"-1", "\"1\"", "[]", "true", "{}"}) {
      nlohmann::ordered_json line = nlohmann::ordered_json::parse(sample);
      line.at("sample").at(time) = nlohmann::ordered_json::parse(value);
      expect_refused(header + line.dump() + "\n", "run.journal:2: ");
    }
  }
  result.options.rounds = -5;
  expect_refused(journal_header(result), "rounds is -5");
}

/// What could not be verified is tried again when the run is resumed, as round 0 again.
TEST(Journal, TakesARoundThatFailedBeforeItWasMeasured) {
  const Result result = testing::make_result({});
  const CaseResult& one = result.cases.front();
  Sample failed = one.samples.front();
  failed.error = "not verified";
  const JournalContents contents =
      parse_journal(journal_header(result) + journal_sample(one.id, failed) +
                        journal_sample(one.id, one.samples.front()),
                    "j");
  EXPECT_EQ(contents.result.cases.front().samples.size(), 2U);
}

}  // namespace
}  // namespace splicebench
