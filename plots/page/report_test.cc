#include "plots/page/report.h"

#include <gtest/gtest.h>

#include "plots/data/theme.h"
#include "plots/page/page_assets.h"
#include "plots/testing/count.h"
#include "plots/testing/drawn.h"
#include "plots/testing/synthetic.h"
#include "results/files/error.h"
#include "results/testing/over_hosts.h"

namespace splicebench {
namespace {

using testing::synthetic_result;

TEST(Report, HasNoSampleNoPage) {
  Result result = synthetic_result();
  for (CaseResult& one : result.cases) one.samples.clear();
  EXPECT_THROW(report_page({result, "empty.json", {}, ""}), UsageError);
}

TEST(Report, BeginsWithTheAnswer) {
  const std::string page = report_page({synthetic_result(), "a.json", {}, ""});
  EXPECT_NE(page.find("<h1>Better than generic?</h1>"), std::string::npos);
  const std::size_t answer = page.find("<section id=\"answer\"");
  ASSERT_NE(answer, std::string::npos);
  EXPECT_LT(answer, page.find("class=\"warnings\""));
  EXPECT_LT(answer, page.find("<section id=\"map\""));
  EXPECT_NE(page.find("<li class=\"card "), std::string::npos);
}

TEST(Report, SaysFirstWhatChangedSinceAnOlder) {
  Result slower = synthetic_result();
  for (CaseResult& one : slower.cases) {
    for (Sample& sample : one.samples) sample.seconds *= one.id.chunk == 1024 ? 2 : 1;
  }
  const std::string page = report_page({slower, "a.json", synthetic_result(), "old.json"});
  const std::string headline = "Of 88 cases 8 slower (worst −50.0\u00A0%)";
  EXPECT_NE(page.find("<h1>" + headline + "</h1>"), std::string::npos);
  EXPECT_NE(page.find("<title>splicebench: " + headline), std::string::npos);
  EXPECT_LT(page.find("id=\"changed\""), page.find("id=\"answer\""));
  EXPECT_LT(page.find("id=\"answer\""), page.find("data-chart=\"old-new\""));
  const std::size_t table = page.find("id=\"compare\"");
  EXPECT_LT(table, page.find("id=\"table\""));
  const std::size_t throughput = page.find("<tbody>", table);
  const std::size_t unmarked = page.find("<tr><th", throughput);
  EXPECT_EQ(
      testing::count_of(page.substr(throughput, unmarked - throughput), "<tr class=\"worse\">"), 8U)
      << "changed rows stand first";
}

TEST(Report, WithoutAChangeSaysSo) {
  const Result result = synthetic_result();
  const std::string page = report_page({result, "a.json", result, "old.json"});
  EXPECT_NE(page.find("<h1>No change told in 88 cases</h1>"), std::string::npos);
  EXPECT_EQ(testing::count_of(page, "<tr class="), 0U);
}

TEST(Report, WhatWholePathsDidIsNoClaimButStandsInTheHeadline) {
  Result slower = synthetic_result();
  for (CaseResult& one : slower.cases) {
    for (Sample& sample : one.samples) sample.seconds *= one.id.path == "tcp-to-file" ? 2 : 1;
  }
  const std::string page = report_page({slower, "a.json", synthetic_result(), "old.json"});
  EXPECT_NE(
      page.find("<h1>No change told in 88 cases; whole paths −50.0\u00A0% to +0.0\u00A0%</h1>"),
      std::string::npos);
  EXPECT_NE(page.find("tcp-to-file −50.0\u00A0%, "), std::string::npos);
}

TEST(Report, ShowsTheChangeOverTheChunkBeforeTheMap) {
  const std::string page = report_page({synthetic_result(), "a.json", {}, ""});
  const std::size_t change = page.find("data-chart=\"change\"");
  EXPECT_LT(page.find("id=\"answer\""), change);
  EXPECT_LT(change, page.find("id=\"map\""));
  EXPECT_LT(page.find("id=\"map\""), page.find("class=\"warnings\""));
  EXPECT_LT(page.find("id=\"map\""), page.find("id=\"charts\""));
  EXPECT_LT(page.find("id=\"charts\""), page.find("data-chart=\"throughput\""));
  EXPECT_EQ(testing::count_of(page, "<p class=\"below\">"),
            testing::count_of(page, "data-chart=\""));
}

TEST(Report, FoldsWarningsToThreeAndTheRest) {
  Result result = synthetic_result();
  for (int i = 0; i < 9; ++i)
    result.warnings.push_back({"test" + std::to_string(i), "odd thing", "do something"});
  const std::string page = report_page({result, "a.json", {}, ""});
  EXPECT_EQ(testing::count_of(page, "<details class=\"more\">"), 1U);
  EXPECT_GE(testing::count_of(page, "<li data-code="), 9U);
}

TEST(Report, FoldsFindingsOfManyModes) {
  testing::SyntheticOptions options;
  options.paths = {"tcp-to-tcp"};
  options.modes = {"generic", "splice", "sockmap", "uring", "sendfile"};
  const std::string page = report_page({synthetic_result(options), "a.json", {}, ""});
  EXPECT_EQ(testing::count_of(page, "<summary>1 more mode</summary>"), 1U);
}

TEST(Report, WarningsComeFirst) {
  Result result = synthetic_result();
  result.warnings.push_back({"test", "something is odd", "do something"});
  const std::string page = report_page({result, "a.json", {}, ""});
  const std::size_t warning = page.find("something is odd");
  ASSERT_NE(warning, std::string::npos);
  EXPECT_LT(warning, page.find("id=\"findings\""));
  EXPECT_LT(page.find("id=\"findings\""), page.find("id=\"charts\""));
}

TEST(Report, OldAndNewOnlyWhereThereIsAnOld) {
  const Result result = synthetic_result();
  EXPECT_EQ(testing::count_of(report_page({result, "a.json", {}, ""}), "id=\"compare\""), 0U);
  const std::string page = report_page({result, "a.json", result, "old.json"});
  EXPECT_EQ(testing::count_of(page, "id=\"compare\""), 1U);
  EXPECT_EQ(testing::count_of(page, "data-chart=\"old-new\""), 1U);
}

/// What stands between `begin` and `end`, every time.
std::vector<std::string> parts(const std::string& text, const std::string& begin,
                               const std::string& end) {
  std::vector<std::string> found;
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    const std::size_t to = text.find(end, at);
    found.push_back(text.substr(at, to - at));
    at = to;
  }
  return found;
}

TEST(Report, EveryColumnOfATableHasAHeading) {
  const std::string page =
      report_page({synthetic_result(), "a.json", synthetic_result(), "old.json"});
  const std::vector<std::string> tables = parts(page, "<table", "</table>");
  EXPECT_EQ(tables.size(), 5U);
  for (const std::string& table : tables) {
    const std::vector<std::string> rows = parts(table, "<tr", "</tr>");
    const bool map = table.find("class=\"map\"") != std::string::npos;  // a row per path
    ASSERT_GT(rows.size(), map ? 4U : 44U);
    for (const std::string& row : rows) {
      EXPECT_EQ(testing::count_of(row, "</th>") + testing::count_of(row, "</td>"),
                testing::count_of(rows[0], "</th>"))
          << row;
    }
  }
}

TEST(Report, OneModeHasNoChartOfChanges) {
  testing::SyntheticOptions options;
  options.modes = {"splice"};
  const std::string page = report_page({synthetic_result(options), "a.json", {}, ""});
  EXPECT_EQ(testing::count_of(page, "data-chart=\"change"), 0U);
  EXPECT_EQ(testing::count_of(page, "data-chart=\"throughput\""), 1U);
}

TEST(Report, OfOneRoundClaimsNoInterval) {
  testing::SyntheticOptions options;
  options.rounds = 1;
  const Result result = synthetic_result(options);
  const std::string page = report_page({result, "a.json", result, "old.json"});
  EXPECT_EQ(testing::count_of(page, "the bar is"), 0U);
  EXPECT_EQ(testing::count_of(page, "the bar spans"), 0U);
  EXPECT_EQ(testing::count_of(page, "95 % interval "),
            testing::count_of(page, "no interval: a 95 % interval needs"));
  EXPECT_EQ(testing::count_of(page, "with 95 % intervals"), 0U);
  EXPECT_EQ(testing::count_of(page, "data-chart=\"samples\""), 0U);
  EXPECT_EQ(testing::count_of(page, "Left out: no case has two good samples"), 1U);
}

TEST(Report, HasNoSwitchAndNoPanelForWhatOnlyTheOlderResultHas) {
  testing::SyntheticOptions options;
  options.modes = {"splice"};
  options.paths = {"tcp-to-tcp"};
  const std::string page =
      report_page({synthetic_result(options), "a.json", synthetic_result(), "old.json"});
  EXPECT_EQ(testing::count_of(page, "data-mode="), 1U);
  EXPECT_EQ(testing::count_of(page, "data-chart=\"change"), 0U);
  EXPECT_EQ(testing::count_of(page, "\"paths\":[\"tcp-to-tcp\"]"), 1U);
}

TEST(Report, OfRoundTripsHasTheirClaimsPercentilesAndCurves) {
  Result result = testing::pings(40);
  result.options.modes = {"generic", "splice"};
  std::vector<PingCase> others = result.ping->cases;
  for (PingCase& one : others) {
    one.id.mode = "generic";
    result.ping->cases.push_back(one);
  }
  const std::string page = report_page({result, "ping.json", {}, ""});
  EXPECT_NE(page.find("<h1>Faster answers than generic?</h1>"), std::string::npos);
  EXPECT_EQ(testing::count_of(page, "<li class=\"card "), 2U) << "a card per size";
  EXPECT_EQ(testing::count_of(page, "data-chart=\"percentiles\""), 1U);
  EXPECT_EQ(testing::count_of(page, "data-chart=\"latency\""), 1U);
  EXPECT_EQ(testing::count_of(page, "data-mode="), 2U);
  EXPECT_EQ(testing::count_of(page, "id=\"samples\""), 0U);
  for (const std::string& table : parts(page, "<table", "</table>")) {
    const std::vector<std::string> rows = parts(table, "<tr>", "</tr>");
    ASSERT_EQ(rows.size(), 5U);
    for (const std::string& row : rows) {
      EXPECT_EQ(testing::count_of(row, "</th>") + testing::count_of(row, "</td>"),
                testing::count_of(rows[0], "</th>"));
    }
  }
  EXPECT_EQ(testing::count_of(page, "Service times"), 0U) << "without a schedule";
  for (PingCase& one : result.ping->cases) {
    for (PingBlock& block : one.blocks) block.service = block.times;
  }
  result.ping->options.rate = 100;
  const std::string scheduled = report_page({result, "ping.json", {}, ""});
  EXPECT_EQ(testing::count_of(scheduled, "<h3>Service times"), 1U);
  EXPECT_EQ(testing::count_of(scheduled, "At 100 a second"), 1U);
}

TEST(Report, OfTwoResultsRefusesRoundTripsInEitherPlace) {
  const Result ping = testing::pings(1);
  EXPECT_THROW(report_page({ping, "ping.json", synthetic_result(), "a.json"}), UsageError);
  try {
    report_page({synthetic_result(), "a.json", ping, "ping.json"});
    ADD_FAILURE() << "taken";
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string(error.what()).rfind("ping.json: it holds round trips", 0), 0U);
  }
}

