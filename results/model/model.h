#pragma once

// What one run measured, as values. Base units throughout: seconds, bytes. Nothing here reads or
// prints.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/model/case_id.h"
#include "results/model/facts.h"
#include "results/model/flow_facts.h"
#include "results/model/hosts/hosts.h"
#include "results/model/ping.h"
#include "results/model/usage.h"

namespace splicebench {

/// One timed transfer: a repetition of a case.
struct Sample : Usage {
  std::int64_t round = 0;     ///< 0-based
  std::int64_t sequence = 0;  ///< position in the order of the whole run, 0-based
  double start = 0;           ///< seconds from the start of the run to the start of the clock

  std::int64_t iterations = 0;  ///< chunks moved
  std::int64_t bytes = 0;       ///< bytes delivered; writer, relay and reader agree on them

  /// Bytes per second of each piece of the warm-up, which ended when two in a row were alike or it
  /// was long enough. Empty: it was in one piece, as in results of the first version, or none.
  std::vector<double> warmup_rates = {};
  /// Seconds from the start of the clock until the last process (the reader; the relay where the
  /// sink is no socket, in older results the writer) had moved each eighth of the bytes, ascending.
  /// Empty: not recorded.
  std::vector<double> marks = {};
  Facts facts;
  std::optional<FlowFacts> flows = {};  ///< of more than one
  HostSample hosts = {};                ///< over hosts

  double overhead_seconds = 0;  ///< the rest: processes started and ended, sockets, reports

  std::string error;  ///< empty for a sample; else one sentence why there is none, and no figure
                      ///< above counts

  double bytes_per_second() const { return static_cast<double>(bytes) / seconds; }
  double seconds_per_op() const { return seconds / static_cast<double>(iterations); }
  double per_gb(double cpu_seconds) const { return cpu_seconds / static_cast<double>(bytes) * 1e9; }
};

/// The mode without a relay: what every relay is held against, the floor.
inline constexpr const char* kDirect = "direct";
/// It bounds other modes, and is no candidate among them.
inline bool is_direct(const std::string& mode) { return mode == kDirect; }

struct CaseResult {
  CaseId id;
  /// What the engine got, bytes: "pipe" (granted by the kernel), "buffer". Empty until prepared
  /// once.
  std::map<std::string, std::int64_t> granted;
  std::vector<Sample> samples;  ///< in run order; those with an error stand among them
  /// Of the sockets of somebody else's relay, which are its own: "bbr". Empty: not known, or ours.
  std::string relay_congestion{};
};

/// Somebody else's relay: how it is started. In every text {listen}, {connect} and the like stand
/// for what a sample gives it.
struct RelayCommand {
  std::string name;          ///< letters, digits, '.', '_' and '-'; its mode is "relay:NAME"
  std::string command;       ///< words, split at blanks; quotes keep them together
  std::string command_unix;  ///< in its place where {listen} is a unix socket; empty: the same
  std::string config;        ///< of the file {config}; empty: none
  std::string version;       ///< what it says of itself; empty: not asked
  /// It closes both directions when one ends; that it does not is tried before it is timed.
  bool drops_half_close = false;
  std::string file{};  ///< of its recipe, to name it again; not part of a result

