#pragma once

#include <string>

#include "results/model/model.h"

namespace splicebench {

/// What decided the figures beside the engine, for people: "writer+relay: writer and relay share
/// CPU 1, reader on CPU 0; congestion control cubic; veth".
std::string conditions_text(const Result& result);

}  // namespace splicebench
