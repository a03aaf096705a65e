#pragma once

// What --relay takes: a recipe's name, a file of one, or a command.

#include <array>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// A recipe as it stands in bench/recipes/: lines "key: value", then "config:" and all below it.
struct RecipeText {
  std::string_view name;
  std::string_view text;
};

/// Those built into the program, by name.
std::span<const RecipeText> recipe_texts();

struct Recipe {
  RelayCommand relay;
  std::string about;            ///< one line
  std::string package;          ///< Debian's; empty: not said
  std::string version_command;  ///< empty: not said
  std::string half_close;       ///< "no": it closes both directions when one ends
};

/// Where a relay will run.
struct RelayMachine {
  bool here = true;  ///< a program named by its path must be there
  /// The version that a command tells, as version_by(); null: nobody is asked.
  std::function<std::string(const std::string& command)> ask_version = {};
};

/// Throws UsageError that names `name` and the line.
Recipe parse_recipe(const std::string& name, std::string_view text);

/// "NAME=COMMAND", "COMMAND" (named after its program), the name of a built-in recipe, or a file
/// NAME.recipe. Checked. Throws UsageError.
///
/// The version command of a recipe alone is given to `machine`. A command of the user's is never
/// started to ask it: it may know no such flag, go on as a relay, and outlive the question.
RelayCommand parse_relay(const std::string& text, const RelayMachine& machine = {});

/// What to give to --relay, quoted for a shell, for one of parse_relay() again.
std::string relay_argument(const RelayCommand& relay);

/// All of `texts`, each name once. Throws UsageError.
std::vector<RelayCommand> parse_relays(const std::vector<std::string>& texts,
                                       const RelayMachine& machine = {});

/// "name  about", a line each, for people.
std::string list_recipes();

}  // namespace splicebench
