#pragma once

#include <string>

#include "results/model/model.h"
#include "results/text/paint.h"

namespace splicebench {

/// Of the cases of many flows under `heading`: how evenly they were served, what the relay held;
/// empty where there are none. Lines end.
std::string flows_text(const Result& result, const std::string& heading, const Paint& paint);

}  // namespace splicebench
