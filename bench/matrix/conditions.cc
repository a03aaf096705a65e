#include "bench/matrix/conditions.h"

#include <fmt/format.h>

#include "results/files/error.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

constexpr const char* kAuto = "auto";

/// Bytes of --socket-buffer; 0: auto. Throws UsageError.
std::int64_t parse_buffer(const std::string& text) {
  if (text == kAuto) return 0;
  const std::int64_t bytes = parse_size(text, "--socket-buffer");
  if (bytes < kLeastSocketBuffer || bytes > kMostSocketBuffer) {
    throw UsageError(fmt::format("--socket-buffer: '{}' is not from {}B, the kernel's least, to {}",
                                 text, kLeastSocketBuffer, format_size(kMostSocketBuffer)));
  }
  return bytes;
}

}  // namespace

void add_conditions(CLI::App& command, RunOptions& options) {
  options.congestion.clear();
  command
      .add_option("--congestion", options.congestion,
                  "congestion control of every TCP connection, e.g. reno or bbr; system: as it is")
      ->default_str("cubic");
  command
      .add_option_function<std::string>(
          "--socket-buffer",
          [&options](const std::string& text) { options.socket_buffer = parse_buffer(text); },
          "bytes of SO_SNDBUF and SO_RCVBUF; auto: the kernel tunes them")
      ->default_str(kAuto);
}

void resolve_conditions(RunOptions& options) {
  if (options.congestion.empty()) {
    options.congestion = kSystem;
    for (const char* name : {"cubic", "reno"}) {
      if (!why_not_congestion(name).empty()) continue;
      options.congestion = name;
      break;
    }
  } else if (options.congestion != kSystem) {
    const std::string why = why_not_congestion(options.congestion);
    if (!why.empty()) throw UsageError("--congestion: " + why);
  }
  if (options.socket_buffer == 0) return;
  const std::string why = why_not_buffer(options.socket_buffer);
  if (!why.empty()) {
    throw UsageError(
        fmt::format("--socket-buffer: {} {}", format_size(options.socket_buffer), why));
  }
}

SocketSettings socket_settings(const RunOptions& options) {
  return {options.congestion == kSystem ? "" : options.congestion, options.socket_buffer};
}

std::string congestion_in_force(const RunOptions& options) {
  return options.congestion == kSystem ? system_congestion() : options.congestion;
}

std::string congestion_note(const RunOptions& options) {
  const std::string own = system_congestion();
  if (own == congestion_in_force(options)) return {};
  return fmt::format(" (this machine's own is {}: --congestion system measures that)", own);
}

std::string conditions_flags(const RunOptions& options) {
  std::string flags = " --congestion " + options.congestion;
  if (options.socket_buffer > 0) flags += " --socket-buffer " + format_size(options.socket_buffer);
  return flags;
}

}  // namespace splicebench
