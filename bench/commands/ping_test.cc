// splicebench ping as its users run it.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <chrono>
#include <thread>

#include "bench/testing/command.h"
#include "bench/testing/eventually.h"
#include "harness/network/address.h"
#include "harness/network/socket_settings.h"
#include "harness/system/process.h"
#include "results/json/result_json.h"
#include "results/testing/schema_check.h"
#include "results/verdict/ping_figures.h"

namespace splicebench {
namespace {

class CommandPing : public testing::CommandTest {
 protected:
  std::vector<std::string> small_ping(const std::string& path) const {
    return {"ping", "-n", "60", "--rounds", "3", "--out", path};
  }

  /// Waits until standard output of a program that runs holds a line with `part`; returns the line.
  std::string wait_for_line(const std::string& part) const {
    for (int i = 0; i < 2000; ++i) {
      std::istringstream lines(out());
      for (std::string line; std::getline(lines, line) && !lines.eof();) {
        if (line.find(part) != std::string::npos) return line;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return "";
  }
};

TEST_F(CommandPing, WritesOneValidResultWithFloorsAndModes) {
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run(small_ping(path)), 0) << err();
  EXPECT_EQ(testing::schema_errors(testing::text_of(path), testing::kSchema), "");
  const Result result = read_result(path);
  ASSERT_TRUE(result.ping.has_value());
  EXPECT_TRUE(result.complete);
  std::set<std::string> modes;
  for (const PingCase& one : result.ping->cases) {
    modes.insert(one.id.mode);
    EXPECT_EQ(merged(one).round_trips(), 60);
    EXPECT_EQ(one.blocks.size(), 3U);
  }
  EXPECT_TRUE(modes.contains("generic") && modes.contains("splice") &&
              modes.contains(kFloorSameCpu));
  EXPECT_NE(out().find("round trips of 1KiB"), std::string::npos);
  EXPECT_EQ(left_behind(), (std::set<std::string>{"r.json"}));
}

TEST_F(CommandPing, RoundTripsAreSpreadOverTheRoundsToTheLast) {
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run({"ping", "-n", "10", "--rounds", "3", "--modes", "splice", "--out", path}), 0)
      << err();
  const Result result = read_result(path);
  for (const PingCase& one : result.ping->cases) EXPECT_EQ(merged(one).round_trips(), 10);
}

TEST_F(CommandPing, BlocksOfARoundTripKeepTheRateTogether) {
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run({"ping", "-n", "3", "--rounds", "3", "--rate", "20", "--out", path}), 0) << err();
  const Result result = read_result(path);
  EXPECT_GE(result.rounds_seconds, 3.0 * static_cast<double>(result.ping->cases.size()) / 20);
  for (const PingCase& one : result.ping->cases) EXPECT_GE(merged(one).seconds, 3.0 / 20);
}

TEST_F(CommandPing, RecordsTheCongestionControlOfSomebodyElsesRelayAsRunDoes) {
  const std::string path = in_directory("r.json");
  const std::string own = system_congestion();
  const std::string asked = own == "reno" ? "cubic" : "reno";
  ASSERT_EQ(run({"ping", "-n", "6", "--rounds", "2", "--modes", "generic", "--congestion", asked,
                 "--relay", "splicebench-splice-64k", "--out", path}),
            0)
      << err();
  EXPECT_EQ(testing::schema_errors(testing::text_of(path), testing::kSchema), "");
  const Result result = read_result(path);
  for (const PingCase& one : result.ping->cases) {
    const bool foreign = one.id.mode == "relay:splicebench-splice-64k";
    EXPECT_EQ(one.relay_congestion, foreign ? own : "") << one.id.mode;
  }
  const std::string warning = own + " where the row has " + asked;
  EXPECT_NE(out().find(warning), std::string::npos) << out();
}

TEST_F(CommandPing, CompareReadsWhatItWrote) {
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run(small_ping(path)), 0) << err();
  ASSERT_EQ(run({"compare", "--col", "/mode", path}), 0) << err();
  for (const char* part : {"p50-sec/op", "max-sec/op", "relay-cpu-sec/op", "Ping/tcp-to-tcp/1024"})
    EXPECT_NE(out().find(part), std::string::npos) << part << "\n" << out();
}

TEST_F(CommandPing, ComparePairsItsRounds) {
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run(small_ping(path)), 0) << err();
  ASSERT_EQ(run({"compare", "--paired", path}), 0) << err();
  EXPECT_NE(out().find("p50-sec/op"), std::string::npos) << out();
  EXPECT_EQ(out().find("floor"), std::string::npos) << "a floor is no mode to compare";
}

