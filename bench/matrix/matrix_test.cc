#include "bench/matrix/matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "bench/matrix/all_modes.h"
#include "bench/paths/paths.h"
#include "harness/engine/engine.h"
#include "results/files/error.h"

namespace splicebench {
namespace {

template <typename Function>
std::string usage_error(const Function& function) {
  try {
    function();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ParseChunks, ExpandsARangeToPowersOfTwo) {
  const std::vector<std::int64_t> all = parse_chunks("1KiB..1MiB");
  ASSERT_EQ(all.size(), 11U);
  EXPECT_EQ(all.front(), 1024);
  EXPECT_EQ(all.back(), 1 << 20);
}

TEST(ParseChunks, ReadsAList) {
  EXPECT_EQ(parse_chunks("1KiB,64KiB"), (std::vector<std::int64_t>{1024, 65536}));
}

TEST(ParseChunks, NamesWhatIsWrong) {
  for (const char* text : {"3KiB", "512B", "2MiB", "", "1KiB,", "1KiB..", "x"}) {
    EXPECT_NE(usage_error([&] { parse_chunks(text); }), "accepted") << text;
  }
  EXPECT_NE(usage_error([] { parse_chunks("64KiB,1KiB"); }).find("'1KiB' is out of order"),
            std::string::npos);
  EXPECT_NE(usage_error([] { parse_chunks("1MiB..1KiB"); }).find("the smaller first"),
            std::string::npos);
}

TEST(ParsePaths, RefusesUnknownAndDoubleNames) {
  EXPECT_EQ(parse_paths("unix-to-tcp,tcp-to-null"),
            (std::vector<std::string>{"unix-to-tcp", "tcp-to-null"}));
  EXPECT_NE(usage_error([] { parse_paths("udp-to-tcp"); }).find("choose from: tcp-to-tcp"),
            std::string::npos);
  EXPECT_NE(usage_error([] { parse_paths("tcp-to-tcp,tcp-to-tcp"); }).find("given twice"),
            std::string::npos);
}

TEST(ParseModes, ReadsParameters) {
  EXPECT_EQ(parse_modes("generic,splice:pipe=64KiB"),
            (std::vector<std::string>{"generic", "splice:pipe=64KiB"}));
  EXPECT_EQ(parse_mode("splice:pipe=64KiB").values.at("pipe"), 65536);
  EXPECT_EQ(parse_mode("generic").values.at("buffer"), 32768);
}

TEST(ParseModes, NamesWhatIsWrong) {
  EXPECT_NE(usage_error([] {
              parse_modes("warp");
            }).find("there is no engine 'warp'; choose from: direct, generic"),
            std::string::npos);
  EXPECT_NE(usage_error([] { parse_modes("splice:pip=1KiB"); }).find("it has: pipe"),
            std::string::npos);
  EXPECT_NE(usage_error([] { parse_modes("splice:pipe"); }).find("name=size"), std::string::npos);
  EXPECT_NE(usage_error([] { parse_modes("splice:pipe=big"); }).find("'big' is not a size"),
            std::string::npos);
  EXPECT_NE(usage_error([] { parse_modes("splice:pipe=4GiB"); }).find("at most 1GiB"),
            std::string::npos);
  EXPECT_NE(usage_error([] { parse_modes("generic,generic"); }).find("given twice"),
            std::string::npos);
}

std::vector<CaseResult> cases_of(RunOptions& options) {
  return cases_of(options,
                  MachineConditions(options, [](const std::string& value, const PathKinds&) {
                    const std::string name = value == kAuto ? "same" : value;
                    return AppliedCondition{ConditionKind::placement, name, false, name};
                  }));
}

/// The engine `skeleton` relays between sockets alone.
TEST(CasesOf, AnEngineHasThemOnlyBetweenEndsThatItDeclares) {
  RunOptions options;
  options.paths = {"tcp-to-tcp", "tcp-to-file"};
  options.chunks = {1024};
  options.modes = {"generic", "skeleton"};
  EXPECT_EQ(cases_of(options).size(), 3U);
  options.paths = {"tcp-to-file", "unix-to-null"};
  EXPECT_EQ(usage_error([&] { cases_of(options); }),
            "--modes: 'skeleton' fits none of the paths tcp-to-file, unix-to-null: engine skeleton "
            "relays from tcp or unix to tcp or unix");
}

TEST(CasesOf, AreInMatrixOrderAndFiltered) {
  RunOptions options;
  options.conditions[ConditionKind::congestion].clear();
  options.paths = {"tcp-to-tcp", "tcp-to-file"};
  options.chunks = {1024, 2048};
  options.modes = {"generic", "splice"};
  const std::vector<CaseResult> all = cases_of(options);
  ASSERT_EQ(all.size(), 8U);
  EXPECT_EQ(all[0].id.name(), "Splice/tcp-to-tcp/1024/mode=generic");
  EXPECT_EQ(all[7].id.name(), "SpliceFile/tcp-to-file/2048/mode=splice");
  options.filter = "file/1024";
  EXPECT_EQ(cases_of(options).size(), 2U);
  options.filter = "nothing";
  EXPECT_NE(usage_error([&] { cases_of(options); }).find("--list"), std::string::npos);
  options.filter = "(";
  EXPECT_NE(usage_error([&] { cases_of(options); }).find("not a regular expression"),
            std::string::npos);
}

TEST(CasesOf, AreOfEveryConditionThatThePathCanTell) {
  RunOptions options;
  options.paths = {"tcp-to-tcp", "unix-to-file"};
  options.chunks = {1024};
  options.modes = {"generic"};
  options.conditions[ConditionKind::congestion] = {"reno", kSystem};
  if (system_congestion() == "reno") options.conditions[ConditionKind::congestion].pop_back();
  options.conditions[ConditionKind::socket_buffer] = {kAuto, "64KiB"};
  options.conditions[ConditionKind::placement] = {kAuto, "none"};
  std::vector<std::string> files;
  std::set<std::string> names;
  for (const CaseResult& one : cases_of(options)) {
    EXPECT_TRUE(names.insert(one.id.name()).second) << one.id.name();
    if (one.id.path == "unix-to-file") files.push_back(one.id.name());
  }
  EXPECT_EQ(names.size(), 4 * options.conditions[ConditionKind::congestion].size() + 4);
  EXPECT_EQ(files, (std::vector<std::string>{
                       "SpliceFile/unix-to-file/1024/mode=generic",
                       "SpliceFile/unix-to-file/1024/socket-buffer=64KiB/mode=generic",
                       "SpliceFile/unix-to-file/1024/placement=none/mode=generic",
                       "SpliceFile/unix-to-file/1024/placement=none/socket-buffer=64KiB/"
                       "mode=generic"}));
}

/// A machine that allows `allowed` and has `own` by itself.
MachineConditions conditions_where(RunOptions& options, const std::string& allowed,
                                   const std::string& own) {
  return MachineConditions(
      options,
      [](const std::string& value, const PathKinds&) {
        return AppliedCondition{ConditionKind::placement, value, false, value};
      },
      {[=](const std::string& name) { return name == allowed ? "" : name + " is not allowed"; },
       [=] { return own; }});
}

TEST(MachineConditions, AreTheSystemsWithAWarningWhereNeitherCubicNorRenoIsAllowed) {
  RunOptions options;
  options.conditions[ConditionKind::congestion].clear();
  const MachineConditions conditions = conditions_where(options, "bbr", "bbr");
  EXPECT_EQ(options.conditions[ConditionKind::congestion], (std::vector<std::string>{"bbr"}));
  ASSERT_EQ(conditions.warnings().size(), 1U);
  EXPECT_EQ(conditions.warnings()[0].text,
            "neither cubic nor reno is allowed here: connections have bbr");
  EXPECT_NE(conditions.warnings()[0].advice.find("sysctl net.ipv4.tcp_allowed"), std::string::npos);
  EXPECT_EQ(conditions.note(), "") << "what is measured is the machine's own";
}

TEST(MachineConditions, AreRenoWithoutAWarningWhereCubicAloneIsNotAllowed) {
  RunOptions options;
  options.conditions[ConditionKind::congestion].clear();
  const MachineConditions conditions = conditions_where(options, "reno", "bbr");
  EXPECT_EQ(options.conditions[ConditionKind::congestion], (std::vector<std::string>{"reno"}));
  EXPECT_TRUE(conditions.warnings().empty());
  EXPECT_EQ(conditions.note(), " (this machine's own is bbr: --congestion reno,bbr measures both)");
  options.conditions[ConditionKind::congestion] = {"cubic"};
  EXPECT_EQ(usage_error([&] { conditions_where(options, "reno", "bbr"); }),
            "--congestion: cubic is not allowed");
}

TEST(CasesOf, RefuseTheSameConditionUnderTwoNames) {
  RunOptions options;
  options.paths = {"tcp-to-tcp"};
  options.chunks = {1024};
  options.modes = {"generic"};
  options.conditions[ConditionKind::placement] = {kAuto, "same"};
  EXPECT_EQ(usage_error([&] { cases_of(options); }),
            "--placement: 'auto' and 'same' are the same here, same; name one of them");
  options.conditions[ConditionKind::placement] = {kAuto};
  options.conditions[ConditionKind::congestion] = {system_congestion(), kSystem};
  EXPECT_NE(usage_error([&] { cases_of(options); }).find("and 'system' are the same here"),
            std::string::npos);
}

TEST(CasesOf, SaysWhatAnEngineThatFitsNoPathRelays) {
  RunOptions options;
  options.paths = {"tcp-to-tcp"};
  options.chunks = {1024};
  options.modes = {"sendfile"};
  EXPECT_EQ(
      usage_error([&] { cases_of(options); }),
      "--modes: 'sendfile' fits none of the paths tcp-to-tcp: engine sendfile relays from file "
      "to tcp or unix");
}

const RegisterEngine absent({
    .name = "nowhere",
    .help = "is not available",
    .make = [](const EngineValues&) { return parse_mode("generic").make(); },
    .unavailable = [] { return std::string("it takes another kernel"); },
});

/// What `all` stands for on `paths`, and what was told.
std::pair<std::vector<std::string>, std::vector<std::string>> all_on(
    const std::vector<std::string>& modes, const std::vector<std::string>& paths) {
  std::vector<std::string> told;
  std::vector<std::string> named =
      with_all_modes(modes, paths, why_unavailable_here,
                     [&told](const std::string& sentence) { told.push_back(sentence); });
  return {std::move(named), std::move(told)};
}

bool has(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

TEST(AllModes, AreThoseThatFitAPathEachOnceWithTheirVariants) {
  const std::vector<std::string> named = all_on({"splice", "all"}, {"tcp-to-tcp"}).first;
  EXPECT_EQ(named.front(), "splice");
  EXPECT_EQ(std::count(named.begin(), named.end(), "splice"), 1);
  EXPECT_TRUE(has(named, "generic"));
  EXPECT_TRUE(has(named, "generic:buffer=auto"));
  EXPECT_FALSE(has(named, "sendfile"));
  EXPECT_TRUE(has(all_on({"all"}, {"tcp-to-tcp", "file-to-unix"}).first, "sendfile"));
}

TEST(AllModes, LeaveOutWhatIsNotAvailableAndSayWhyOnce) {
  const auto [named, told] = all_on({"all"}, {"tcp-to-tcp", "unix-to-tcp"});
  EXPECT_FALSE(has(named, "nowhere"));
  EXPECT_EQ(
      std::count(told.begin(), told.end(),
                 "--modes: all leaves nowhere out: it is not available here: it takes another "
                 "kernel"),
      1);
  EXPECT_FALSE(has(all_on({"all"}, {"tcp-to-file"}).first, "nowhere")) << "it fits no path";
}

TEST(AllModes, AskedForByNameAreRefusedWhenNotAvailable) {
  RunOptions options;
  options.paths = {"tcp-to-tcp"};
  options.chunks = {1024};
  options.modes = {"nowhere"};
  EXPECT_NE(usage_error([&] {
              cases_of(options);
            }).find("engine nowhere is not available here: it takes another kernel"),
            std::string::npos);
}

/// What is said of a file with a round of two, after `change`.
std::string refusal(const std::function<void(CaseId&)>& change, std::int64_t rounds = 2) {
  Result result;
  result.options.rounds = rounds;
  CaseResult& one = result.cases.emplace_back();
  one.id = {"tcp-to-tcp", 1024, "generic"};
  one.samples.resize(1);
  change(one.id);
  return usage_error([&] { require_measurable(result, {}); });
}

TEST(RequireMeasurable, RefusesWhatAFileNamesAndThisMachineDoesNotHave) {
  const auto condition = [](ConditionKind kind) {
    return refusal([kind](CaseId& id) { id.conditions[kind].value = "nosuch"; });
  };
  const auto mode = [](const char* name) {
    return refusal([name](CaseId& id) { id.mode = name; });
  };
  EXPECT_EQ(mode("generic"), "accepted");
  const std::string path = refusal([](CaseId& id) { id.path = "nosuch"; });
  for (const auto& [said, part] :
       {std::pair(mode("nosuch"), "there is no engine 'nosuch'"),
        std::pair(mode("nowhere"), "it takes another kernel"),
        std::pair(mode("sendfile"), "engine sendfile relays from file"),
        std::pair(path, "there is no path 'nosuch'"),
        std::pair(condition(ConditionKind::congestion), "nosuch"),
        std::pair(condition(ConditionKind::socket_buffer), "--socket-buffer"),
        std::pair(condition(ConditionKind::link), "there is no link nosuch")})
    EXPECT_NE(said.find(part), std::string::npos) << said;
}

TEST(RequireMeasurable, AsksNothingOfWhatIsDone) {
  EXPECT_EQ(refusal([](CaseId& id) { id.mode = "nosuch"; }, 1), "accepted");
}

TEST(ParsePaths, TakesAllForEveryPath) {
  EXPECT_EQ(parse_paths("all").size(), paths().size());
  EXPECT_TRUE(has(parse_paths("all"), "file-to-unix"));
}

}  // namespace
}  // namespace splicebench
