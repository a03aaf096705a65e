#include "bench/recipes/recipes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "harness/foreign/relay_command.h"
#include "harness/system/spawn.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

constexpr std::size_t kLongestName = 64;
constexpr const char* kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
constexpr std::string_view kSuffix = ".recipe";
constexpr std::uintmax_t kLargestRecipe = 1 << 20;

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= kLongestName &&
         text.find_first_not_of(kNameCharacters) == std::string::npos;
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

constexpr const char* kHalfClose = "half-close";

/// The field that `key` means; none for an unknown one.
std::string* field_of(Recipe& recipe, const std::string& key) {
  if (key == "about") return &recipe.about;
  if (key == "package") return &recipe.package;
  if (key == "version") return &recipe.version_command;
  if (key == "command") return &recipe.relay.command;
  if (key == "command-unix") return &recipe.relay.command_unix;
  if (key == kHalfClose) return &recipe.half_close;
  return nullptr;
}

const RecipeText* built_in(const std::string& name) {
  for (const RecipeText& recipe : recipe_texts()) {
    if (recipe.name == name) return &recipe;
  }
  return nullptr;
}

Recipe read_recipe(const std::string& path) {
  // A pipe would be waited for, a device read without end.
  std::error_code missing;
  const bool is_there = std::filesystem::exists(path, missing);
  if (is_there && (!std::filesystem::is_regular_file(path, missing) ||
                   std::filesystem::file_size(path, missing) > kLargestRecipe)) {
    throw UsageError(fmt::format(
        "--relay: {} is no file of at most {} KiB; name a recipe as run --list-relays has them",
        path, kLargestRecipe >> 10));
  }
  std::ifstream file(path);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    throw UsageError(fmt::format("--relay: {} cannot be read: {}", path, std::strerror(errno)));
  }
  Recipe recipe = parse_recipe(std::filesystem::path(path).stem().string(), text.str());
  recipe.relay.file = path;
  return recipe;
}

/// A command, with the name in front or that of its program.
Recipe recipe_of_command(const std::string& text) {
  Recipe recipe;
  const std::size_t equals = text.find('=');
  const bool named = equals != std::string::npos && is_name(text.substr(0, equals));
  recipe.relay.command = trimmed(named ? text.substr(equals + 1) : text);
  const std::string program = split_words(recipe.relay.command, "--relay").front();
  recipe.relay.name =
      named ? text.substr(0, equals) : std::filesystem::path(program).filename().string();
  if (!is_name(recipe.relay.name)) {
    throw UsageError(fmt::format(
        "--relay: '{}' is no name for a relay; put one of letters, digits, '.', '_' and '-' in "
        "front, as NAME='{}'",
        recipe.relay.name, recipe.relay.command));
  }
  return recipe;
}

/// A program that is named by its path must be one. Whether there is one of a bare name is found
/// out where it is started.
void check_program(const RelayCommand& relay) {
  for (const bool listen_unix : {false, true}) {
    const std::string program = split_words(command_for(relay, listen_unix), "--relay").front();
    const bool is_path = program.find('/') != std::string::npos;
    if (!is_path || program.find('{') != std::string::npos) continue;
    if (!program_on_path(program).empty()) continue;
    if (!std::filesystem::exists(program)) {
      throw UsageError(fmt::format("--relay: relay {}: there is no program '{}'; give its path",
                                   relay.name, program));
    }
    throw UsageError(fmt::format(
        "--relay: {}: '{}' is not a program that can be run; give the path of one, executable",
        relay.name, program));
  }
}

/// Whether --relay with its name alone gives this one. What it says of itself is not given.
bool is_built_in(const RelayCommand& relay) {
  const RecipeText* const found = built_in(relay.name);
  if (found == nullptr) return false;
  RelayCommand same = parse_recipe(relay.name, found->text).relay;
  same.version = relay.version;
  return same == relay;
}

}  // namespace

