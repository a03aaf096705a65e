#include "harness/interrupt.h"

#include <csignal>

namespace splicebench {

namespace {

volatile std::sig_atomic_t flag = 0;

void note(int) { flag = 1; }

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = note;  // no SA_RESTART: waits are to end
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
}

bool interrupted() { return flag != 0; }
void set_interrupted(bool value) { flag = value ? 1 : 0; }

}  // namespace splicebench
