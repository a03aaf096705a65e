#pragma once

#include <functional>
#include <string>
#include <vector>

namespace splicebench {

/// What stands for every mode in --modes, and for every path in --paths.
inline constexpr const char* kAll = "all";

/// Each engine that is linked in as it is, and its variants.
std::vector<std::string> every_mode();

/// `modes` with every mode in the place of `all`, each once: of those that relay on one of `paths`
/// the ones that are available here. `tell` gets a sentence on each that is not.
std::vector<std::string> with_all_modes(const std::vector<std::string>& modes,
                                        const std::vector<std::string>& paths,
                                        const std::function<void(const std::string&)>& tell);

}  // namespace splicebench
