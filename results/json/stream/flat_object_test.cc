#include "results/json/stream/flat_object.h"

#include <gtest/gtest.h>

#include "results/files/error.h"
#include "results/json/result_json.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

using nlohmann::json;

TEST(FlatObject, HasMembersByNameInAnyOrder) {
  FlatObject object;
  object.add("relay_user", 1);
  object.add("", 2);
  object.add("relay_", 3);
  object.add("reader_user", 4);
  EXPECT_EQ(*object.find("reader_", "user"), 4);
  EXPECT_EQ(*object.find("", "relay_user"), 1);
  EXPECT_EQ(*object.find("relay_", ""), 3);
  EXPECT_EQ(*object.find("", ""), 2);
  EXPECT_EQ(object.find("relay_", "use"), nullptr);
  EXPECT_EQ(object.find("writer_", "user"), nullptr);
}

TEST(FlatObject, HasTheLastOfTwoMembersOfOneNameAsTheLibraryHas) {
  FlatObject object;
  for (const char* names : {"abc", "bbc", "aba", "bab", "b", "abc", "cab"}) {
    object.clear();
    json expected = json::object();
    int value = 0;
    for (const char* name = names; *name != 0; ++name) {
      object.add(std::string(1, *name), ++value);
      expected[std::string(1, *name)] = value;
    }
    EXPECT_EQ(object.to_json(), expected) << names;
    EXPECT_EQ(object.size(), expected.size()) << names;
  }
}

TEST(FlatObject, OfManyMembersFindsEach) {
  FlatObject object;
  for (int i = 0; i < 2000; ++i) object.add("member" + std::to_string(i), i);
  for (int i = 1999; i >= 0; --i) EXPECT_EQ(*object.find("member", std::to_string(i)), i);
  EXPECT_EQ(object.find("member", "2000"), nullptr);
}

std::string why_not_read(const std::string& text) {
  try {
    parse_result(text, "test");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(FlatObject, NoSampleIsAListOrHasMembersWithoutEnd) {
  json file = json::parse(to_json(testing::make_result({})));
  const json sample = file["benchmarks"][0];
  file["benchmarks"][0] = json::array({1});
  EXPECT_NE(why_not_read(file.dump()).find("'benchmarks' holds a list"), std::string::npos);
  file["benchmarks"][0] = sample;
  for (int i = 0; i <= 10000; ++i) file["benchmarks"][0]["more" + std::to_string(i)] = i;
  EXPECT_NE(why_not_read(file.dump()).find("more than 10000 members"), std::string::npos);
}

}  // namespace
}  // namespace splicebench
