#pragma once

#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// Something that decides figures and is not the same in two results, for people.
struct Difference {
  std::string name;    ///< "kernel"
  std::string before;  ///< "not known" where a result does not tell
  std::string after;
};

/// Machine, kernel, program and usual conditions of `after` that are not those of `before`. What
/// the names of cases tell (conditions that are not usual) is none: those are other cases.
std::vector<Difference> differences(const Result& before, const Result& after);

}  // namespace splicebench
