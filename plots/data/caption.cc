#include "plots/data/caption.h"

#include <fmt/format.h>

#include "results/model/hosts/host_names.h"
#include "results/text/line.h"

namespace splicebench {

namespace {

/// The name of the hypervisor where the machine tells one; "yes" stands for one it does not name.
std::string virtual_machine(const std::string& hypervisor) {
  if (hypervisor.empty()) return "";
  return hypervisor == "yes" ? "virtual machine" : "virtual machine, " + one_line(hypervisor);
}

}  // namespace

std::vector<std::string> caption_of(const Result& result) {
  const Environment& environment = result.environment;
  const RelayMachine machine = relay_machine(result);
  const std::string cpus = counted(machine.cpus, "CPU");
  std::vector<std::string> words{
      one_line(machine.host),
      machine.cpu_model.empty() ? cpus : fmt::format("{}, {}", cpus, one_line(machine.cpu_model)),
      result.hosts.empty() ? virtual_machine(environment.hypervisor) : "",
      one_line(machine.kernel),
      one_line(environment.date),
      counted(result.options.rounds, "round") + (result.complete ? "" : ", incomplete"),
  };
  std::vector<std::string> conditions = conditions_texts(result);
  for (std::string& one : conditions) one = one_line(one);
  words.insert(words.end() - 1, conditions.begin(), conditions.end());
  if (words.front().empty()) words.front() = "unnamed host";
  return words;
}

}  // namespace splicebench
