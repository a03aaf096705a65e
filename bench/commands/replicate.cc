#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/commands/command.h"
#include "bench/commands/standard_streams.h"
#include "bench/matrix/checks.h"
#include "results/files/error.h"
#include "results/json/replication_json.h"
#include "results/json/result_json.h"
#include "results/tables/print_replicate.h"

namespace splicebench {

namespace {

struct ReplicateFlags {
  std::string published = "all";
  std::string format = "text";
  std::string result;
  double alpha = 0.05;
};

std::string formatted(const std::string& format, const std::vector<ReplicatedTable>& tables) {
  if (format == "csv") return replication_csv(tables);
  if (format == "json") return replication_json(tables);
  if (format == "markdown") return replication_markdown(tables);
  return replication_text(tables);
}

int run_replicate(const ReplicateFlags& flags) {
  const Result result = read_result(flags.result);
  if (result.ping) {
    throw UsageError(
        fmt::format("{}: holds round trips, of which nothing was published; give a result of run",
                    flags.result));
  }
  std::vector<ReplicatedTable> tables;
  for (PublishedTable& table : published_tables(flags.published)) {
    tables.push_back(replicate(result, std::move(table), flags.alpha));
  }
  print_only(formatted(flags.format, tables));
  return 0;
}

}  // namespace

void add_replicate(CLI::App& app, Action& action) {
  const std::shared_ptr<ReplicateFlags> flags = std::make_shared<ReplicateFlags>();
  CLI::App& command =
      *app.add_subcommand("replicate", "Put the published Go tables beside a run of this machine");
  command.add_option("result", flags->result, "a file that 'splicebench run' wrote")->required();
  command.add_option("--published", flags->published, "go-2018, go-2022 or all")
      ->check(one_of("table", {"go-2018", "go-2022", "all"}));
  command.add_option("--alpha", flags->alpha, "level at which a change here counts")
      ->check(share(Ends::kRefused));
  command.add_option("--format", flags->format, "text, csv, json or markdown")
      ->check(one_of("format", {"text", "csv", "json", "markdown"}));
  command.callback([flags, &action] { action = [flags] { return run_replicate(*flags); }; });
}

}  // namespace splicebench
