#pragma once

// The kinds of a path's two ends: all that is known of a path beside its name, which is made of
// them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace splicebench {

/// What bytes come out of, or go into.
enum class EndKind : std::uint32_t {
  tcp,
  unix_stream,  ///< "unix" in names
  file,
  null,  ///< /dev/null
};

/// A stream socket, with a process of ours behind it.
constexpr bool is_socket(EndKind kind) {
  return kind == EndKind::tcp || kind == EndKind::unix_stream;
}

/// "tcp", "unix", "file", "null".
std::string_view name_of(EndKind kind);

struct PathKinds {
  EndKind source = EndKind::tcp;
  EndKind sink = EndKind::tcp;

  /// A file that is read has no writer, one that is written no reader.
  constexpr bool has_writer() const { return is_socket(source); }
  constexpr bool has_reader() const { return is_socket(sink); }
  constexpr bool has_tcp() const { return source == EndKind::tcp || sink == EndKind::tcp; }
  /// One end is a file: --file-dir and its room matter.
  constexpr bool has_file() const { return source == EndKind::file || sink == EndKind::file; }
  /// "tcp-to-file".
  std::string name() const;
  friend bool operator==(const PathKinds&, const PathKinds&) = default;
};

/// Of the path of this name; none: it is no path of ours (a file may hold any text).
std::optional<PathKinds> kinds_of(std::string_view path);

}  // namespace splicebench
