#pragma once

// Collects records into the cells of tables and reduces them to a Comparison.

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "results/compare/comparison.h"
#include "results/compare/filter.h"
#include "results/compare/projection.h"
#include "results/compare/record.h"
#include "results/compare/runs/visits.h"

namespace splicebench {

/// What is compared with what, as the flags say it; see projection.h and filter.h.
struct ComparisonOptions {
  std::string table = ".config";
  std::string row = ".fullname";
  std::string column = ".file";
  std::string ignore;
  std::string filter = "*";
  double alpha = 0.05;
  double confidence = 0.95;
  TiedTail tied_tail = TiedTail::kOwn;  ///< kBenchstat: p as benchstat prints it
  bool pooled = false;  ///< our own results, too, by all samples as if each were independent
};

class TableBuilder : public RecordSink {
 public:
  /// Throws UsageError when a filter or projection cannot be read.
  explicit TableBuilder(const ComparisonOptions& options);

  /// The label of the input whose records follow.
  void start_file(const std::string& label);

  void record(const Record& record) override;
  std::string unit_metadata(std::string_view unit, std::string_view key,
                            std::string_view value) override;

  /// Keys named in a projection that begin with '.' and mean nothing.
  std::vector<std::string> unknown_keys() const;
  /// Of tables, rows and columns, with the flag that names it: keys that nothing recorded has.
  std::vector<std::pair<std::string, std::string>> absent_keys() const;
  std::uint64_t measurements_seen() const { return seen_; }
  std::uint64_t measurements_kept() const { return kept_; }

  /// The tables of everything collected. The samples are sorted in place.
  Comparison build();

 private:
  using KeyId = Projection::KeyId;

  /// The samples of one row and column in one table.
  struct Cell {
    std::vector<double> values;
    std::vector<Visits::Origin> origins;  ///< of each value, where all are of our own samples
    std::optional<VisitFigures> visits;   ///< by build(), likewise
    KeyId residue = 0;                    ///< of its first record
    KeyId last_residue = 0;
    std::vector<std::string> varies;  ///< fields in which another record's residue differs
  };
  struct CellKey {
    KeyId table = 0;
    StringTable::Id unit = 0;
    KeyId row = 0;
    KeyId column = 0;
    friend bool operator==(const CellKey&, const CellKey&) = default;
  };
  struct CellKeyHash {
    std::size_t operator()(const CellKey& key) const;
  };
  /// A unit as some input writes it.
  struct UnitInfo {
    std::string_view text;
    StringTable::Id id = 0;
    StringTable::Id base_id = 0;
    double factor = 1;
  };
  /// What does not change between the repetitions of a benchmark under the same settings.
  struct Placement {
    bool wanted = true;
    KeyId row = 0;
    KeyId column = 0;
    KeyId table = 0;
    KeyId residue = 0;
    std::vector<std::pair<StringTable::Id, Cell*>> cells;       ///< by unit id in the table
    std::vector<std::pair<StringTable::Id, bool>> unit_wanted;  ///< by raw unit id
  };

  Placement& placement_of(const Record& record);
  void place(Placement& placement, const Record& record);
  const UnitInfo& unit_of(std::string_view unit);
  bool passes(Placement& placement, const Record& record, const UnitInfo& unit);
  Cell& cell_of(Placement& placement, StringTable::Id unit);
  void note_residue(Cell& cell, KeyId residue);

  ComparisonTable build_table(KeyId table, StringTable::Id unit, std::vector<KeyId> rows,
                              std::vector<KeyId> columns);
  TableCell build_cell(const Cell& cell, const Cell* baseline, bool exact) const;
  SampleComparison compare_cells(const Cell& baseline, const Cell& cell) const;
  const Cell* find_cell(const CellKey& key) const;

  ComparisonOptions options_;
  StringTable strings_;
  Filter filter_;
  Projection table_;
  Projection row_;
  Projection column_;
  Projection ignore_;
  Projection residue_;
  Projection::Exclusions exclusions_;
  UnitMetadata units_;
  std::uint64_t seen_ = 0;
  std::uint64_t kept_ = 0;

  std::string file_;
  Visits visits_;
  std::deque<UnitInfo> known_units_;
  std::unordered_map<std::string, Placement> placements_;  ///< by name, under these settings
  std::uint64_t placements_version_ = 0;
  Placement* last_ = nullptr;
  std::string last_name_;
  std::deque<Cell> cells_;
  std::unordered_map<CellKey, Cell*, CellKeyHash> cell_index_;
  std::unordered_map<StringTable::Id, std::size_t> unit_rank_;  ///< in order of first sight
};

}  // namespace splicebench
