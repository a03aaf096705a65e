#include "results/formats/export.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

Result one_sample(const std::string& error = "") {
  testing::Synthetic synthetic;
  synthetic.chunks = {1024};
  synthetic.modes = {"splice:pipe=64KiB,x=1KiB"};
  synthetic.rounds = 1;
  synthetic.sample = testing::Flat{1, 0};
  Result result = testing::make_result(synthetic);
  result.cases[0].samples[0].error = error;
  return result;
}

TEST(Benchfmt, HasConfigurationAndALinePerSample) {
  EXPECT_EQ(
      to_benchfmt(one_sample()),
      "kernel: Linux 6.1.0 x86_64\n"
      "cpu: Example CPU\n"
      "cpus: 2\n"
      "placement: alone: relay on CPU 1, writer and reader share CPU 0\n"
      "congestion: cubic\n"
      "\n"
      "BenchmarkSplice/tcp-to-tcp/1024/mode=splice:pipe=64KiB,x=1KiB 97656 1024 ns/op 1000 MB/s "
      "0.9 relay-cpu-sec/GB 1.8 system-cpu-sec/GB 0.007925780289997542 calls/op "  // 2 x 382 + 10
                                                                                   // calls
      "261779.43455497382 B/call 0 B/op 0 allocs/op\n");
}

TEST(Benchfmt, KeepsAnErrorAsAComment) {
  const std::string text = to_benchfmt(one_sample("lost\nbytes"));
  EXPECT_NE(text.find("# Splice/tcp-to-tcp/1024/mode=splice:pipe=64KiB,x=1KiB: lost bytes\n"),
            std::string::npos);
  EXPECT_EQ(text.find("\nBenchmark"), std::string::npos);
}

TEST(Csv, QuotesWhatHasCommasAndHasOneRecordPerSample) {
  const std::string text = to_csv(one_sample());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_NE(text.find(",\"splice:pipe=64KiB,x=1KiB\","), std::string::npos);
  EXPECT_EQ(text.substr(0, 5), "name,");
}

TEST(Csv, GivesASpreadsheetNothingToRun) {
  for (const char* text : {"=1+1", "+1", "-1", "@SUM(A1)"}) {
    const std::string csv = to_csv(one_sample(text));
    EXPECT_NE(csv.find(std::string(",'") + text + ","), std::string::npos) << csv;
  }
  EXPECT_EQ(to_csv(one_sample()).find('\''), std::string::npos);
}

}  // namespace
}  // namespace splicebench