Recipe parse_recipe(const std::string& name, std::string_view text) {
  Recipe recipe;
  recipe.relay.name = name;
  if (!is_name(name)) {
    throw UsageError(fmt::format(
        "--relay: '{}' is no name for a recipe; use letters, digits, '.', '_' and '-'", name));
  }
  std::istringstream lines{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (trimmed(line).empty() || line.starts_with('#')) continue;
    const std::size_t colon = line.find(':');
    const std::string key = line.substr(0, colon);
    if (colon != std::string::npos && key == "config") {
      std::ostringstream rest;
      rest << lines.rdbuf();
      recipe.relay.config = rest.str();
      break;
    }
    std::string* const field = colon == std::string::npos ? nullptr : field_of(recipe, key);
    if (field == nullptr) {
      throw UsageError(fmt::format(
          "--relay: recipe {}, line {}: '{}' is none of about:, package:, version:, half-close:, "
          "command:, command-unix: and config:",
          name, number, line));
    }
    if (!field->empty()) {
      throw UsageError(
          fmt::format("--relay: recipe {}, line {}: {}: stands there twice", name, number, key));
    }
    *field = trimmed(std::string_view(line).substr(colon + 1));
  }
  if (!recipe.half_close.empty() && recipe.half_close != "no") {
    throw UsageError(fmt::format(
        "--relay: recipe {}: half-close: is '{}'; write 'no' where a relay closes both directions "
        "when one ends, and leave it out else",
        name, recipe.half_close));
  }
  recipe.relay.drops_half_close = !recipe.half_close.empty();
  if (recipe.relay.command.empty())
    throw UsageError(fmt::format("--relay: recipe {} has no command:", name));
  return recipe;
}

RelayCommand parse_relay(const std::string& text, const RelayMachine& machine) {
  const bool one_word = text.find_first_of(" \t") == std::string::npos;
  Recipe recipe;
  if (const RecipeText* const found = built_in(text)) {
    recipe = parse_recipe(text, found->text);
  } else if (one_word && text.ends_with(kSuffix)) {
    recipe = read_recipe(text);
  } else if (is_name(text)) {
    throw UsageError(fmt::format(
        "--relay: there is no recipe '{}'; choose from those of --list-relays, or give a command "
        "with {{listen}} and {{connect}}",
        text));
  } else {
    recipe = recipe_of_command(text);
  }
  check_command(recipe.relay);
  if (machine.here) check_program(recipe.relay);
  if (machine.ask_version && !recipe.version_command.empty())
    recipe.relay.version = machine.ask_version(recipe.version_command);
  return recipe.relay;
}

std::string relay_argument(const RelayCommand& relay) {
  if (!relay.file.empty()) return quoted(relay.file);
  // A command of the user's may have the name of a recipe.
  if (is_built_in(relay)) return relay.name;
  return relay.name + "=" + quoted(relay.command);
}

std::vector<RelayCommand> parse_relays(const std::vector<std::string>& texts,
                                       const RelayMachine& machine) {
  std::vector<RelayCommand> relays;
  for (const std::string& text : texts) {
    RelayCommand relay = parse_relay(text, machine);
    if (relay_of(mode_of(relay), relays) != nullptr) {
      throw UsageError(fmt::format(
          "--relay: two are called '{}'; tell them apart with NAME='COMMAND'", relay.name));
    }
    relays.push_back(std::move(relay));
  }
  return relays;
}

std::string list_recipes() {
  std::string text;
  for (const RecipeText& entry : recipe_texts()) {
    const Recipe recipe = parse_recipe(std::string(entry.name), entry.text);
    const std::string program = split_words(recipe.relay.command, "--relay").front();
    const bool missing = program.find('{') == std::string::npos && program_on_path(program).empty();
    text += fmt::format("{:<24} {}{}\n", entry.name, recipe.about,
                        missing ? fmt::format(" (not installed: package {})", recipe.package) : "");
  }
  return text;
}

}  // namespace splicebench
