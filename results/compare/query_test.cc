// Filters and projections, and the sentences with which they refuse.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "results/compare/filter.h"
#include "results/compare/projection.h"
#include "results/testing/testdata.h"

namespace splicebench {
namespace {

const std::vector<Setting> kSettings{{"goos", "linux"}, {"label", "warm", false}};
const Record kRecord{"Enc/format=json/size=16k-8", {{1, "ns/op"}}, &kSettings, 0};

bool matches(const std::string& filter, const std::string& unit = "ns/op") {
  return Filter::parse(filter).matches(kRecord, "old.txt", unit);
}

std::string filter_error(const std::string& filter) {
  return usage_error_of([&] { Filter::parse(filter); });
}

std::string projection_error(const std::string& projection) {
  return usage_error_of([&] { parse_projection("--row", projection); });
}

TEST(Filter, KnowsEveryKindOfKey) {
  for (const char* filter :
       {".name:Enc", ".fullname:Enc/format=json/size=16k-8", "/format:json", "/gomaxprocs:8",
        "goos:linux", ".file:old.txt", "label:warm", "nokey:\"\"", ".unit:ns/op", ".unit:sec/op"}) {
    EXPECT_TRUE(matches(filter)) << filter;
    EXPECT_FALSE(matches(std::string("-") + filter)) << filter;
  }
}

TEST(Filter, CombinesLeftToRightWithAndBeforeOr) {
  EXPECT_TRUE(matches("goos:plan9 .name:Enc OR /size:16k"));
  EXPECT_FALSE(matches("goos:plan9 AND (.name:Enc OR /size:16k)"));
  EXPECT_TRUE(matches("/size:(1k OR 16k)"));
  EXPECT_TRUE(matches("/size:/^1[0-9]k$/"));
}

TEST(Filter, NamesWhatItCannotRead) {
  EXPECT_NE(filter_error("(a:b").find("expected ')' at character 5"), std::string::npos);
  EXPECT_NE(filter_error("a").find("expected ':'"), std::string::npos);
  EXPECT_NE(filter_error("a:/x").find("without closing /"), std::string::npos);
  EXPECT_NE(filter_error("a:/(/").find("cannot be read"), std::string::npos);
  EXPECT_NE(filter_error("").find("expected key:value"), std::string::npos);
  EXPECT_NE(filter_error(std::string(500, '(')).find("nested too deeply"), std::string::npos);
}

TEST(Filter, MatchesInLinearTimeWhateverTheExpression) {
  const Filter filter = Filter::parse(".name:/(a*)*(a*)*(a*)*b/");
  const std::vector<Setting> settings;
  EXPECT_FALSE(filter.matches(Record{std::string(100000, 'a'), {}, &settings, 1}, "", ""));
  EXPECT_TRUE(filter.matches(Record{std::string(100000, 'a') + "b", {}, &settings, 1}, "", ""));
}

TEST(Projection, NamesWhatItCannotRead) {
  EXPECT_NE(projection_error(".unit").find("no .unit here"), std::string::npos);
  EXPECT_NE(projection_error(".config@(a)").find("no fixed order"), std::string::npos);
  EXPECT_NE(projection_error("/n@size").find("expected the order"), std::string::npos);
  EXPECT_NE(projection_error("/n@(").find("expected a value or ')'"), std::string::npos);
  EXPECT_NE(projection_error("a,").find("expected a key at character 3"), std::string::npos);
}

TEST(FuzzyNumber, TakesPrefixesOfThousandsAndOf1024) {
  EXPECT_DOUBLE_EQ(*fuzzy_number("2k"), 2000);
  EXPECT_DOUBLE_EQ(*fuzzy_number("64KiB"), 65536);
  EXPECT_DOUBLE_EQ(*fuzzy_number("1e3"), 1000);
  EXPECT_FALSE(fuzzy_number("abc"));
}

TEST(NameWithout, CutsWhatOtherKeysHold) {
  EXPECT_EQ(name_without("Enc/format=json/size=1k-8", {".name"}), "*/format=json/size=1k-8");
  EXPECT_EQ(name_without("Enc/format=json/size=1k-8", {"/size", "/gomaxprocs"}), "Enc/format=json");
}

}  // namespace
}  // namespace splicebench