  friend bool operator==(const RelayCommand& a, const RelayCommand& b) {
    return a.name == b.name && a.command == b.command && a.command_unix == b.command_unix &&
           a.config == b.config && a.version == b.version &&
           a.drops_half_close == b.drops_half_close;
  }
};

/// In place of a setting: what the machine and its CPUs make best; what the system has.
inline constexpr const char* kAuto = "auto";
inline constexpr const char* kSystem = "system";

/// Of --precision: half of the 95 % interval of a paired ratio, as a part of it.
inline constexpr double kDefaultPrecision = 0.03;

/// Values asked for of each condition, in the order in which they are measured. As they are here:
/// those of files from before each was an option.
struct ConditionLists : PerCondition<std::vector<std::string>> {
  ConditionLists();
};

/// The options in force, as `run` echoes them and --resume compares them.
struct RunOptions {
  std::vector<std::string> paths;
  std::vector<std::int64_t> chunks;
  std::vector<std::string> modes;    ///< engines first, then "relay:NAME" for each of `relays`
  std::vector<RelayCommand> relays;  ///< somebody else's, measured beside the engines
  std::int64_t rounds = 20;  ///< of every row; where there is a `time`, of the one that has most
  double time = 0;  ///< seconds for the whole run, spent where intervals are wide; 0: rounds
  double precision = kDefaultPrecision;  ///< a row is precise enough at this half-width
  /// Seconds a sample lasts at least. Connections differ more than times within one
  /// (conditions.md): in 14 s and six rows of copies that cost 3 % more, 10 ms left five rows
  /// unable to tell that, 7 ms none; throughput over TCP was 1 % lower than with 10 ms, with 5 ms 6
  /// %.
  double min_time = 0.007;
  std::string filter;  ///< regular expression on case names; empty: all
  std::uint64_t seed = 0;
  ConditionLists conditions;
  std::string file_dir;
  double timeout = 30;  ///< seconds after which a sample is given up
  std::string netem;    ///< words for tc-netem(8) on the link; empty: none
  HostOptions hosts{};  ///< where writer, relay and reader are; of a ping client, relay, server

  friend bool operator==(const RunOptions&, const RunOptions&) = default;
};

struct Environment {
  std::string date;  ///< start of the run, ISO 8601 with offset
  std::string host;
  std::string kernel;  ///< release and version
  std::string cpu_model;
  std::string hypervisor;  ///< empty: none seen
  std::string governor;    ///< CPU frequency governor; empty: not shown by this machine
  std::string compiler;
  std::string build_type;   ///< "optimized" or not; files from before: meson's name for the build
  std::string version;      ///< of splicebench
  std::string executable;   ///< path of the program
  std::string file_system;  ///< of --file-dir, e.g. "ext4"; empty when no path has a file
  /// Whether splice hands pages on here or copies them: from a file into TCP, from TCP into TCP.
  std::optional<bool> splice_shares_file;
  std::optional<bool> splice_shares_socket;
  std::string command;    ///< the command line that repeats this run
  std::int64_t cpus = 0;  ///< that this process may use
  double mhz = 0;         ///< 0: unknown
  std::vector<double> load_average;
  std::map<std::string, std::string> sysctls;  ///< those that change a relay's speed
};

/// Something the reader of the figures must know. Printed in one place; every one says what to do.
struct Warning {
  std::string code;    ///< stable, e.g. "peer-bound"
  std::string text;    ///< one sentence
  std::string advice;  ///< one sentence: the flag, the sysctl, the package
};

struct Result {
  RunOptions options;
  Environment environment;
  std::vector<HostFacts> hosts;              ///< by role; empty: all is on this machine
  std::vector<AppliedCondition> conditions;  ///< in the order of kConditions
  bool complete = false;                     ///< every case has every round
  double wall_seconds = 0;                   ///< of the whole run, resumed parts added up
  double rounds_seconds = 0;                 ///< of these, the rounds
  std::vector<CaseResult>
      cases;                    ///< in matrix order: path, conditions, chunk, mode; empty of a ping
  std::optional<PingRun> ping;  ///< of a run of round trips: those, and no throughput
  std::vector<Warning>
      warnings;  ///< seen while running; see warnings.h for those derived from samples
};

/// The condition as `result` applied it; null: an older one does not tell, or the row has none.
const AppliedCondition* applied(const Result& result, ConditionKind kind, const std::string& value);

/// The usual conditions of the machine that need words: what a name that tells of no others stands
/// for. Of `result`.
std::vector<const AppliedCondition*> header_conditions(const Result& result);

/// Who shares a CPU in `row` of `result`.
Sharing sharing_of(const Result& result, const Row& row);

/// What decided the figures beside the engine, for people: the conditions of all rows,
/// "writer+relay: writer and relay share CPU 1, reader on CPU 0; congestion control cubic, bbr;
/// veth".
std::string conditions_text(const Result& result);
/// The same in pieces.
std::vector<std::string> conditions_texts(const Result& result);

}  // namespace splicebench
