#pragma once

#include <vector>

#include "results/model/facts.h"

namespace splicebench {

/// What the kernel says of a stream socket now; only differences of counts and times mean anything.
/// None where `fd` is no socket.
std::optional<SocketFacts> facts_of(int fd);

/// Of several together: counts and times are sums, states means, congestion control the first's.
std::optional<SocketFacts> facts_of(const std::vector<int>& fds);

/// Counts and times from one to the other, states of the later.
std::optional<SocketFacts> facts_between(const std::optional<SocketFacts>& earlier,
                                         const std::optional<SocketFacts>& later);

/// What this process did so far.
ProcessFacts process_facts();
ProcessFacts operator-(const ProcessFacts& later, const ProcessFacts& earlier);

}  // namespace splicebench
