// Commands that a result names are run by nobody but who gives them again.

#include <gtest/gtest.h>

#include <filesystem>

#include "bench/testing/command.h"
#include "harness/machine/environment.h"
#include "results/files/write_file.h"
#include "results/json/result_json.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

class CommandResumeRelays : public testing::CommandTest {
 protected:
  /// A run of `modes`, of which a round is missing; "relay:theirs" would leave a file.
  std::string handed_over(const std::vector<std::string>& modes) const {
    testing::Synthetic synthetic;
    synthetic.chunks = {4096};
    synthetic.modes = modes;
    synthetic.rounds = 1;
    Result result = testing::make_result(synthetic);
    result.environment = read_environment();
    result.options.relays = {
        {"theirs", "/usr/bin/touch " + mark() + " {listen} {connect}", "", "", ""}};
    result.options.rounds = 2;
    result.complete = false;
    const std::string path = in_directory("r.json");
    write_file_atomically(path, to_json(result));
    return path;
  }
  std::string mark() const { return in_directory("was-run"); }
};

TEST_F(CommandResumeRelays, MeasureTheRestAndNameWhatIsLeftOut) {
  const std::string path = handed_over({"generic", "relay:theirs"});
  EXPECT_EQ(run({"run", "--quiet", "--resume", path}), 0) << err();
  EXPECT_NE(err().find("relay:theirs is left out"), std::string::npos) << err();
  EXPECT_FALSE(std::filesystem::exists(mark()));
  const Result result = read_result(path);
  EXPECT_EQ(result.cases[0].samples.size(), 2U);
  EXPECT_EQ(result.cases[1].samples.size(), 1U);
  EXPECT_FALSE(result.complete);
}

TEST_F(CommandResumeRelays, RefuseWhereNothingElseIsLeft) {
  const std::string path = handed_over({"relay:theirs"});
  EXPECT_EQ(run({"run", "--resume", path}), 2);
  EXPECT_NE(err().find("give its --relay again"), std::string::npos) << err();
  EXPECT_FALSE(std::filesystem::exists(mark()));
}

}  // namespace
}  // namespace splicebench
