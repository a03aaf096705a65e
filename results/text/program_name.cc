#include "results/text/program_name.h"

#include <utility>

namespace splicebench {

namespace {

std::string& name() {
  static std::string typed = "splicebench";
  return typed;
}

}  // namespace

const std::string& program_name() { return name(); }

void set_program_name(std::string typed) { name() = std::move(typed); }

}  // namespace splicebench
