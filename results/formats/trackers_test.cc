// What trackers read: the exporters of points.

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "results/files/error.h"
#include "results/formats/export.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

Result of_rounds(std::int64_t rounds) {
  testing::Synthetic synthetic;
  synthetic.chunks = {1024};
  synthetic.rounds = rounds;
  synthetic.sample = testing::Flat{2, 0};
  return testing::make_result(synthetic);
}

TEST(Points, AreOnePerCaseAndMetric) {
  EXPECT_EQ(points_of(of_rounds(20)).size(), 2U * 3U);
  const std::vector<Point> points = points_of(of_rounds(20), "throughput");
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[1].name, "Splice/tcp-to-tcp/1024/mode=splice");
  EXPECT_NEAR(points[1].summary.centre, 2e9, 1);
}

TEST(Points, OfAMetricThatIsNotThereAreRefusedWithThoseThatAre) {
  try {
    points_of(of_rounds(20), "p99");
    FAIL() << "taken";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "--metric: this result has no 'p99'; it has: throughput, relay-cpu, system-cpu");
  }
}

TEST(Points, LeaveOutACaseWithoutAGoodSample) {
  Result result = of_rounds(2);
  for (Sample& sample : result.cases[0].samples) sample.error = "no route";
  EXPECT_EQ(points_of(result, "throughput").size(), 1U);
}

TEST(Points, OfTwoStatesAreTwoWithTheState) {
  Result result = of_rounds(20);
  for (Sample& sample : result.cases[0].samples) sample.seconds *= sample.round % 5 < 2 ? 2 : 1;
  const std::vector<Point> points = points_of(result, "throughput");
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[0].label(), "Splice/tcp-to-tcp/1024/mode=generic/state=low");
  EXPECT_NEAR(points[0].summary.centre, 0.5e9, 1);
  EXPECT_EQ(points[0].summary.n, 8);
  EXPECT_EQ(points[1].label(), "Splice/tcp-to-tcp/1024/mode=generic/state=high");
  EXPECT_NEAR(points[1].summary.centre, 1e9, 1);
  EXPECT_EQ(points[2].label(), "Splice/tcp-to-tcp/1024/mode=splice");
  EXPECT_TRUE(nlohmann::json::parse(to_bencher(points)).contains(points[1].label()));
  EXPECT_NE(to_prometheus(points).find(",state=\"low\",stat=\"median\"} 5"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(to_github_action_benchmark(points))[0].at("name"),
            points[0].label() + " - throughput");
}

TEST(Bencher, HasAValueWithItsIntervalWhereThereIsOne) {
  const nlohmann::json many = nlohmann::json::parse(to_bencher(points_of(of_rounds(20))));
  const nlohmann::json& measure = many.at("Splice/tcp-to-tcp/1024/mode=splice").at("throughput");
  EXPECT_LE(measure.at("lower_value"), measure.at("value"));
  EXPECT_GE(measure.at("upper_value"), measure.at("value"));
  const nlohmann::json one = nlohmann::json::parse(to_bencher(points_of(of_rounds(1))));
  EXPECT_FALSE(
      one.at("Splice/tcp-to-tcp/1024/mode=splice").at("throughput").contains("lower_value"));
}

TEST(GithubActionBenchmark, IsAListOfValuesOfOneDirection) {
  const nlohmann::json file =
      nlohmann::json::parse(to_github_action_benchmark(points_of(of_rounds(20), "relay-cpu")));
  ASSERT_EQ(file.size(), 2U);
  EXPECT_EQ(file[0].at("name"), "Splice/tcp-to-tcp/1024/mode=generic - relay-cpu");
  EXPECT_EQ(file[0].at("unit"), "relay-cpu-sec/GB");
  EXPECT_NEAR(file[0].at("value").get<double>(), 0.9, 1e-9);
  EXPECT_EQ(file[0].at("extra"), "n=20");
  EXPECT_THROW(to_github_action_benchmark(points_of(of_rounds(20))), UsageError);
}

TEST(Prometheus, HasAGaugePerMetricAndASeriesPerStatistic) {
  const std::string text = to_prometheus(points_of(of_rounds(20), "throughput"));
  EXPECT_TRUE(
      text.starts_with("# HELP splicebench_throughput_bytes_per_second throughput of a "
                       "case, higher is better\n"
                       "# TYPE splicebench_throughput_bytes_per_second gauge\n"));
  EXPECT_NE(text.find("{case=\"Splice/tcp-to-tcp/1024/mode=splice\",path=\"tcp-to-tcp\","
                      "chunk=\"1024\",mode=\"splice\",placement=\"alone\",congestion=\"cubic\","
                      "socket_buffer=\"auto\",link=\"loopback\",stat=\"median\"} "),
            std::string::npos)
      << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2 + 2 * 3);
}

TEST(Prometheus, EscapesWhatAFileSays) {
  Result result = of_rounds(1);
  result.cases[0].id.mode = "a\"b\\c\nd";
  EXPECT_NE(to_prometheus(points_of(result, "throughput")).find("mode=\"a\\\"b\\\\c d\""),
            std::string::npos);
}

}  // namespace
}  // namespace splicebench
