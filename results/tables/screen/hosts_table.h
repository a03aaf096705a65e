#pragma once

#include <string>

#include "results/model/model.h"
#include "results/text/paint.h"

namespace splicebench {

/// What each host is and how its device is set, a line or more for each; empty where all was on one
/// machine.
std::string host_facts_text(const Result& result, const Paint& paint);

/// Of the cases of `heading`: what the CPUs of each host did, and by how much times can be off;
/// empty where all was on one machine.
std::string host_use_text(const Result& result, const std::string& heading, const Paint& paint);

}  // namespace splicebench
