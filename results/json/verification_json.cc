#include "results/json/verification_json.h"

#include <nlohmann/json.hpp>

namespace splicebench {

using nlohmann::ordered_json;

std::string verification_json(const Verification& verification) {
  using Status = VerifiedCell::Status;
  ordered_json cells = ordered_json::array();
  for (const VerifiedCell& cell : verification.cells) {
    ordered_json object{{"group", cell.group},       {"situation", cell.situation},
                        {"mode", cell.mode},         {"path", cell.path},
                        {"handling", cell.handling}, {"status", name_of(cell.status)},
                        {"seconds", cell.seconds}};
    if (cell.flows > 1) object["flows"] = cell.flows;
    if (!cell.text.empty()) object["text"] = cell.text;
    cells.push_back(std::move(object));
  }
  ordered_json facts = ordered_json::array();
  for (const KernelFact& fact : verification.facts) {
    facts.push_back({{"name", fact.name},
                     {"expected", fact.expected},
                     {"seen", fact.seen},
                     {"same", fact.same()}});
  }
  const ordered_json file{{"schema_version", kVerificationSchemaVersion},
                          {"kernel", verification.kernel},
                          {"user", verification.user},
                          {"file_system", verification.file_system},
                          {"seconds", verification.seconds},
                          {"complete", verification.complete},
                          {"passed", verification.count(Status::pass)},
                          {"failed", verification.count(Status::fail)},
                          {"not_applicable", verification.count(Status::not_applicable)},
                          {"cells", std::move(cells)},
                          {"kernel_facts", std::move(facts)}};
  return file.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace splicebench
