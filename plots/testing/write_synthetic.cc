// write_synthetic FILE [ROUNDS [SPEED [MODE...]]]: an invented result file, for looking at charts.

#include <cstdlib>
#include <vector>

#include "plots/testing/synthetic.h"
#include "results/files/write_file.h"
#include "results/json/result_json.h"

int main(int argc, char** argv) {
  using namespace splicebench;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty()) return 2;
  testing::SyntheticOptions options;
  if (arguments.size() > 1) options.rounds = std::atoi(arguments[1].c_str());
  if (arguments.size() > 2) options.speed = std::atof(arguments[2].c_str());
  if (arguments.size() > 3) options.modes.assign(arguments.begin() + 3, arguments.end());
  write_file_atomically(arguments[0], to_json(testing::synthetic_result(options)));
  return 0;
}
