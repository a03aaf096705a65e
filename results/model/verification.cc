#include "results/model/verification.h"

#include <algorithm>

namespace splicebench {

std::string VerifiedCell::name() const {
  const std::string many = flows > 1 ? "/flows=" + std::to_string(flows) : "";
  return group + "/" + situation + "/mode=" + mode + "/" + path + "/" + handling + many;
}

std::size_t Verification::count(VerifiedCell::Status status) const {
  return static_cast<std::size_t>(
      std::count_if(cells.begin(), cells.end(),
                    [status](const VerifiedCell& cell) { return cell.status == status; }));
}

const char* name_of(VerifiedCell::Status status) {
  switch (status) {
    case VerifiedCell::Status::pass:
      return "pass";
    case VerifiedCell::Status::fail:
      return "fail";
    case VerifiedCell::Status::not_applicable:
      return "not applicable";
  }
  return "";
}

}  // namespace splicebench
