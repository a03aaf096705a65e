#pragma once

#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// What the samples and the environment of a run say against its figures: noise, rows that a peer
/// decides, modes with none beside them that moves as many bytes per call, steal time, CPU
/// frequency, pipes smaller than asked for, engines that fell back, samples that were errors, cases
/// that drift within their samples.
std::vector<Warning> derived_warnings(const Result& result);

/// Of these, what the machine itself says: CPU frequency and load.
std::vector<Warning> machine_warnings(const Result& result);

/// Cases of somebody else's relay whose own sockets have another congestion control than the row;
/// of a ping, too.
std::vector<Warning> relay_congestion_warnings(const Result& result);

/// Of samples of many flows: pipes that shrank because there were many, flows served unevenly.
std::vector<Warning> flow_warnings(const Result& result);

/// Of a result over hosts: connections that were not of the run, a control path that is long beside
/// the samples, steal on the hosts of writer and reader.
std::vector<Warning> host_warnings(const Result& result);

/// That so many connections came that were not of the run.
Warning strangers_warning(std::int64_t count);

/// Those the result carries, then those derived from it; each code once.
std::vector<Warning> all_warnings(const Result& result);

}  // namespace splicebench
