#include "bench/recipes/recipes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "bench/matrix/matrix.h"
#include "harness/foreign/relay_command.h"
#include "harness/foreign/relay_version.h"
#include "results/files/error.h"

namespace splicebench {
namespace {

std::string refusal(const std::string& text) {
  try {
    parse_relay(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}

TEST(Recipes, ThatAreBuiltInAreWholeAndListenBothWays) {
  EXPECT_GE(recipe_texts().size(), 12U);
  for (const RecipeText& entry : recipe_texts()) {
    const Recipe recipe = parse_recipe(std::string(entry.name), entry.text);
    EXPECT_NO_THROW(check_command(recipe.relay)) << entry.name;
    EXPECT_TRUE(can_listen(recipe.relay, false)) << entry.name;
    // The one example program does not listen on unix sockets.
    EXPECT_EQ(can_listen(recipe.relay, true), !entry.name.starts_with("liburing-proxy"))
        << entry.name;
    EXPECT_NE(recipe.about, "") << entry.name;
    EXPECT_NE(recipe.package, "") << entry.name;
  }
}

TEST(Recipes, SayWhetherBothDirectionsCloseTogether) {
  const std::string command = "command: p {listen} {connect}\n";
  EXPECT_FALSE(parse_recipe("mine", command).relay.drops_half_close);
  EXPECT_TRUE(parse_recipe("mine", command + "half-close: no\n").relay.drops_half_close);
  EXPECT_THROW(parse_recipe("mine", command + "half-close: yes\n"), UsageError);
}

TEST(Recipes, AreListedByName) {
  EXPECT_NE(list_recipes().find("\nsocat                    socat, copying through its 8 KiB"),
            std::string::npos)
      << list_recipes();
}

TEST(Recipes, TakeAllBelowConfigAsItStands) {
  const Recipe recipe = parse_recipe("mine",
                                     "# comment\n"
                                     "about: my own\n"
                                     "command: p {config}\n"
                                     "command-unix: q {config}\n"
                                     "config:\n"
                                     "  a: {listen}\n"
                                     "\n"
                                     "# b {connect}\n");
  EXPECT_EQ(recipe.about, "my own");
  EXPECT_EQ(recipe.relay.command, "p {config}");
  EXPECT_EQ(recipe.relay.command_unix, "q {config}");
  EXPECT_EQ(recipe.relay.config, "  a: {listen}\n\n# b {connect}\n");
}

TEST(Recipes, WithAnUnknownKeyAreRefusedWithTheLine) {
  try {
    parse_recipe("mine", "command: p\nspeed: high\n");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string(error.what()),
              "--relay: recipe mine, line 2: 'speed: high' is none of about:, package:, version:, "
              "half-close:, command:, command-unix: and config:");
  }
}

TEST(Recipes, WithAKeyThatComesTwiceAreRefusedWithTheLine) {
  try {
    parse_recipe("mine", "command: p\n# q\ncommand: q\n");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string(error.what()),
              "--relay: recipe mine, line 3: command: stands there twice");
  }
}

TEST(Relays, AreNamedOrNamedAfterTheirProgram) {
  EXPECT_EQ(parse_relay("mine=/bin/false {listen} {connect}").name, "mine");
  EXPECT_EQ(parse_relay("/bin/false {listen} {connect}").name, "false");
  EXPECT_EQ(mode_of(parse_relay("a.b-c_1=/bin/false {listen} {connect}")), "relay:a.b-c_1");
}

/// A directory with a recipe, and with a program that tells when it was started.
class RelayFiles : public ::testing::Test {
 protected:
  RelayFiles() {
    std::string name = "/tmp/splicebench-relays-XXXXXX";
    root_ = ::mkdtemp(name.data());
    std::ofstream(program()) << "#!/bin/sh\n: >" << root_.string() << "/started\necho 1.0\n";
    std::filesystem::permissions(program(), std::filesystem::perms::owner_all);
    std::ofstream(recipe()) << "version: " << program() << "\ncommand: " << program()
                            << " {config}\nconfig:\n{listen} {connect}\n";
  }
  ~RelayFiles() override { std::filesystem::remove_all(root_); }

  std::string program() const { return root_ / "program"; }
  std::string recipe() const { return root_ / "mine.recipe"; }
  bool was_started() const { return std::filesystem::exists(root_ / "started"); }

