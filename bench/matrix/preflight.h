#pragma once

#include <cstdint>
#include <string>

#include "bench/matrix/case_sampler.h"
#include "harness/foreign/foreign_relay.h"
#include "harness/hosts/host_set.h"
#include "results/model/model.h"

namespace splicebench {

/// What a run would otherwise stumble over in its middle: descriptors, loopback, a writable
/// --file-dir with room for `file_bytes`. Throws UsageError, one sentence.
void preflight(const RunOptions& options, std::int64_t file_bytes);

inline constexpr const char* kNoProc = "no-proc";
/// Flows that somebody else's relay does not serve are not measured.
inline constexpr const char* kRelayRefused = "relay-refused";

/// Adds the warning kNoProc where /proc/stat cannot be read.
void warn_of_proc(std::vector<Warning>& warnings);

inline constexpr const char* kLoad = "load";
inline constexpr const char* kAnotherRun = "another-run";

/// Says that these processes measured at the same time.
Warning another_run(const std::vector<pid_t>& neighbours);

/// Adds the warning kLoad when other programs keep the CPUs busy now, and that of warn_of_proc();
/// takes 200 ms.
void warn_of_load(std::vector<Warning>& warnings);

/// The same of the hosts, whose names are in kLoad; what the runner's own machine does is no matter
/// where all are behind ssh. Throws as RemoteHost.
void warn_of_load(HostSet& hosts, std::vector<Warning>& warnings);

/// TCP over loopback, which neither run nor verify can do without. Throws as above.
void check_loopback();

/// Starts each of `relays` that has one of `cases` once for each way it will have to listen, link,
/// and number of flows and threads, so that one that cannot be started is found before anything is
/// measured. Cases of many flows that one does not serve are taken out of `cases`; the warnings say
/// why. Throws UsageError, when no case is left, too, and Interrupted.
std::vector<Warning> preflight_relays(std::vector<CaseResult>& cases,
                                      const std::vector<RelayCommand>& relays,
                                      const RowSettings& settings);

/// Starts the relay with its connections through it within `seconds`, and ends it. Throws as above.
void require_start(const ForeignRelayPlan& plan, double seconds);

/// The connections of a sample between the hosts, those past the relay, too, where it has such, are
/// made within `seconds`, and ended. Throws UsageError that says where they cannot be, and
/// Interrupted.
void require_connections(HostSet& hosts, bool past_relay, double seconds);

/// The same on its host: Hosts::try_start(). Throws as above.
void require_start_there(Hosts& hosts, const RelayWish& wish);

/// --file-dir exists, can be written to and has room for `files` of `file_bytes`. Throws
/// UsageError.
void check_file_dir(const std::string& directory, std::int64_t file_bytes, int files = 1);

/// Files that a run of `options` keeps at once: the one that all sources read, the sink of a
/// sample.
int files_at_once(const RunOptions& options);

/// A path of `options` has a real file as its sink.
bool needs_file_dir(const RunOptions& options);

}  // namespace splicebench
