#include "harness/foreign/relay_command.h"

#include <gtest/gtest.h>

#include "results/files/error.h"

namespace splicebench {
namespace {

RelayCommand command(const std::string& text) {
  RelayCommand relay;
  relay.name = "mine";
  relay.command = text;
  return relay;
}

std::string refusal(const RelayCommand& relay) {
  try {
    check_command(relay);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}

using Words = std::vector<std::string>;

TEST(RelayCommandWords, AreSplitAtBlanksUnlessQuoted) {
  EXPECT_EQ(split_words("proxy  -a 'b c' \"d \\'e\\'\" f\\\\g", "x"),
            (Words{"proxy", "-a", "b c", "d 'e'", "f\\g"}));
}

TEST(RelayCommandWords, OfAnUnknownEscapeAreRefused) {
  EXPECT_THROW(split_words("proxy a\\z", "x"), UsageError);
}

TEST(RelayCommandWords, WithAnOpenQuoteAreRefused) {
  for (const char* text : {"\"proxy a", "proxy 'a b", "proxy it's", "proxy 'a' \"b\\\""}) {
    try {
      split_words(text, "x");
      ADD_FAILURE() << text;
    } catch (const UsageError& error) {
      EXPECT_EQ(error.what(), "x: '" + std::string(text) +
                                  "' has a quote that is not closed; close it, or put a backslash "
                                  "before one that is meant as it is");
    }
  }
  EXPECT_EQ(split_words("it\\'s \\\\'a b'", "x"), (Words{"it's", "\\a b"}));
}

TEST(RelayCommandWords, MustBeSome) { EXPECT_THROW(split_words("  ", "x"), UsageError); }

TEST(RelayCommandWords, AreQuotedForAShell) {
  EXPECT_EQ(quoted("a b$c"), "'a b$c'");
  EXPECT_EQ(quoted("it's"), "'it'\\''s'");
}

TEST(RelayCommandPlaceholders, TellHowMuchThereIsToServe) {
  const Placeholders known = placeholders(parse_address("127.0.0.1:1", "x"),
                                          parse_address("127.0.0.1:2", "x"), "/d", 64, 2);
  EXPECT_EQ(expand("{flows} {connections} {threads}", known, "x"), "64 228 2");
}

TEST(RelayCommands, CanBeToldTheirThreadsOrNot) {
  EXPECT_TRUE(takes_threads(command("p {listen} {connect} -t {threads}"), false));
  EXPECT_FALSE(takes_threads(command("p {listen} {connect} {flows}"), false));
}

TEST(RelayCommandPlaceholders, AreReplacedAndOtherBracesStay) {
  EXPECT_EQ(
      expand("{listen} { x } {} {A} ${listen}{connect}", {{"listen", "L"}, {"connect", "C"}}, "x"),
      "L { x } {} {A} $LC");
}

TEST(RelayCommandPlaceholders, SayWhichKindOfSourceItCanListenFor) {
  const RelayCommand either = command("p {listen} {connect}");
  const RelayCommand tcp = command("p {listen_port} {connect}");
  const RelayCommand path = command("p {listen_path} {connect}");
  EXPECT_TRUE(can_listen(either, false) && can_listen(either, true));
  EXPECT_TRUE(can_listen(tcp, false) && !can_listen(tcp, true));
  EXPECT_TRUE(!can_listen(path, false) && can_listen(path, true));
}

TEST(RelayCommandPlaceholders, OfItsUnixCommandCountForUnixSockets) {
  RelayCommand relay = command("p {listen_port} {connect}");
  relay.command_unix = "p {listen_path} {connect}";
  EXPECT_TRUE(can_listen(relay, false) && can_listen(relay, true));
  EXPECT_EQ(command_for(relay, true), "p {listen_path} {connect}");
}

TEST(RelayCommandPlaceholders, OfItsConfigurationCount) {
  RelayCommand relay = command("p {config}");
  relay.config = "listen {listen_port}; connect {connect};";
  EXPECT_EQ(refusal(relay), "none");
  EXPECT_FALSE(can_listen(relay, true));
}

TEST(RelayCommandCheck, RefusesACommandThatIsNotToldItsAddresses) {
  EXPECT_EQ(refusal(command("cat {listen}")),
            "--relay: mine: 'cat {listen}' is not told where to listen and to connect; write "
            "{listen} and {connect} where the addresses go");
}

TEST(RelayCommandCheck, RefusesAnUnknownPlaceholder) {
  EXPECT_EQ(refusal(command("p {listen} {connect} {speed}"))
                .rfind("--relay: mine: there is no placeholder {speed}; choose from: {listen}", 0),
            0U);
}

TEST(RelayCommandCheck, RefusesAConfigurationThatThereIsNot) {
  EXPECT_EQ(refusal(command("p {listen} {connect} -f {config}")),
            "--relay: mine: only a recipe has a {config}; write a file NAME.recipe");
}

TEST(RelayCommandCheck, RefusesAPortAndAPathAtOnce) {
  EXPECT_EQ(refusal(command("p {listen_port} {listen_path} {connect}")),
            "--relay: mine: 'p {listen_port} {listen_path} {connect}' wants a port and a path to "
            "listen on; choose one");
}

}  // namespace
}  // namespace splicebench