TEST(Report, OverHostsShowsWhatEachIsAndWhatItsCpusDid) {
  const std::string page = report_page({testing::over_hosts(), "a.json", {}, ""});
  EXPECT_NE(page.find("<a href=\"#hosts\">Hosts</a>"), std::string::npos);
  EXPECT_NE(page.find("<title>splicebench: writer on a, relay on b, reader on c, "),
            std::string::npos);
  const std::size_t begin = page.find("<section id=\"hosts\">");
  ASSERT_NE(begin, std::string::npos);
  const std::string section = page.substr(begin, page.find("</section>", begin) - begin);
  for (const char* part : {"ssh://user@b:2222", "mq fq_codel", "writer-machine",
                           "reader: softirq (s/GB)", "too long by at most (%)"})
    EXPECT_NE(section.find(part), std::string::npos) << part << " in " << section.substr(0, 2000);
  const std::string alone = report_page({synthetic_result(), "a.json", {}, ""});
  EXPECT_EQ(alone.find("id=\"hosts\""), std::string::npos);
  const std::string since =
      report_page({testing::over_hosts(), "a.json", synthetic_result(), "old.json"});
  EXPECT_NE(since.find("Not the same: hosts"), std::string::npos);
}

TEST(Report, TextOfAResultEndsNoElement) {
  Result result = testing::over_hosts(synthetic_result());
  const std::string hostile = "</script></style></title><!--<script>&\"'";
  const std::string before = report_page({result, "a.json", {}, ""});
  result.environment.host = hostile;
  result.environment.command = hostile;
  for (HostFacts& host : result.hosts) host.place = host.host = host.nic = hostile;
  result.environment.sysctls[hostile] = hostile;
  result.warnings.push_back({hostile, hostile, hostile});
  for (CaseResult& one : result.cases) one.id.mode += hostile;
  result.options.modes = {"generic" + hostile, "splice" + hostile};
  result.cases[0].samples[0].error = hostile;
  const std::string page = report_page({result, hostile, {}, ""});
  for (const char* part : {"</script", "<script", "</style", "</title", "<!--"}) {
    EXPECT_EQ(testing::count_of(page, part), testing::count_of(before, part)) << part;
  }
}

TEST(Report, StyleHasTheColoursOfTheCharts) {
  const std::string style = page_assets::style();
  for (const bool dark : {false, true}) {
    for (std::size_t slot = 0; slot < theme(dark).modes.size(); ++slot) {
      const std::string rule = "--m" + std::to_string(slot) + ": " + theme(dark).modes[slot] + ";";
      EXPECT_NE(style.find(rule), std::string::npos) << rule;
    }
  }
}

TEST(Report, PolicyNamesTheScriptAndStyleInThePage) {
  const std::string page = report_page({synthetic_result(), "a.json", {}, ""});
  EXPECT_NE(page.find("script-src '" + page_assets::script_digest() + "'"), std::string::npos);
  EXPECT_NE(page.find("<script>" + page_assets::script() + "</script>"), std::string::npos);
  EXPECT_NE(page.find("<style>" + page_assets::style() + "</style>"), std::string::npos);
  EXPECT_EQ(page.find("unsafe-inline"), std::string::npos);
}

}  // namespace
}  // namespace splicebench
