#pragma once

// The flags that say where writer, relay and reader are: --hosts and what belongs to it.

#include <CLI/CLI.hpp>
#include <string>

#include "results/model/model.h"

namespace splicebench {

/// Whose names the roles have: a run's (writer, relay, reader) or a ping's (client, relay, server).
enum class RoleNames { run, ping };

/// Adds --hosts, --addr, --remote-program and --copy, which fill `hosts`.
void add_host_flags(CLI::App& command, HostOptions& hosts, RoleNames names);

/// "ROLE=PLACE,...", each place as host_place_text() has it; a role that is local is empty. Throws
/// UsageError that names the part that is wrong.
PerRole<std::string> parse_hosts(const std::string& text, RoleNames names);
/// "ROLE=ADDRESS,...", of numbers. Throws likewise.
PerRole<std::string> parse_addresses(const std::string& text, RoleNames names);

/// What the flags say together, and beside the others of `command`: paths that take one host, links
/// of this machine. Throws UsageError.
void require_host_options(const CLI::App& command, const RunOptions& options);

/// "writer=ssh://a,relay=ssh://b" of what is not local; empty: all is.
std::string places_text(const HostOptions& hosts, RoleNames names);

/// The flags, to repeat the command: with a blank before them; empty: all is local.
std::string host_flags(const HostOptions& hosts, RoleNames names);

/// A run is gone on with where it was measured; the program on the hosts is one that the user names
/// (`given`), not the file `then` is from, `path`. Throws UsageError.
void require_same_hosts(const HostOptions& then, const HostOptions& given, const std::string& path);

}  // namespace splicebench
