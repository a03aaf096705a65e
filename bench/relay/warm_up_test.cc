// How long a relay warms up, by its own account.

#include <algorithm>
#include <array>
#include <thread>

#include "bench/relay/alike.h"
#include "bench/testing/scripted_relay.h"
#include "harness/system/process.h"

namespace splicebench {
namespace {

using RelayProcess = testing::ScriptedRelay;

TEST(WarmUp, IsSettledWhenTwoRatesDifferByATwentiethOfTheGreater) {
  for (const bool is_swapped : {false, true}) {
    const auto alike = [&](double one, double other) {
      return is_swapped ? are_alike(other, one) : are_alike(one, other);
    };
    EXPECT_TRUE(alike(100, 100));
    EXPECT_TRUE(alike(100, 95));
    EXPECT_FALSE(alike(100, 94.9));
    EXPECT_FALSE(alike(100, 105.3));
    EXPECT_FALSE(alike(100, 0));
  }
}

TEST_F(RelayProcess, WarmsUpUntilTwoPiecesAreAlikeAndNoLonger) {
  constexpr std::uint64_t kPiece = 6;
  const std::vector<std::vector<int>> delays{
      {1, 8, 1, 8, 1, 8, 1, 8}, {5, 5, 5, 5, 5, 5, 5, 5}, {130, 1, 1, 1, 1, 1, 1, 1}};
  task_.warmup_bytes = kPiece;
  start(kSockets, 2 * delays.size());
  say_ready();
  for (const std::uint32_t most : {20U, 3U}) {
    for (const std::vector<int>& delay : delays) {
      task_.warmup_pieces = most;
      const double first = monotonic_seconds();
      say(control_.first, task_);
      EXPECT_EQ(text_of(hear_ready().error), "");
      if (task_.connection == 0) hear<PeerTask>(reader_.second);
      std::size_t pieces = 0;
      double least = 0;
      for (;; ++pieces) {
        const std::uint64_t bytes = hear<Transfer>(reader_.second).bytes;
        const bool timed = bytes != kPiece;
        ASSERT_FALSE(HasFailure());
        ASSERT_TRUE(timed || pieces < delay.size()) << "more than it has room to tell of";
        send_all(sources_[task_.connection].first, std::string(bytes, 'x'));
        if (!timed) {
          std::this_thread::sleep_for(std::chrono::milliseconds(delay[pieces]));
          least += delay[pieces] * 1e-3;
        }
        say_passed(bytes, timed);
        if (timed) break;
      }
      const double last = monotonic_seconds();
      const RelayReport report = hear_report();
      EXPECT_EQ(text_of(report.error), "");
      ASSERT_EQ(report.warmup_pieces, pieces);
      ASSERT_GE(pieces, 1U);
      ASSERT_LE(pieces, most);
      const std::array<double, kMostPieces>& rates = report.warmup_rates;
      double before = 0;  // seconds of those before the last
      for (std::size_t i = 0; i < pieces; ++i) {
        EXPECT_LE(rates[i], kPiece / (delay[i] * 1e-3));
        EXPECT_GE(rates[i], kPiece / (last - first));
        const bool alike = i > 0 && are_alike(rates[i], rates[i - 1]);
        if (i + 1 < pieces) {
          EXPECT_FALSE(alike) << rates[i - 1] << " and " << rates[i];
          before += kPiece / rates[i];
        } else if (!alike && pieces < std::min<std::size_t>(most, kMostPieces)) {
          EXPECT_GE(report.usage.warmup_seconds, 0.1) << "it was not settled";
        }
      }
      EXPECT_LT(before, 0.1 + 1e-6) << "it took longer than it may";
      EXPECT_GE(report.usage.warmup_seconds, least);
      EXPECT_LE(report.usage.warmup_seconds, last - first);
      EXPECT_GE(report.started, first + least);
      ++task_.connection;
    }
  }
}

}  // namespace
}  // namespace splicebench
