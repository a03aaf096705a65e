#include "results/text/unit.h"

#include <gtest/gtest.h>

#include "results/testing/testdata.h"

namespace splicebench {
namespace {

std::string unquoted(const std::string& text) { return text.substr(1, text.size() - 2); }

TEST(BaseUnit, TidiesEveryRecordedUnit) {
  for (const std::vector<std::string>& row : recorded("tidy.tsv")) {
    const BaseUnit base = base_unit(unquoted(row[1]));
    EXPECT_EQ(base.unit, unquoted(row[3])) << row[1];
    EXPECT_DOUBLE_EQ(number(row[0]) * base.factor, number(row[2])) << row[1];
    EXPECT_EQ(unit_class(unquoted(row[1])) == UnitClass::kBinary, row[4] == "Binary") << row[1];
  }
}

TEST(CommonScale, FormatsEveryRecordedValue) {
  for (const std::vector<std::string>& row : recorded("scale.tsv")) {
    const UnitClass unit = row[0] == "Binary" ? UnitClass::kBinary : UnitClass::kDecimal;
    const double value = number(row[2]);
    EXPECT_EQ(common_scale({&value, 1}, unit).format(value), row[3]) << row[2];
  }
}

TEST(CommonScale, FormatsEveryRecordedRowAlike) {
  for (const std::vector<std::string>& row : recorded("commonscale.tsv")) {
    const UnitClass unit = row[0] == "Binary" ? UnitClass::kBinary : UnitClass::kDecimal;
    const std::vector<double> values = numbers(row[1]);
    const Scale scale = common_scale(values, unit);
    std::string formatted;
    for (const double value : values) {
      formatted += (formatted.empty() ? "" : " ") + scale.format(value);
    }
    EXPECT_EQ(formatted, row[2]) << row[1];
  }
}

TEST(BetterOf, KnowsCostsAndRates) {
  EXPECT_EQ(better_of("sec/op"), Better::kLower);
  EXPECT_EQ(better_of("relay-cpu-sec/GB"), Better::kLower);
  EXPECT_EQ(better_of("allocs/op"), Better::kLower);
  EXPECT_EQ(better_of("B/s"), Better::kHigher);
  EXPECT_EQ(better_of("items/s"), Better::kHigher);
  EXPECT_EQ(better_of("B/call"), Better::kHigher);
  EXPECT_EQ(better_of("score"), std::nullopt);
}

TEST(UnitMetadata, KeepsTheFirstValueUnderTheBaseUnit) {
  UnitMetadata units;
  std::string existing;
  EXPECT_TRUE(units.set("ns/op", "assume", "exact", &existing));
  EXPECT_TRUE(units.set("sec/op", "assume", "exact", &existing));
  EXPECT_FALSE(units.set("sec/op", "assume", "nothing", &existing));
  EXPECT_EQ(existing, "exact");
  EXPECT_TRUE(units.is_exact("sec/op"));
  EXPECT_TRUE(units.set("score", "better", "higher", &existing));
  EXPECT_EQ(units.better("score"), Better::kHigher);
}

}  // namespace
}  // namespace splicebench
