#pragma once

// Where writer, relay and reader run. It changes a result more than the engine does, so it is part
// of it.

#include <sched.h>

#include <string>
#include <vector>

#include "results/model/conditions.h"
#include "results/model/path_kinds.h"

namespace splicebench {

struct Placement {
  std::string name;  ///< as asked for, or what auto came to: "writer+relay"
  std::string text;  ///< as applied: "writer+relay: writer and relay share CPU 1, reader on CPU 0"
  Sharing sharing;   ///< none where the scheduler chooses
  // Empty: anywhere.
  cpu_set_t writer{};
  cpu_set_t relay{};
  cpu_set_t reader{};
};

/// Who shares a CPU with whom (design.md, Conditions). `cpus` ascending, not empty.
///   writer+relay  what the relay saves becomes throughput: it speaks of the engine and repeats
///                 best (needs two); auto with two or three CPUs
///   relay+reader  likewise at the other end (two)
///   alone         the relay by itself, the peers on the rest: their copies are the limit (two);
///                 "split" in results of the first version
///   same          one CPU: throughput is the inverse of the total CPU cost
///   spread        a CPU each (three); auto with four or more
///   none          left to the scheduler; auto with one
/// Throws UsageError for other names and when the CPUs do not suffice.
Placement place(const std::string& name, const std::vector<int>& cpus);

/// The name of what `name` comes to on a path, so that what is the same has one name. With both a
/// writer and a reader it is `name`, resolved. A file sink has no reader: the writer shares a CPU
/// with the relay (writer+relay, same), or each has its own (alone: relay+reader, alone, spread). A
/// file as the source has no writer: relay+reader (and same), or alone; auto, which shall make what
/// the relay saves throughput, comes to relay+reader there with two or three CPUs. Throws as
/// place().
std::string placement_on(const PathKinds& path, const std::string& name,
                         const std::vector<int>& cpus);

/// What auto comes to on so many CPUs.
std::string auto_placement(std::size_t cpus);

/// Those of `cpus` that neither has; none where either is empty, and so may be anywhere.
cpu_set_t cpus_beside(const cpu_set_t& one, const cpu_set_t& other, const std::vector<int>& cpus);

/// The CPUs this process may run on, ascending (sched_getaffinity(2)).
std::vector<int> allowed_cpus();

}  // namespace splicebench
