#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/engine/engine.h"

namespace splicebench {

/// What stands for every mode in --modes, and for every path in --paths.
inline constexpr const char* kAll = "all";

/// Each engine that is linked in as it is, and its variants.
std::vector<std::string> every_mode();

/// Why an engine is not available where relays run; empty: it is.
using WhyUnavailable = std::function<std::string(const EngineInfo& engine)>;
/// On this machine.
std::string why_unavailable_here(const EngineInfo& engine);

/// `modes` with every mode in the place of `all`, each once: of those that relay on one of `paths`
/// the ones that are available. `tell` gets a sentence on each that is not.
std::vector<std::string> with_all_modes(const std::vector<std::string>& modes,
                                        const std::vector<std::string>& paths,
                                        const WhyUnavailable& why_unavailable,
                                        const std::function<void(const std::string&)>& tell);

/// That `all` leaves `mode` out, and why: `where` is "here" or "on host ssh://a".
std::string left_out_of_all(const std::string& mode, const std::string& where,
                            const std::string& reason);

}  // namespace splicebench