  std::filesystem::path root_;
};

TEST_F(RelayFiles, RecipeTakesItsFilesName) {
  const RelayCommand relay = parse_relay(recipe());
  EXPECT_EQ(relay.name, "mine");
  EXPECT_EQ(relay.config, "{listen} {connect}\n");
}

TEST_F(RelayFiles, RecipeIsGivenToAShellWithItsPath) {
  EXPECT_EQ(relay_argument(parse_relay(recipe())), quoted(recipe()));
  const std::string namesake = root_ / "socat.recipe";
  std::filesystem::copy(recipe(), namesake);
  EXPECT_EQ(relay_argument(parse_relay(namesake)), quoted(namesake));
}

TEST_F(RelayFiles, RecipesProgramIsAskedItsVersionWhereItIsWanted) {
  EXPECT_EQ(parse_relay(recipe()).version, "");
  EXPECT_FALSE(was_started());
  EXPECT_EQ(parse_relay(recipe(), {true, version_by}).version, "1.0");
  EXPECT_TRUE(was_started());
}

TEST_F(RelayFiles, ProgramOfACommandIsNotStartedToAskItsVersion) {
  for (const char* start : {"", "x="}) {
    const RelayCommand relay =
        parse_relay(start + program() + " {listen} {connect}", {true, version_by});
    EXPECT_EQ(relay.version, "");
    EXPECT_FALSE(was_started());
  }
}

TEST_F(RelayFiles, ProgramThatRunsElsewhereNeedsNotBeHere) {
  EXPECT_EQ(parse_relay("x=/nowhere/relay {listen} {connect}", {.here = false}).name, "x");
  EXPECT_EQ(refusal("x=/nowhere/relay {listen} {connect}"),
            "--relay: relay x: there is no program '/nowhere/relay'; give its path");
}

TEST_F(RelayFiles, AreOneRelayWhereverTheRecipeLay) {
  RelayCommand elsewhere = parse_relay(recipe());
  elsewhere.file = "";
  EXPECT_EQ(elsewhere, parse_relay(recipe())) << "a result does not tell";
}

TEST_F(RelayFiles, WithoutAProgramAreRefused) {
  EXPECT_EQ(
      refusal("x=/tmp {listen} {connect}"),
      "--relay: x: '/tmp' is not a program that can be run; give the path of one, executable");
  std::filesystem::permissions(program(), std::filesystem::perms::owner_read);
  EXPECT_EQ(refusal(program() + " {listen} {connect}"),
            "--relay: program: '" + program() +
                "' is not a program that can be run; give the path of one, executable");
}

TEST(Relays, ThatCannotBeUnderstoodAreRefused) {
  EXPECT_EQ(refusal("no-such-recipe"),
            "--relay: there is no recipe 'no-such-recipe'; choose from those of --list-relays, or "
            "give a command with {listen} and {connect}");
  EXPECT_EQ(refusal("./none.recipe"),
            "--relay: ./none.recipe cannot be read: No such file or "
            "directory");
  EXPECT_EQ(
      refusal("x=\"socat {listen} {connect}"),
      "--relay: '\"socat {listen} {connect}' has a quote that is not closed; close it, or put a "
      "backslash before one that is meant as it is");
  EXPECT_EQ(refusal("mine="), "--relay: the command is empty; give one");
  EXPECT_EQ(refusal("'a b' {listen} {connect}"),
            "--relay: 'a b' is no name for a relay; put one of letters, digits, '.', '_' and '-' "
            "in front, as NAME=''a b' {listen} {connect}'");
}

TEST(Relays, OfOneNameTwiceAreRefused) {
  EXPECT_THROW(parse_relays({"socat", "socat={listen} {connect}"}), UsageError);
}

TEST(Relays, AreGivenToAShellSoThatTheyComeBack) {
  EXPECT_EQ(relay_argument(parse_relay("socat")), "socat");
  // A namesake of a recipe is another program.
  EXPECT_EQ(relay_argument(parse_relay("haproxy-copy=/bin/false {listen} {connect}")),
            "haproxy-copy='/bin/false {listen} {connect}'");
  EXPECT_EQ(relay_argument(parse_relay("socat", {true, version_by})), "socat");
  EXPECT_EQ(relay_argument(parse_relay("x=/bin/false 'a b' {listen} {connect}")),
            R"(x='/bin/false '\''a b'\'' {listen} {connect}')");
}

RunOptions options_with(const std::string& relay, const std::vector<std::string>& paths) {
  RunOptions options;
  options.paths = paths;
  options.chunks = {1024};
  options.modes = {"generic"};
  options.relays = {parse_relay(relay)};
  options.modes.push_back(mode_of(options.relays.front()));
  return options;
}

std::vector<CaseResult> cases_with(RunOptions options) {
  options.conditions[ConditionKind::congestion].clear();
  const MachineConditions conditions(options, place_samples);
  return cases_of(options, conditions);
}

TEST(Relays, HaveCasesWhereTheSinkIsASocketAndTheyCanListen) {
  std::vector<std::string> names;
  for (const CaseResult& one : cases_with(options_with(
           "x=/bin/false {listen_port} {connect}", {"tcp-to-tcp", "unix-to-tcp", "tcp-to-file"}))) {
    names.push_back(one.id.name());
  }
  EXPECT_EQ(names, (std::vector<std::string>{"Splice/tcp-to-tcp/1024/mode=generic",
                                             "Splice/tcp-to-tcp/1024/mode=relay:x",
                                             "Splice/unix-to-tcp/1024/mode=generic",
                                             "SpliceFile/tcp-to-file/1024/mode=generic"}));
}

TEST(Relays, WithoutACaseAreRefused) {
  EXPECT_THROW(cases_with(options_with("x=/bin/false {listen_port} {connect}", {"unix-to-tcp"})),
               UsageError);
}

}  // namespace
}  // namespace splicebench
