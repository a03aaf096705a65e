#pragma once

// Projections: which part of a record becomes its table, its row and its column
// (golang.org/x/perf benchproc). A projection is a list of fields; the values of a record in them
// are its key, and keys are numbered and ordered.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "results/compare/record_key.h"
#include "results/compare/string_table.h"

namespace splicebench {

enum class FieldOrder { kFirstSeen, kAlpha, kNumber, kFixed };

/// One field as written: `key`, `key@order` or `key@(v1 v2)`.
struct FieldSpec {
  std::string key;
  FieldOrder order = FieldOrder::kFirstSeen;
  std::vector<std::string> fixed;  ///< of kFixed: the values wanted, in their order
};

/// Parses a comma- or space-separated list of fields. Throws UsageError naming `flag`.
std::vector<FieldSpec> parse_projection(std::string_view flag, std::string_view text);

/// The number in `text` for the order @num: Go's ParseFloat, else the first number in it with an
/// optional prefix k, M, G ... and i for powers of 1024. Nothing when there is none.
std::optional<double> fuzzy_number(std::string_view text);

class Projection {
 public:
  using KeyId = std::uint32_t;
  using ValueId = StringTable::Id;

  /// What .config and .fullname leave out: the keys named in any projection of the comparison.
  struct Exclusions {
    std::vector<std::string> settings;
    std::vector<std::string> name_parts;
  };

  Projection(std::vector<FieldSpec> specs, StringTable& strings);

  /// The key of `record`; nothing when a fixed order leaves it out.
  std::optional<KeyId> project(const Record& record, std::string_view file,
                               const Exclusions& exclusions);

  /// The key of given values, one per field in order; for fields that no record holds (.unit).
  KeyId intern(const std::vector<ValueId>& values);

  /// Fields in their order of display, those found under .config in the place of .config.
  std::size_t field_count() const { return order_.size(); }
  const std::string& field_name(std::size_t field) const { return fields_[order_[field]].name; }
  std::string_view value(KeyId key, std::size_t field) const;
  /// The values that are not empty, with spaces between.
  std::string label(KeyId key) const;

  /// Whether key `a` stands before `b`: field by field, each by its order, ties by bytes.
  bool before(KeyId a, KeyId b) const;

  void add_exclusions(Exclusions& exclusions) const;
  bool has(std::string_view key) const;
  /// Keys that no record so far has; but those that begin with a dot.
  std::vector<std::string> absent_keys() const;

 private:
  struct Field {
    std::string name;
    FieldOrder order = FieldOrder::kFirstSeen;
    std::unordered_map<ValueId, std::size_t> rank;  ///< of kFirstSeen and kFixed
  };

  std::size_t add_field(const std::string& name, FieldOrder order, std::size_t position);
  void project_config(const Record& record, const Exclusions& exclusions, FieldOrder order);
  int compare_values(const Field& field, ValueId a, ValueId b) const;

  struct TupleHash {
    std::size_t operator()(const std::vector<ValueId>& tuple) const;
  };

  StringTable& strings_;
  std::vector<FieldSpec> specs_;
  std::vector<bool> seen_;               ///< of specs_: a record has it
  std::vector<RecordKey> keys_;          ///< of specs_
  std::vector<std::size_t> spec_field_;  ///< field of a spec; unused for .config
  std::vector<Field> fields_;            ///< in order of creation: the index into a tuple
  std::vector<std::size_t> order_;       ///< display order -> field
  std::size_t config_position_ = 0;      ///< where the next .config field goes in order_
  std::map<std::string, std::size_t, std::less<>> config_fields_;
  std::vector<ValueId> scratch_;
  std::unordered_map<std::vector<ValueId>, KeyId, TupleHash> index_;
  std::vector<const std::vector<ValueId>*> tuples_;  ///< by key; trailing empty values cut
};

}  // namespace splicebench
