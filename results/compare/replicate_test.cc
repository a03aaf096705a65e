#include "results/compare/replicate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "results/files/error.h"
#include "results/tables/print_replicate.h"

namespace splicebench {
namespace {

Sample sample_of(std::int64_t round, double seconds) {
  Sample sample;
  sample.round = round;
  sample.iterations = 1000;
  sample.bytes = 1024000;
  sample.seconds = seconds;
  sample.allocations = 0;
  sample.allocated_bytes = 0;
  return sample;
}

/// `speedup` of splice on `path` at 1 KiB in every round.
Result run_of(const std::string& path, double speedup) {
  Result result;
  result.options.modes = {"splice", "generic"};
  CaseResult generic{{path, 1024, "generic"}, {}, {}};
  CaseResult splice{{path, 1024, "splice"}, {}, {}};
  for (std::int64_t round = 0; round < 20; ++round) {
    const double seconds = 0.05 + 0.001 * static_cast<double>(round);
    generic.samples.push_back(sample_of(round, seconds));
    splice.samples.push_back(sample_of(round, seconds / speedup));
  }
  result.cases = {generic, splice};
  return result;
}

const ReplicatedRow& row_of(const ReplicatedTable& table, const std::string& path,
                            std::int64_t chunk, const std::string& unit) {
  for (const ReplicatedRow& row : table.rows) {
    const PublishedRow& published = row.published;
    if (published.measured_as == path && published.chunk == chunk && published.unit == unit) {
      return row;
    }
  }
  throw std::runtime_error("no such row");
}

TEST(Published, HoldsBothTablesWithTheirCaveats) {
  const std::vector<PublishedTable> tables = published_tables("all");
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(tables[0].rows.size(), 44U);
  EXPECT_EQ(tables[1].rows.size(), 88U);
  EXPECT_NE(tables[0].caveats.front().find("inference"), std::string::npos);
  EXPECT_NE(tables[1].caveats.front().find("/dev/null"), std::string::npos);
  EXPECT_THROW(published_tables("go-2030"), UsageError);
}

TEST(Replicate, TellsSameFromOpposite) {
  // Published: splice takes 12.47 % longer on unix-to-tcp at 1 KiB.
  const ReplicatedTable slower =
      replicate(run_of("unix-to-tcp", 0.9), published_tables("go-2018").front());
  EXPECT_EQ(row_of(slower, "unix-to-tcp", 1024, "sec/op").outcome, Replication::kSame);
  EXPECT_EQ(row_of(slower, "unix-to-tcp", 1024, "B/s").outcome, Replication::kSame);
  const ReplicatedTable faster =
      replicate(run_of("unix-to-tcp", 1.1), published_tables("go-2018").front());
  EXPECT_EQ(row_of(faster, "unix-to-tcp", 1024, "sec/op").outcome, Replication::kOpposite);
  EXPECT_NEAR(row_of(faster, "unix-to-tcp", 1024, "sec/op").here->ratio, 1 / 1.1, 1e-9);
}

TEST(Replicate, RepeatsDevNullAsNullPaths) {
  const ReplicatedTable table =
      replicate(run_of("tcp-to-null", 1.3), published_tables("go-2022").front());
  EXPECT_EQ(row_of(table, "tcp-to-null", 1024, "sec/op").outcome, Replication::kSame);
  // Nothing is allocated here, in either mode: no change to tell.
  EXPECT_EQ(row_of(table, "tcp-to-null", 1024, "B/op").outcome, Replication::kEqual);
  EXPECT_EQ(table.count(Replication::kEqual), 2U);
  EXPECT_EQ(table.count(Replication::kNotMeasured), 84U);
}

TEST(Replicate, RowsThatCannotDifferDoNotWeakenTheOthers) {
  const ReplicatedTable table =
      replicate(run_of("tcp-to-null", 1.3), published_tables("go-2022").front());
  const std::optional<PairedComparison>& speed = row_of(table, "tcp-to-null", 1024, "B/s").here;
  EXPECT_DOUBLE_EQ(speed->p_holm, 2 * speed->p) << "two rows are judged, not four";
  EXPECT_EQ(table.rounds_needed, 7);  // 2^(1-7) <= 0.05 / 2
  const std::optional<PairedComparison>& none = row_of(table, "tcp-to-null", 1024, "B/op").here;
  EXPECT_EQ(none->n, 20);
  EXPECT_EQ(none->ratio, 1);
  EXPECT_FALSE(none->significant);
  const std::string text = replication_text({table});
  EXPECT_NE(text.find("2 of 86 rows in the same direction (0 opposite, 0 not distinguishable here"),
            std::string::npos);
  EXPECT_NE(text.find("2 more rows are equal in every round"), std::string::npos);
}

TEST(Replicate, AllocationsInOneRoundAreJudged) {
  Result result = run_of("tcp-to-null", 1.3);
  result.cases[1].samples[7].allocated_bytes = 64;
  const ReplicatedTable table = replicate(result, published_tables("go-2022").front());
  EXPECT_EQ(row_of(table, "tcp-to-null", 1024, "B/op").outcome, Replication::kNotDistinguishable);
}

TEST(Replicate, GivesTheCommandForWhatIsNotMeasured) {
  const ReplicatedTable table = replicate(Result(), published_tables("go-2022").front());
  EXPECT_EQ(row_of(table, "unix-to-null", 2048, "B/s").command,
            "splicebench run --paths unix-to-null --chunks 2KiB --modes splice,generic");
  const std::string text = replication_text({table});
  EXPECT_NE(text.find("0 of 88 rows in the same direction"), std::string::npos);
  EXPECT_NE(text.find("/dev/null"), std::string::npos);
}

}  // namespace
}  // namespace splicebench
