#include <gtest/gtest.h>

#include <map>

#include "plots/gnuplot/plot_files.h"
#include "plots/testing/count.h"
#include "plots/testing/drawn.h"
#include "results/files/error.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

using testing::one_path;
using testing::pings;
using testing::synthetic_result;

TEST(PlotFiles, AChartShowsTheResultsOfItsKind) {
  PlotRequest request;
  request.results = {synthetic_result(one_path()), pings(1)};
  request.labels = {"run.json", "ping.json"};
  const TemporaryDirectory directory;
  request.directory = directory.path();
  std::map<std::string, std::string> scripts;  // by title
  const Gnuplot gnuplot = [&](const std::string& script) {
    for (const char* title : {"Throughput over chunk size", "Round trips over message size"}) {
      if (script.find(title) != std::string::npos) scripts[title] = script;
    }
    return std::string("<svg></svg>IEND");
  };
  write_charts(request, gnuplot);
  ASSERT_EQ(scripts.size(), 2U);
  EXPECT_EQ(testing::count_of(scripts["Throughput over chunk size"], "ping.json"), 0U);
  EXPECT_EQ(testing::count_of(scripts["Throughput over chunk size"], "no good sample"), 0U);
  EXPECT_EQ(testing::count_of(scripts["Round trips over message size"], "run.json"), 0U);
  EXPECT_EQ(testing::count_of(scripts["Round trips over message size"], "'generic'"), 0U);
  request.charts = {"latency"};
  request.results = {synthetic_result(one_path())};
  request.labels = {"run.json"};
  EXPECT_THROW(write_charts(request, gnuplot), UsageError);
}

}  // namespace
}  // namespace splicebench
