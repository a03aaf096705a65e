#pragma once

// The part of the correctness suite that needs no look inside: what a TCP relay that is somebody
// else's program must do.

#include <string>
#include <vector>

#include "bench/verify/cell.h"
#include "results/model/model.h"

namespace splicebench {

/// Situations x relays x what they can listen on (paths tcp-to-tcp, unix-to-tcp). Each cell starts
/// the relay afresh. `guard`: path of splicebench-guard; `quick`: only what takes no time.
std::vector<Cell> relay_cells(const std::vector<RelayCommand>& relays, const std::string& guard,
                              bool quick);

}  // namespace splicebench
