#include "results/text/go_number.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "results/testing/testdata.h"

namespace splicebench {
namespace {

TEST(FormatGoFloat, PrintsEveryRecordedValueAsGoDoes) {
  for (const std::vector<std::string>& row : recorded("sprint_float.tsv")) {
    const double value = std::bit_cast<double>(std::stoull(row[0], nullptr, 16));
    EXPECT_EQ(format_go_float(value), row[1]);
  }
}

TEST(ParseGoFloat, TellsTooSmallFromTooLarge) {
  EXPECT_EQ(parse_go_float("1e-999").value, 0);
  EXPECT_EQ(parse_go_float("1e-999").error, NumberError::kNone);
  EXPECT_TRUE(std::signbit(parse_go_float("-1e-999").value));
  EXPECT_EQ(parse_go_float("1e999").error, NumberError::kRange);
  EXPECT_EQ(parse_go_float("0x1p-5000").value, 0);
  EXPECT_EQ(parse_go_float("0x1p5000").error, NumberError::kRange);
  EXPECT_EQ(parse_go_float("0.000000000000000000001e-310").error, NumberError::kNone);
}

TEST(ParseGoFloat, TakesUnderscoresBetweenDigitsOnly) {
  EXPECT_EQ(parse_go_float("1_000").value, 1000);
  EXPECT_EQ(parse_go_float("0x_1p4").value, 16);
  for (const char* text : {"_1", "1_", "1__0", "1_.5", "1e_5"}) {
    EXPECT_EQ(parse_go_float(text).error, NumberError::kSyntax) << text;
  }
}

TEST(ParseGoFloat, RefusesWhatOnlyCReads) {
  for (const char* text : {"", "+", "nan(1)", "0x10", "infin", "1e", ".", "+nan", "--1", "1 "}) {
    EXPECT_EQ(parse_go_float(text).error, NumberError::kSyntax) << text;
  }
}

TEST(ParseGoInt, TakesOneSignAndDigits) {
  EXPECT_EQ(parse_go_int("+5").value, 5);
  EXPECT_EQ(parse_go_int("-5").value, -5);
  EXPECT_EQ(parse_go_int("+-5").error, NumberError::kSyntax);
  EXPECT_EQ(parse_go_int("9223372036854775808").error, NumberError::kRange);
  EXPECT_EQ(parse_go_int("1_000").error, NumberError::kSyntax);
}

}  // namespace
}  // namespace splicebench
