#include "harness/network/network.h"

#include <sched.h>

#include <exception>
#include <thread>

#include "harness/system/sys.h"

namespace splicebench {

void on_a_thread(const std::function<void()>& work) {
  std::exception_ptr failure;
  std::thread([&] {
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
}

void in_network(int network, const std::function<void()>& work) {
  if (network < 0) return work();
  on_a_thread([&] {
    check(::setns(network, CLONE_NEWNET), "go into", "a network namespace");
    work();
  });
}

}  // namespace splicebench
