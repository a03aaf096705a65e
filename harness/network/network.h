#pragma once

// Work in another network namespace. A namespace is a thread's (setns(2)), so it is done on a
// thread that ends with it: this process's other threads stay where they are.

#include <functional>

namespace splicebench {

/// Runs `work` on a thread of its own and waits; throws what it throws.
void on_a_thread(const std::function<void()>& work);

/// The same in the namespace of descriptor `network`; -1: here. Throws std::system_error.
void in_network(int network, const std::function<void()>& work);

}  // namespace splicebench
