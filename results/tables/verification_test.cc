#include "results/model/verification.h"

#include <gtest/gtest.h>

#include <fstream>

#include "results/formats/verification_junit.h"
#include "results/json/verification_json.h"
#include "results/tables/print_verification.h"
#include "results/testing/schema_check.h"

namespace splicebench {
namespace {

using Status = VerifiedCell::Status;

VerifiedCell cell(const std::string& situation, const std::string& mode, Status status,
                  const std::string& text = "") {
  VerifiedCell one;
  one.group = "ends";
  one.situation = situation;
  one.mode = mode;
  one.path = "tcp-to-tcp";
  one.handling = "blocking";
  one.status = status;
  one.text = text;
  return one;
}

Verification sample() {
  Verification verification;
  verification.kernel = "Linux 7.0";
  verification.user = "root";
  verification.file_system = "tmpfs (/tmp)";
  verification.seconds = 1.25;
  verification.cells = {
      cell("reader gone", "generic", Status::pass),
      cell("reader gone", "splice", Status::fail, "expected <EPIPE> & seen \"0\""),
      cell("writer gone", "generic", Status::pass),
      cell("writer gone", "generic", Status::not_applicable, "no reader"),
      cell("writer gone", "splice", Status::not_applicable, "no reader")};
  verification.facts = {{"length 0", "0", "0"}, {"length SIZE_MAX", "EINVAL", "1073741824"}};
  return verification;
}

TEST(VerifiedCells, AmongSeveralFlowsAreNamedByTheirNumber) {
  VerifiedCell one = cell("reader gone", "splice", Status::pass);
  EXPECT_EQ(one.name(), "ends/reader gone/mode=splice/tcp-to-tcp/blocking");
  one.flows = 64;
  EXPECT_EQ(one.name(), "ends/reader gone/mode=splice/tcp-to-tcp/blocking/flows=64");
  Verification verification = sample();
  verification.cells = {one};
  EXPECT_NE(verification_json(verification).find("\"flows\": 64"), std::string::npos);
  EXPECT_EQ(testing::schema_errors(
                verification_json(verification),
                std::string(SPLICEBENCH_RESULTS_DIR) + "/schemas/verification.schema.json"),
            "");
}

TEST(VerificationText, IsATableThenFailuresReasonsFactsAndTotals) {
  EXPECT_EQ(verification_text(sample(), false),
            R"(               generic        splice
ends
  reader gone  1 pass         1 FAIL of 1
  writer gone  1 pass, 1 n/a  n/a

FAIL ends/reader gone/mode=splice/tcp-to-tcp/blocking: expected <EPIPE> & seen "0"

not applicable, because:
2  no reader

kernel behaves differently from 6.18: length SIZE_MAX: 1073741824, expected EINVAL

Linux 7.0; root; files on tmpfs (/tmp)
2 passed, 1 failed, 2 not applicable in 1.2 s
)");
}

TEST(VerificationText, SaysThatItEndedEarly) {
  Verification verification = sample();
  verification.complete = false;
  EXPECT_NE(verification_text(verification, false).find("ended early, the rest was not tried"),
            std::string::npos);
}

TEST(VerificationText, SaysThatTheKernelIsAsExpected) {
  Verification verification = sample();
  verification.facts.pop_back();
  EXPECT_NE(verification_text(verification, false).find("kernel behaves as 6.18 did in 1 probes"),
            std::string::npos);
}

TEST(VerificationJson, FitsItsSchema) {
  EXPECT_EQ(
      testing::schema_errors(verification_json(sample()), std::string(SPLICEBENCH_RESULTS_DIR) +
                                                              "/schemas/verification.schema.json"),
      "");
}

TEST(VerificationJson, ReplacesWhatIsNoUtf8) {
  Verification verification = sample();
  verification.kernel = "\xff";
  EXPECT_NE(verification_json(verification).find("\xef\xbf\xbd"), std::string::npos);
}

TEST(VerificationJunit, EscapesTextsAndSkipsWhatIsNotApplicable) {
  const std::string xml = verification_junit(sample());
  EXPECT_NE(xml.find("tests=\"5\" failures=\"1\" skipped=\"2\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("<failure message=\"expected &lt;EPIPE&gt; &amp; seen &quot;0&quot;\"/>"),
            std::string::npos)
      << xml;
  EXPECT_NE(xml.find("<skipped message=\"no reader\"/>"), std::string::npos) << xml;
  EXPECT_EQ(xml.find("<error"), std::string::npos) << xml;
}

TEST(VerificationJunit, OfAnInterruptedRunHoldsAnError) {
  Verification verification = sample();
  verification.complete = false;
  const std::string xml = verification_junit(verification);
  EXPECT_NE(xml.find("tests=\"6\" failures=\"1\" errors=\"1\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("<error message=\"ended early, the rest was not tried\"/>"), std::string::npos)
      << xml;
}

}  // namespace
}  // namespace splicebench