TEST_F(CommandPing, PlotDrawsPercentilesAndSizes) {
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run({"ping", "-n", "40", "--rounds", "2", "--size", "1KiB..4KiB", "--out", path}), 0)
      << err();
  ASSERT_EQ(run({"plot", path, "-o", in_directory("charts"), "--format", "svg"}), 0) << err();
  for (const char* name : {"charts/percentiles.svg", "charts/latency.svg"})
    EXPECT_NE(testing::text_of(in_directory(name)).find("round trip (us)"), std::string::npos);
}

TEST_F(CommandPing, InterruptedKeepsItsRoundsAndEndsWith130) {
  const std::string path = in_directory("r.json");
  Child child = start({"ping", "-n", "1000000", "--rounds", "1000", "--out", path});
  EXPECT_TRUE(testing::eventually([&] { return std::filesystem::exists(path + ".journal"); }));
  ::kill(child.pid(), SIGINT);
  const int status = child.wait();
  EXPECT_EQ(WEXITSTATUS(status), 130);
  EXPECT_NE(err().find("blocks so far are in"), std::string::npos) << err();
  const Result result = read_result(path);
  EXPECT_FALSE(result.complete);
  EXPECT_GE(result.ping->cases.front().blocks.size(), 1U);
}

TEST_F(CommandPing, KilledLeavesItsRoundsAndNoOtherFile) {
  const std::string path = in_directory("r.json");
  const std::string spare = path + ".journal";
  Child child = start({"ping", "-n", "1000000", "--rounds", "1000", "--out", path});
  EXPECT_TRUE(testing::eventually([&] { return std::filesystem::exists(spare); })) << err();
  ::kill(child.pid(), SIGKILL);
  child.wait();
  std::size_t rounds = 0;
  for (const std::string& name : left_behind()) {
    const Result result = read_result(in_directory(name));
    rounds = std::max(rounds, result.ping->cases.front().blocks.size());
    EXPECT_TRUE(name == "r.json" || name == "r.json.journal") << name;
  }
  EXPECT_GE(rounds, 1U);
  EXPECT_EQ(run({"ping", "-n", "10", "--rounds", "2", "--out", path}), 2) << "what is left is lost";
}

TEST_F(CommandPing, WithoutAnEndPrintsLinesAndEndsInOrderWhenInterrupted) {
  const std::string path = in_directory("r.json");
  Child child = start({"ping", "-n", "0", "--out", path});
  EXPECT_NE(wait_for_line("     2  "), "") << out();
  ::kill(child.pid(), SIGINT);
  EXPECT_EQ(WEXITSTATUS(child.wait()), 0) << err();
  EXPECT_NE(out().find("round trips of 1KiB"), std::string::npos) << out();
  EXPECT_EQ(testing::schema_errors(testing::text_of(path), testing::kSchema), "");
}

TEST_F(CommandPing, EndsByHandMeasureThroughARelayOfTheirOwn) {
  Child server = start({"ping", "--server", "127.0.0.1:0"});
  const std::string line = wait_for_line("listening on 127.0.0.1:");
  ASSERT_NE(line, "");
  const std::string address = line.substr(line.rfind(' ') + 1);
  const std::string path = in_directory("r.json");
  EXPECT_EQ(run({"ping", "--client", "floor=" + address + ",again=" + address, "-n", "40",
                 "--rounds", "2", "--out", path}),
            0)
      << err();
  const Result result = read_result(path);
  ASSERT_EQ(result.ping->cases.size(), 2U);
  EXPECT_EQ(result.ping->cases[1].id.mode, "again");
  EXPECT_EQ(merged(result.ping->cases[1]).round_trips(), 40);
  EXPECT_FALSE(result.ping->cases[1].blocks[0].relay) << "it runs elsewhere";
  EXPECT_EQ(testing::schema_errors(testing::text_of(path), testing::kSchema), "");
  ::kill(server.pid(), SIGTERM);
  EXPECT_EQ(WEXITSTATUS(server.wait()), 0);
}

