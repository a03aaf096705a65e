#include "bench/commands/go_flags.h"

namespace splicebench {

std::vector<std::string> with_go_flags(const CLI::App& app, std::vector<std::string> arguments) {
  if (arguments.empty() || arguments.front() != "compare") return arguments;
  const CLI::App& command = *app.get_subcommand("compare");
  std::vector<std::string> rewritten{arguments.front()};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--") {
      rewritten.insert(rewritten.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i),
                       arguments.end());
      break;
    }
    const std::size_t name_begin = argument.find_first_not_of('-');
    const std::size_t name_end = std::min(argument.find('='), argument.size());
    const bool dashed = name_begin == 1 || name_begin == 2;
    const CLI::Option* option =
        dashed && name_begin < name_end
            ? command.get_option_no_throw("--" + argument.substr(name_begin, name_end - name_begin))
            : nullptr;
    if (option == nullptr) {
      rewritten.push_back(argument);
      continue;
    }
    std::string flag = "--" + argument.substr(name_begin);
    // A value that looks like a flag must hang on to its own.
    if (name_end == argument.size() && option->get_expected_min() > 0 && i + 1 < arguments.size()) {
      flag += "=" + arguments[++i];
    }
    // CLI11 takes "--flag=" for a flag without a value.
    if (flag.back() == '=' && flag.find('=') == flag.size() - 1) {
      flag.pop_back();
      rewritten.push_back(flag);
      flag = "";
    }
    rewritten.push_back(flag);
  }
  return rewritten;
}

}  // namespace splicebench
