#include "results/formats/verification_junit.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "results/text/line.h"

namespace splicebench {

namespace {

using Status = VerifiedCell::Status;

std::string test_case(const VerifiedCell& cell) {
  const std::string opening = fmt::format(
      "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"", html_escape(cell.group),
      html_escape(cell.name().substr(cell.group.size() + 1)), cell.seconds);
  if (cell.status == Status::pass) return opening + "/>\n";
  return fmt::format("{}>\n      <{} message=\"{}\"/>\n    </testcase>\n", opening,
                     cell.status == Status::fail ? "failure" : "skipped", html_escape(cell.text));
}

}  // namespace

std::string verification_junit(const Verification& verification) {
  std::vector<std::string> order;
  std::map<std::string, Verification> groups;
  for (const VerifiedCell& cell : verification.cells) {
    if (groups.find(cell.group) == groups.end()) order.push_back(cell.group);
    groups[cell.group].cells.push_back(cell);
  }
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"splicebench verify\" "
      "tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\">\n",
      verification.cells.size() + (verification.complete ? 0 : 1), verification.count(Status::fail),
      verification.complete ? 0 : 1, verification.seconds);
  if (!verification.complete) {
    text +=
        "  <testsuite name=\"complete\" tests=\"1\" errors=\"1\">\n"
        "    <testcase classname=\"complete\" name=\"every cell was tried\">\n"
        "      <error message=\"ended early, the rest was not tried\"/>\n"
        "    </testcase>\n  </testsuite>\n";
  }
  for (const std::string& name : order) {
    const Verification& group = groups[name];
    text += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">\n",
                        html_escape(name), group.cells.size(), group.count(Status::fail),
                        group.count(Status::not_applicable));
    for (const VerifiedCell& cell : group.cells) text += test_case(cell);
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

}  // namespace splicebench
