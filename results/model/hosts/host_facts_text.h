#pragma once

#include <string>
#include <vector>

#include "results/model/hosts/hosts.h"

namespace splicebench {

/// A fact of a host under its name.
struct NamedFact {
  const char* name;   ///< "kernel"
  std::string value;  ///< empty: not known
};

/// All but its role, in the order for people.
std::vector<NamedFact> named_facts(const HostFacts& host);

/// Those that are known, each as a piece of a line: "ssh://a", "MTU 1500".
std::vector<std::string> host_facts_texts(const HostFacts& host);

}  // namespace splicebench
