#include "bench/proxy/complaints.h"

#include <gtest/gtest.h>

namespace splicebench {
namespace {

TEST(Complaints, AreSaidOnceASecondAndCountWhatWasNotSaid) {
  Complaints complaints;
  EXPECT_EQ(complaints.about("one", 0), "one") << "the first at any time";
  EXPECT_EQ(complaints.about("two", 0.1), "");
  EXPECT_EQ(complaints.about("three", 0.999), "");
  EXPECT_EQ(complaints.about("four", 1), "four (and 2 more before)");
  EXPECT_EQ(complaints.about("five", 1.9), "");
  EXPECT_EQ(complaints.about("six", 2.5), "six (and 1 more before)");
  EXPECT_EQ(complaints.about("seven", 3.5), "seven");
}

}  // namespace
}  // namespace splicebench
