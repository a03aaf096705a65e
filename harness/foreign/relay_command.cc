#include "harness/foreign/relay_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/tokenizer.hpp>
#include <set>

#include "harness/system/programs.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

const std::set<std::string> kEither{"listen",       "listen_bare", "connect",   "connect_host",
                                    "connect_port", "config",      "directory", "splicebench",
                                    "flows",        "connections", "threads"};
const std::set<std::string> kTcpOnly{"listen_host", "listen_port"};
const std::set<std::string> kUnixOnly{"listen_path"};

constexpr const char* kNameCharacters = "abcdefghijklmnopqrstuvwxyz_";

/// Connections beside those of a sample that a relay is told to have room for.
constexpr std::int64_t kSpareConnections = 100;

struct Found {
  std::size_t begin = std::string::npos;  ///< of the brace; npos: none
  std::size_t end = 0;                    ///< behind the closing one
  std::string name;
};

Found next_placeholder(const std::string& text, std::size_t from) {
  for (std::size_t open = text.find('{', from); open != std::string::npos;
       open = text.find('{', open + 1)) {
    const std::size_t close = text.find_first_not_of(kNameCharacters, open + 1);
    if (close == std::string::npos || close == open + 1 || text[close] != '}') continue;
    return {open, close + 1, text.substr(open + 1, close - open - 1)};
  }
  return {};
}

std::set<std::string> names_in(const std::string& text) {
  std::set<std::string> names;
  for (Found found = next_placeholder(text, 0); found.begin != std::string::npos;
       found = next_placeholder(text, found.end)) {
    names.insert(found.name);
  }
  return names;
}

std::set<std::string> names_of(const RelayCommand& relay, bool listen_unix) {
  std::set<std::string> names = names_in(command_for(relay, listen_unix));
  names.merge(names_in(relay.config));
  return names;
}

bool any_starts_with(const std::set<std::string>& names, const std::string& start) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return name.starts_with(start); });
}

void require_known(const std::set<std::string>& names, const std::string& relay) {
  for (const std::string& name : names) {
    if (kEither.contains(name) || kTcpOnly.contains(name) || kUnixOnly.contains(name)) continue;
    throw UsageError(fmt::format(
        "--relay: {}: there is no placeholder {{{}}}; choose from: {{listen}}, {{listen_bare}}, "
        "{{listen_host}}, {{listen_port}}, {{listen_path}}, {{connect}}, {{connect_host}}, "
        "{{connect_port}}, {{config}}, {{directory}}, {{splicebench}}, {{flows}}, {{connections}}, "
        "{{threads}}",
        relay, name));
  }
}

/// The tokenizer ends an open quote with the text: quotes that are not taken as they are must be
/// even in number.
bool has_open_quote(const std::string& text) {
  bool open = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"' || text[i] == '\'') {
      open = !open;
    }
  }
  return open;
}

}  // namespace

std::string mode_of(const RelayCommand& relay) { return "relay:" + relay.name; }

const RelayCommand* relay_of(const std::string& mode, const std::vector<RelayCommand>& relays) {
  for (const RelayCommand& relay : relays) {
    if (mode_of(relay) == mode) return &relay;
  }
  return nullptr;
}

std::vector<std::string> split_words(const std::string& text, const std::string& what) {
  using Separator = boost::escaped_list_separator<char>;
  if (has_open_quote(text)) {
    throw UsageError(fmt::format(
        "{}: '{}' has a quote that is not closed; close it, or put a backslash before one that is "
        "meant as it is",
        what, text));
  }
  std::vector<std::string> words;
  try {
    const boost::tokenizer<Separator> tokens(text, Separator("\\", " \t\n", "\"'"));
    for (const std::string& word : tokens) {
      if (!word.empty()) words.push_back(word);
    }
  } catch (const boost::escaped_list_error& error) {
    throw UsageError(fmt::format(
        "{}: '{}' cannot be split into words ({}); a backslash stands before a quote or another "
        "backslash",
        what, text, error.what()));
  }
  if (words.empty()) throw UsageError(fmt::format("{}: the command is empty; give one", what));
  return words;
}

std::string quoted(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

Placeholders placeholders(const Address& listen, const Address& connect,
                          const std::string& directory, std::int64_t flows, std::int64_t threads) {
  const std::string to = format_address(connect);
  const std::string at = format_address(listen);
  Placeholders known{{"listen", at},
                     {"listen_bare", listen.is_unix() ? listen.file() : at},
                     {"connect", to},
                     {"connect_host", to.substr(0, to.rfind(':'))},
                     {"connect_port", to.substr(to.rfind(':') + 1)},
                     {"config", directory + "/config"},
                     {"directory", directory},
                     {"splicebench", own_program()},
                     {"flows", std::to_string(flows)},
                     {"connections", std::to_string(2 * flows + kSpareConnections)},
                     {"threads", std::to_string(threads)}};
  if (listen.is_unix()) {
    known["listen_path"] = listen.file();
  } else {
    known["listen_host"] = at.substr(0, at.rfind(':'));
    known["listen_port"] = at.substr(at.rfind(':') + 1);
  }
  return known;
}

std::string expand(const std::string& text, const Placeholders& known, const std::string& what) {
  std::string result;
  std::size_t done = 0;
  for (Found found = next_placeholder(text, 0); found.begin != std::string::npos;
       found = next_placeholder(text, found.end)) {
    const auto value = known.find(found.name);
    if (value == known.end())
      throw UsageError(fmt::format("{}: {{{}}} means nothing here", what, found.name));
    result.append(text, done, found.begin - done);
    result += value->second;
    done = found.end;
  }
  return result.append(text, done);
}

const std::string& command_for(const RelayCommand& relay, bool listen_unix) {
  return listen_unix && !relay.command_unix.empty() ? relay.command_unix : relay.command;
}

bool can_listen(const RelayCommand& relay, bool listen_unix) {
  const std::set<std::string> names = names_of(relay, listen_unix);
  const std::set<std::string>& others = listen_unix ? kTcpOnly : kUnixOnly;
  return std::none_of(names.begin(), names.end(),
                      [&](const std::string& name) { return others.contains(name); });
}

bool takes_threads(const RelayCommand& relay, bool listen_unix) {
  return names_of(relay, listen_unix).contains("threads");
}

void check_command(const RelayCommand& relay) {
  for (const bool listen_unix : {false, true}) {
    const std::set<std::string> names = names_of(relay, listen_unix);
    split_words(command_for(relay, listen_unix), "--relay");
    require_known(names, relay.name);
    if (!any_starts_with(names, "listen") || !any_starts_with(names, "connect")) {
      throw UsageError(fmt::format(
          "--relay: {}: '{}' is not told where to listen and to connect; write {{listen}} and "
          "{{connect}} where the addresses go",
          relay.name, command_for(relay, listen_unix)));
    }
    if (names.contains("config") && relay.config.empty()) {
      throw UsageError(fmt::format(
          "--relay: {}: only a recipe has a {{config}}; write a file NAME.recipe", relay.name));
    }
  }
  if (!can_listen(relay, false) && !can_listen(relay, true)) {
    throw UsageError(
        fmt::format("--relay: {}: '{}' wants a port and a path to listen on; choose one",
                    relay.name, relay.command));
  }
}

}  // namespace splicebench
