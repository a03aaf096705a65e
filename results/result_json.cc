#include "results/result_json.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "results/benchmark_json.h"
#include "results/error.h"
#include "results/metrics.h"
#include "results/paired.h"
#include "results/sample_json.h"
#include "results/summary.h"
#include "results/warnings.h"

namespace splicebench {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

/// null for what JSON has no number for.
ordered_json finite(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

ordered_json summaries_of(const CaseResult& result) {
  ordered_json summaries = ordered_json::object();
  for (const char* unit : {"sec/op", "B/s", "relay-cpu-sec/GB", "system-cpu-sec/GB", "B/call"}) {
    const std::vector<double> values = values_of(result, unit);
    if (values.empty()) continue;
    const Summary summary = summarise(values);
    summaries[unit] = {{"centre", summary.centre},
                       {"low", finite(summary.low)},
                       {"high", finite(summary.high)},
                       {"confidence", summary.confidence},
                       {"n", summary.n}};
  }
  return summaries;
}

ordered_json case_to_json(const CaseResult& result) {
  return {{"name", result.id.name()},  {"path", result.id.path},
          {"chunk", result.id.chunk},  {"mode", result.id.mode},
          {"granted", result.granted}, {"summaries", summaries_of(result)}};
}

ordered_json paired_to_json(const PairedTable& table) {
  ordered_json rows = ordered_json::array();
  for (const PairedComparison& row : table.rows) {
    rows.push_back({{"path", row.path},
                    {"chunk", row.chunk},
                    {"baseline", row.baseline},
                    {"mode", row.mode},
                    {"n", row.n},
                    {"ratio", row.ratio},
                    {"low", finite(row.low)},
                    {"high", finite(row.high)},
                    {"level", row.level},
                    {"p", row.p},
                    {"p_holm", row.p_holm},
                    {"significant", row.significant}});
  }
  return {{"unit", table.unit},
          {"alpha", table.alpha},
          {"rounds_needed", table.rounds_needed},
          {"rows", rows}};
}

ordered_json context_to_json(const Environment& environment) {
  ordered_json context{
      {"date", environment.date},
      {"host_name", environment.host},
      {"executable", environment.executable},
      {"num_cpus", environment.cpus},
      {"mhz_per_cpu", std::llround(environment.mhz)},
      {"cpu_scaling_enabled", environment.governor != "" && environment.governor != "performance"},
      {"caches", ordered_json::array()},
      {"load_avg", environment.load_average},
      {"library_build_type", "release"},
      {"json_schema_version", 1}};
  return context;
}

}  // namespace

std::string to_json(const Result& result) {
  ordered_json file;
  file["context"] = context_to_json(result.environment);
  ordered_json benchmarks = ordered_json::array();
  ordered_json cases = ordered_json::array();
  for (const CaseResult& entry : result.cases) {
    for (const Sample& sample : entry.samples) {
      benchmarks.push_back(sample_to_json(entry.id, sample, result.options.rounds));
    }
    cases.push_back(case_to_json(entry));
  }
  file["benchmarks"] = std::move(benchmarks);

  ordered_json warnings = ordered_json::array();
  for (const Warning& warning : all_warnings(result)) {
    warnings.push_back(
        {{"code", warning.code}, {"text", warning.text}, {"advice", warning.advice}});
  }
  ordered_json paired = ordered_json::array();
  for (const char* unit : {"B/s", "relay-cpu-sec/GB", "system-cpu-sec/GB"}) {
    paired.push_back(paired_to_json(compare_paired(result, unit)));
  }
  file["splicebench"] = {{"schema_version", kResultSchemaVersion},
                         {"complete", result.complete},
                         {"wall_seconds", result.wall_seconds},
                         {"rounds_seconds", result.rounds_seconds},
                         {"options", options_to_json(result.options)},
                         {"environment", environment_to_json(result.environment)},
                         {"cases", std::move(cases)},
                         {"paired", std::move(paired)},
                         {"warnings", std::move(warnings)}};
  // Host names and errors come from outside and may be no UTF-8: replaced, not thrown about.
  return file.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result parse_result(const std::string& text, const std::string& name) {
  try {
    const json file = json::parse(text);
    if (!file.is_object() || !file.contains("splicebench")) {
      throw UsageError(
          fmt::format("{}: not a splicebench result (no 'splicebench' object); give a file that "
                      "'splicebench run' wrote",
                      name));
    }
    const json& own = file.at("splicebench");
    const int version = own.at("schema_version").get<int>();
    if (version != kResultSchemaVersion) {
      throw UsageError(fmt::format(
          "{}: schema version {}, this program reads {}; use the splicebench that wrote it", name,
          version, kResultSchemaVersion));
    }
    Result result;
    result.options = options_from_json(own.at("options"));
    result.environment = environment_from_json(own.at("environment"));
    result.complete = own.at("complete").get<bool>();
    result.wall_seconds = own.at("wall_seconds").get<double>();
    result.rounds_seconds = own.at("rounds_seconds").get<double>();
    std::map<std::string, std::size_t> index;
    for (const json& entry : own.at("cases")) {
      CaseResult one;
      one.id = case_id_from_json(entry);
      entry.at("granted").get_to(one.granted);
      index[one.id.name()] = result.cases.size();
      result.cases.push_back(std::move(one));
    }
    for (const json& entry : file.at("benchmarks")) {
      const std::string case_name = case_id_from_json(entry).name();
      const auto found = index.find(case_name);
      if (found == index.end()) {
        throw UsageError(fmt::format(
            "{}: sample of '{}', which is not among its cases; the file was edited or damaged",
            name, case_name));
      }
      result.cases[found->second].samples.push_back(sample_from_json(entry));
    }
    for (const json& entry : own.at("warnings")) {
      result.warnings.push_back({entry.at("code").get<std::string>(),
                                 entry.at("text").get<std::string>(),
                                 entry.at("advice").get<std::string>()});
    }
    return result;
  } catch (const json::exception& error) {
    throw UsageError(
        fmt::format("{}: cannot be read as a splicebench result: {}", name, error.what()));
  }
}

Result read_result(const std::string& path) {
  // Before a damaged file of any size is held whole; a pipe could not be read a second time.
  if (std::filesystem::is_regular_file(path)) check_json(path);
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw UsageError(
        fmt::format("{}: cannot be opened: {}", path, std::generic_category().message(errno)));
  }
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) throw UsageError(fmt::format("{}: cannot be read to its end", path));
  return parse_result(text.str(), path);
}

void write_file_atomically(const std::string& path, const std::string& text) {
  const std::string temporary = fmt::format("{}.{}.tmp", path, ::getpid());
  const auto fail = [&](const char* operation) {
    const int error = errno;
    ::unlink(temporary.c_str());
    throw std::system_error(error, std::generic_category(),
                            fmt::format("{} {}", operation, temporary));
  };
  const int fd =
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0) {
    throw std::system_error(errno, std::generic_category(), fmt::format("open {}", temporary));
  }
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t written = ::write(fd, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      ::close(fd);
      fail("write");
    }
    done += static_cast<std::size_t>(written);
  }
  if (::fsync(fd) != 0 && errno != EINVAL && errno != EROFS) {
    ::close(fd);
    fail("fsync");
  }
  if (::close(fd) != 0) fail("close");
  if (::rename(temporary.c_str(), path.c_str()) != 0) fail("rename");
}

}  // namespace splicebench
