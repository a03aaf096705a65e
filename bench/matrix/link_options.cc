#include "bench/matrix/link_options.h"

#include <fmt/format.h>

#include "harness/foreign/relay_command.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

constexpr const char* kLoopback = "loopback";
constexpr const char* kVeth = "veth";

}  // namespace

void add_link_options(CLI::App& command, RunOptions& options) {
  command
      .add_option("--link", options.link,
                  "loopback, or veth: three network namespaces joined by devices (as root)")
      ->default_str(kLoopback);
  command.add_option("--netem", options.netem,
                     "with --link veth: words for tc's netem on every device, e.g. 'delay 1ms'");
}

void check_link_options(const RunOptions& options) {
  if (options.link != kLoopback && options.link != kVeth) {
    throw UsageError(fmt::format("--link: there is no link '{}'; choose from: {}, {}", options.link,
                                 kLoopback, kVeth));
  }
  if (options.link == kLoopback && !options.netem.empty()) {
    throw UsageError("--netem: goes on the devices of a link; add --link veth");
  }
}

std::unique_ptr<Link> make_link(const RunOptions& options) {
  return options.link == kVeth ? std::make_unique<Link>(options.netem) : nullptr;
}

std::string link_flags(const RunOptions& options) {
  if (options.link == kLoopback) return "";
  std::string flags = " --link " + options.link;
  if (!options.netem.empty()) flags += " --netem " + quoted(options.netem);
  return flags;
}

}  // namespace splicebench
