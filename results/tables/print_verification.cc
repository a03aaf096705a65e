#include "results/tables/print_verification.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "results/text/paint.h"
#include "results/text/text_grid.h"

namespace splicebench {

namespace {

using Status = VerifiedCell::Status;

struct Tally {
  int pass = 0;
  int fail = 0;
  int not_applicable = 0;

  void add(Status status) {
    ++(status == Status::pass ? pass : status == Status::fail ? fail : not_applicable);
  }
};

std::string text_of(const Tally& tally, const Paint& paint) {
  if (tally.fail > 0)
    return paint.bad(fmt::format("{} FAIL of {}", tally.fail, tally.fail + tally.pass));
  if (tally.pass == 0) return tally.not_applicable > 0 ? "n/a" : "-";
  return tally.not_applicable > 0 ? fmt::format("{} pass, {} n/a", tally.pass, tally.not_applicable)
                                  : fmt::format("{} pass", tally.pass);
}

/// In the order in which they first occur.
template <typename Value>
void add_new(std::vector<Value>& values, const Value& value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

std::string table_of(const Verification& verification, const Paint& paint) {
  using Row = std::pair<std::string, std::string>;  // group, situation
  std::vector<std::string> modes;
  std::vector<Row> rows;
  std::map<std::pair<Row, std::string>, Tally> tallies;
  for (const VerifiedCell& cell : verification.cells) {
    const Row row(cell.group, cell.situation);
    add_new(modes, cell.mode);
    if (rows.empty() || rows.back() != row) add_new(rows, row);
    tallies[{row, cell.mode}].add(cell.status);
  }
  std::vector<std::vector<std::string>> table;
  std::vector<std::string> header = {""};
  header.insert(header.end(), modes.begin(), modes.end());
  table.push_back(header);
  std::string group;
  for (const Row& row : rows) {
    if (row.first != group) {
      group = row.first;
      std::vector<std::string> heading(modes.size() + 1);
      heading.front() = paint.bold(group);
      table.push_back(heading);
    }
    std::vector<std::string> line = {"  " + row.second};
    for (const std::string& mode : modes) line.push_back(text_of(tallies[{row, mode}], paint));
    table.push_back(line);
  }
  return aligned_text(table, std::vector<Align>(modes.size() + 1, Align::kLeft));
}

std::string failures_of(const Verification& verification, const Paint& paint) {
  std::string text;
  for (const VerifiedCell& cell : verification.cells) {
    if (cell.status != Status::fail) continue;
    text += fmt::format("{} {}: {}\n", paint.bad("FAIL"), cell.name(), cell.text);
  }
  return text.empty() ? text : "\n" + text;
}

std::string reasons_of(const Verification& verification) {
  std::map<std::string, int> reasons;
  for (const VerifiedCell& cell : verification.cells) {
    if (cell.status == Status::not_applicable) ++reasons[cell.text];
  }
  if (reasons.empty()) return "";
  std::vector<std::vector<std::string>> table;
  for (const auto& [reason, count] : reasons) table.push_back({std::to_string(count), reason});
  return "\nnot applicable, because:\n" + aligned_text(table, {Align::kRight, Align::kLeft});
}

std::string facts_of(const Verification& verification) {
  if (verification.facts.empty()) return "";
  std::string text;
  for (const KernelFact& fact : verification.facts) {
    if (fact.same()) continue;
    text += fmt::format("kernel behaves differently from 6.18: {}: {}, expected {}\n", fact.name,
                        fact.seen, fact.expected);
  }
  if (!text.empty()) return "\n" + text;
  return fmt::format("\nkernel behaves as 6.18 did in {} probes\n", verification.facts.size());
}

}  // namespace

std::string verification_text(const Verification& verification, bool colour) {
  const Paint paint(colour);
  std::string text = table_of(verification, paint) + failures_of(verification, paint) +
                     reasons_of(verification) + facts_of(verification);
  text += fmt::format("\n{}; {}; files on {}\n", verification.kernel, verification.user,
                      verification.file_system);
  text += fmt::format("{} passed, {} failed, {} not applicable in {:.1f} s{}\n",
                      verification.count(Status::pass), verification.count(Status::fail),
                      verification.count(Status::not_applicable), verification.seconds,
                      verification.complete ? "" : "; ended early, the rest was not tried");
  return text;
}

}  // namespace splicebench
