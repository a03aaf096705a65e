#pragma once

// The command of somebody else's relay: its words and its placeholders.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/network/address.h"
#include "results/model/model.h"

namespace splicebench {

/// What stands for {name} in a command and its configuration.
using Placeholders = std::map<std::string, std::string>;

/// "relay:NAME".
std::string mode_of(const RelayCommand& relay);

/// That of `mode` among `relays`; none when the mode is an engine's.
const RelayCommand* relay_of(const std::string& mode, const std::vector<RelayCommand>& relays);

/// Words at blanks. '...' and "..." keep blanks; a quote of either kind, a blank and a backslash
/// are taken as they are behind a backslash, within quotes, too. (Boost.Tokenizer's escaped list,
/// the rule of Boost's split_unix; no shell.) Throws UsageError with `what` in front.
std::vector<std::string> split_words(const std::string& text, const std::string& what);

/// `text` as one word of a shell's command, in single quotes.
std::string quoted(const std::string& text);

/// What a sample gives a relay: where it listens and connects to, its private directory, and how
/// many `flows` it serves by how many `threads`.
Placeholders placeholders(const Address& listen, const Address& connect,
                          const std::string& directory, std::int64_t flows, std::int64_t threads);

/// Replaces each {name}. Only small letters and '_' make a name; other braces stay. Throws
/// UsageError, with `what` in front, for a name that `known` lacks.
std::string expand(const std::string& text, const Placeholders& known, const std::string& what);

/// The command for this kind of {listen}.
const std::string& command_for(const RelayCommand& relay, bool listen_unix);

/// Whether the command, with its configuration, can listen so: {listen_port} means TCP,
/// {listen_path} a unix socket, {listen} either.
bool can_listen(const RelayCommand& relay, bool listen_unix);

/// Whether it can be told how many threads to have.
bool takes_threads(const RelayCommand& relay, bool listen_unix);

/// Throws UsageError when the command has unknown placeholders, or cannot be told where to listen
/// or to connect.
void check_command(const RelayCommand& relay);

}  // namespace splicebench
