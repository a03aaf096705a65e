#include "bench/matrix/all_modes.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/paths/paths.h"

namespace splicebench {

std::vector<std::string> every_mode() {
  std::vector<std::string> modes;
  for (const EngineInfo& engine : engines()) {
    modes.push_back(engine.name);
    modes.insert(modes.end(), engine.variants.begin(), engine.variants.end());
  }
  return modes;
}

std::string why_unavailable_here(const EngineInfo& engine) { return engine.why_unavailable(); }

std::string left_out_of_all(const std::string& mode, const std::string& where,
                            const std::string& reason) {
  return fmt::format("--modes: all leaves {} out: it is not available {}: {}", mode, where, reason);
}

std::vector<std::string> with_all_modes(const std::vector<std::string>& modes,
                                        const std::vector<std::string>& paths,
                                        const WhyUnavailable& why_unavailable,
                                        const std::function<void(const std::string&)>& tell) {
  std::vector<std::string> named;
  const auto add = [&named](const std::string& mode) {
    if (std::find(named.begin(), named.end(), mode) == named.end()) named.push_back(mode);
  };
  for (const std::string& mode : modes) {
    if (mode != kAll) {
      add(mode);
      continue;
    }
    for (const std::string& one : every_mode()) {
      const EngineInfo& engine = *parse_mode(one).engine;
      const bool fits = std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
        return engine.why_unfit(path_named(path).kinds).empty();
      });
      if (!fits) continue;
      const std::string reason = why_unavailable(engine);
      if (reason.empty()) {
        add(one);
      } else {
        tell(left_out_of_all(one, "here", reason));
      }
    }
  }
  return named;
}

}  // namespace splicebench
