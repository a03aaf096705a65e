#pragma once

#include <map>
#include <string>

#include "harness/hosts/host_set.h"
#include "harness/sample/runner.h"

namespace splicebench {

/// The setting of the samples of each row.
class RowSettings {
 public:
  /// `shared` holds what is not of a row. All rows are measured over `hosts`, where there are
  /// those, else those over `veth` that say so (null: none does); both must outlive this. Throws
  /// UsageError when a row's placement does not suit the CPUs of this process.
  RowSettings(SampleSetting shared, HostSet* hosts, Hosts* veth,
              const std::vector<CaseResult>& cases);

  SampleSetting of(const Row& row) const;

 private:
  SampleSetting shared_;
  HostSet* hosts_;
  Hosts* veth_;
  std::map<std::string, Placement> placements_;
};

/// Where each role runs on its host, for people ("CPU 1"); of several placements each.
void tell_placements(const HostSet& hosts, const RunOptions& options,
                     std::vector<HostFacts>& facts);

/// Takes the samples of a run with processes, through Google Benchmark where they are timed.
class CaseSampler : public Sampler {
 public:
  /// Files that are sources are made in `file_dir`.
  CaseSampler(RowSettings settings, std::uint64_t seed, std::vector<RelayCommand> relays,
              const std::string& file_dir)
      : settings_(std::move(settings)),
        seed_(seed),
        relays_(std::move(relays)),
        source_(file_dir, seed) {}

  void visit(const std::vector<SampleRequest>& requests, const TakeResult& take) override;

 private:
  SamplePlan plan_of(const SampleRequest& request) const;

  RowSettings settings_;
  std::uint64_t seed_;
  std::vector<RelayCommand> relays_;
  SourceFile source_;
};

}  // namespace splicebench
