#include "results/model/conditions.h"

#include <fmt/format.h>

#include "results/text/size.h"

namespace splicebench {

std::string conditions_text(const Result& result) {
  const Environment& environment = result.environment;
  std::string text = environment.placement;
  if (!environment.congestion.empty())
    text += fmt::format("; congestion control {}", environment.congestion);
  if (result.options.socket_buffer > 0)
    text += fmt::format("; socket buffers of {}", format_size(result.options.socket_buffer));
  if (!environment.link.empty()) text += "; " + environment.link;
  return text;
}

}  // namespace splicebench
