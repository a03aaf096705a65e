#include "bench/commands/arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "bench/matrix/checks.h"
#include "results/text/program_name.h"
#include "results/verdict/history/points.h"

namespace splicebench {

namespace {

/// Insertions, removals and replacements of a letter that make one of the other (Levenshtein).
std::size_t distance(const std::string& one, const std::string& other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < other.size(); ++j) {
      const std::size_t replaced = diagonal + (one[i] == other[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// "; did you mean 'plot'?", or nothing where none of `names` is near `typed`.
std::string nearest(const std::string& typed, const std::vector<std::string>& names) {
  const std::string* best = nullptr;
  std::size_t least = std::max<std::size_t>(typed.size() / 3, 2) + 1;
  for (const std::string& name : names) {
    const std::size_t far = distance(typed, name);
    if (far >= least) continue;
    least = far;
    best = &name;
  }
  return best == nullptr ? "" : fmt::format("; did you mean '{}'?", *best);
}

std::string unknown_flag(const CLI::App& command, const std::string& typed) {
  std::vector<std::string> names;
  for (const CLI::Option* const option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  const std::string flag = typed.substr(0, typed.find('='));
  return fmt::format("{} has no flag '{}'{}", command.get_name(), flag, nearest(flag, names));
}

/// Whether the file that --paired takes was left out before the flag `next`.
bool is_forgotten(const CLI::App& command, const CLI::Option& option, const std::string& next) {
  return option.check_lname("paired") && next.starts_with("--") &&
         command.get_option_no_throw(next.substr(0, next.find('='))) != nullptr;
}

}  // namespace

std::vector<std::string> with_go_flags(const CLI::App& app, std::vector<std::string> arguments) {
  if (arguments.empty() || arguments.front() != "compare") return arguments;
  const CLI::App& command = *app.get_subcommand("compare");
  std::vector<std::string> rewritten{arguments.front()};
  std::string last;  // CLI11 would take the next flag for its value
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
    if (i + 1 < arguments.size() && is_forgotten(command, *option, arguments[i + 1])) {
      last = flag;
      continue;
    }
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
  if (!last.empty()) rewritten.push_back(last);
  return rewritten;
}

void add_metric(CLI::App& command, std::string& metric) {
  std::vector<std::string> metrics;
  metrics.reserve(std::size(kTracked));
  for (const Tracked& one : kTracked) metrics.emplace_back(one.name);
  command
      .add_option("--metric", metric, fmt::format("one metric of it: {}", fmt::join(metrics, ", ")))
      ->check(one_of("metric", metrics));
}

std::string why_refused(const CLI::App& app, const CLI::ParseError& error,
                        const std::vector<std::string>& arguments) {
  const std::vector<CLI::App*> commands = app.get_subcommands();
  if (commands.empty()) {
    if (!arguments.empty() && arguments.front().starts_with("--"))
      return unknown_flag(app, arguments.front());
    if (arguments.empty() || arguments.front().starts_with('-'))
      return fmt::format("give a command, e.g. {} run", program_name());
    std::vector<std::string> names;
    for (const CLI::App* const command : app.get_subcommands([](const CLI::App*) { return true; }))
      names.push_back(command->get_name());
    return fmt::format("there is no command '{}'{}", arguments.front(),
                       nearest(arguments.front(), names));
  }
  const CLI::App& command = *commands.front();
  const std::string& name = command.get_name();
  std::string what = error.what();
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
    return fmt::format("{}: give a result file, e.g. {} {} RESULT.json", name, program_name(),
                       name);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const std::string first = app.remaining(true).front();
    return first.starts_with('-') ? unknown_flag(command, first)
                                  : fmt::format("{}: '{}' is one argument too many", name, first);
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && what.starts_with("--")) {
    const std::string flag = what.substr(0, what.find(':'));
    return what.ends_with("missing") ? flag + ": a value must follow it"
                                     : flag + ": is given twice; give it once";
  }
  return what;
}

}  // namespace splicebench
