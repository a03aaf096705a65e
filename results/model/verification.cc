#include "results/model/verification.h"

#include <algorithm>

namespace splicebench {

std::string VerifiedCell::name() const {
  return group + "/" + situation + "/mode=" + mode + "/" + path + "/" + handling;
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