TEST_F(CommandPing, ServerWithoutDescriptorsGoesOnWhenThereAreSome) {
  Child server = start({"ping", "--server", "127.0.0.1:0"});
  const std::string line = wait_for_line("listening on 127.0.0.1:");
  ASSERT_NE(line, "");
  rlimit before{};
  ASSERT_EQ(::prlimit(server.pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  const rlimit none{4, before.rlim_max};
  ASSERT_EQ(::prlimit(server.pid(), RLIMIT_NOFILE, &none, nullptr), 0);
  const Fd client = stream_socket(parse_address(line.substr(line.rfind(' ') + 1), "test"));
  const Address address = parse_address(line.substr(line.rfind(' ') + 1), "test");
  ::fcntl(client.get(), F_SETFL, 0);
  ASSERT_EQ(::connect(client.get(), address.get(), address.size), 0);
  EXPECT_TRUE(testing::eventually([&] {
    return err().find("Too many open files") != std::string::npos;
  })) << err();
  ASSERT_EQ(::prlimit(server.pid(), RLIMIT_NOFILE, &before, nullptr), 0);
  const Fd again = stream_socket(address);
  ::fcntl(again.get(), F_SETFL, 0);
  ASSERT_EQ(::connect(again.get(), address.get(), address.size), 0);
  ASSERT_EQ(::send(again.get(), "x", 1, 0), 1);
  char back = 0;
  EXPECT_EQ(::recv(again.get(), &back, 1, 0), 1);
  ::kill(server.pid(), SIGTERM);
  EXPECT_EQ(WEXITSTATUS(server.wait()), 0) << err();
}

TEST_F(CommandPing, ServerNobodyListensAtFailsBeforeAnythingIsMeasured) {
  EXPECT_EQ(run({"ping", "--client", "127.0.0.1:1", "--out", in_directory("r.json")}), 2);
  EXPECT_NE(err().find("--client: connect to 127.0.0.1:1: Connection refused"), std::string::npos)
      << err();
  EXPECT_TRUE(left_behind().empty());
}

TEST_F(CommandPing, BadInputIsOneSentence) {
  expect_usage_error({"ping", "--size", "2MiB"}, "--size: '2MiB' is not from 1B to 1MiB");
  expect_usage_error({"ping", "--size", "4KiB..1KiB"}, "write the smaller first");
  expect_usage_error({"ping", "-n", "-1"}, "-n: '-1' is not a whole number from 0");
  expect_usage_error({"ping", "-n", "abc"}, "-n: 'abc' is not a whole number from 0 to 100000000");
  expect_usage_error({"ping", "-n", "5", "--rounds", "6"}, "take more with -n");
  expect_usage_error({"ping", "-n", "0", "--rounds", "6"}, "until it is interrupted");
  expect_usage_error({"ping", "-n", "5", "--quick"}, "give one of them");
  expect_usage_error({"ping", "--rate", "1e9"}, "--rate: '1e9' is not a number of sends");
  expect_usage_error({"ping", "--rate", "fast"}, "--rate: 'fast'");
  expect_usage_error({"ping", "--rate", "0"}, "--rate: '0'");
  expect_usage_error({"ping", "--timeout", "0s"},
                     "--timeout: '0s' is not a time of more than 0 and at most 3600 s");
  expect_usage_error({"ping", "--modes", "warp"}, "there is no engine 'warp'");
  expect_usage_error({"ping", "--placement", "up"}, "there is no placement 'up'");
  expect_usage_error({"ping", "--format", "xml"}, "there is no format 'xml'");
  expect_usage_error({"ping", "--client", ""}, "--client: is empty");
  expect_usage_error({"ping", "--server", ""}, "--server: is empty");
  expect_usage_error({"ping", "--server", "", "-n", "5"}, "--server: is empty");
  expect_usage_error({"ping", "--server", "127.0.0.1:99999"}, "not a port from 0 to 65535");
  expect_usage_error({"ping", "--server", "127.0.0.1:0", "-n", "5"}, "takes no other flags");
  expect_usage_error({"ping", "--client", "no-such-host.invalid:1"}, "no-such-host.invalid");
  expect_usage_error({"ping", "--client", "a=127.0.0.1:1,a=127.0.0.1:2"}, "given twice");
  expect_usage_error({"ping", "--client", "127.0.0.1:1", "--modes", "splice"},
                     "is set where the relay runs");
  expect_usage_error({"ping", "--out", in_directory("none/r.json")}, "cannot be written");
  expect_usage_error({"ping", "--netem", ""}, "--netem: is empty");
  expect_usage_error({"ping", "--modes", "splice,splice:pipe=1MiB"},
                     "'splice' and 'splice:pipe=1MiB' are the same");
  expect_usage_error({"ping", "--rnuds", "1"},
                     "ping has no flag '--rnuds'; did you mean '--rounds'?");
}

TEST_F(CommandPing, AddressInUseIsOneSentence) {
  Child server = start({"ping", "--server", "127.0.0.1:0"});
  const std::string line = wait_for_line("listening on 127.0.0.1:");
  ASSERT_NE(line, "");
  expect_usage_error({"ping", "--server", line.substr(line.rfind(' ') + 1)},
                     "another program listens there");
}

TEST_F(CommandPing, PlanOfADryRunMeasuresNothing) {
  ASSERT_EQ(run({"ping", "--dry-run", "--rate", "500"}), 0) << err();
  EXPECT_NE(out().find("10000 round trips in 10 rounds of 1KiB at 500 a second"), std::string::npos)
      << out();
  EXPECT_TRUE(left_behind().empty());
}

}  // namespace
}  // namespace splicebench
