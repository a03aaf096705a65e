#include "results/compare/projection.h"

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <cmath>

#include "results/compare/query_lexer.h"
#include "results/text/go_number.h"

namespace splicebench {

namespace {

FieldSpec parse_field(QueryLexer& lexer, QueryToken& token) {
  if (!token.is_name() || token.text.empty()) lexer.fail(token, "expected a key");
  if (token.text == ".unit") lexer.fail(token, "every table has one unit already; no .unit here");
  FieldSpec spec;
  spec.key = token.text;
  token = lexer.next(QueryContext::kKey);
  if (!token.is('@')) {
    if (spec.key == ".config") spec.order = FieldOrder::kAlpha;
    return spec;
  }
  token = lexer.next(QueryContext::kPlainValue);
  if (token.is_word("alpha")) {
    spec.order = FieldOrder::kAlpha;
  } else if (token.is_word("num")) {
    spec.order = FieldOrder::kNumber;
  } else if (token.is_word("first")) {
    spec.order = FieldOrder::kFirstSeen;
  } else if (token.is('(')) {
    if (spec.key == ".config") lexer.fail(token, ".config is many keys; no fixed order for it");
    spec.order = FieldOrder::kFixed;
    for (token = lexer.next(QueryContext::kPlainValue); token.is_name();
         token = lexer.next(QueryContext::kPlainValue)) {
      spec.fixed.push_back(token.text);
    }
    if (!token.is(')')) lexer.fail(token, "expected a value or ')'");
    if (spec.fixed.empty()) lexer.fail(token, "expected a value");
  } else {
    lexer.fail(token, "expected the order alpha, num, first or (value value ...)");
  }
  token = lexer.next(QueryContext::kKey);
  return spec;
}

}  // namespace

std::vector<FieldSpec> parse_projection(std::string_view flag, std::string_view text) {
  QueryLexer lexer(flag, text);
  std::vector<FieldSpec> specs;
  QueryToken token = lexer.next(QueryContext::kKey);
  while (token.kind != QueryToken::Kind::kEnd) {
    specs.push_back(parse_field(lexer, token));
    if (token.is(',')) {
      token = lexer.next(QueryContext::kKey);
      if (token.kind == QueryToken::Kind::kEnd) lexer.fail(token, "expected a key");
    }
  }
  return specs;
}

std::optional<double> fuzzy_number(std::string_view text) {
  const ParsedFloat exact = parse_go_float(text);
  if (exact.error == NumberError::kNone) return exact.value;
  const std::size_t begin = text.find_first_of("0123456789.");
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = std::min(text.find_first_not_of("0123456789.", begin), text.size());
  const ParsedFloat number = parse_go_float(text.substr(begin, end - begin));
  if (number.error != NumberError::kNone) return std::nullopt;
  const std::string_view suffix = text.substr(end);
  if (suffix.empty()) return number.value;
  const std::size_t exponent =
      suffix.front() == 'k' ? 0 : std::string_view("KMGTPEZY").find(suffix.front());
  if (exponent == std::string_view::npos) return number.value;
  const bool binary = suffix.size() > 1 && suffix[1] == 'i';
  return number.value * std::pow(binary ? 1024.0 : 1000.0, static_cast<double>(exponent + 1));
}

std::size_t Projection::TupleHash::operator()(const std::vector<ValueId>& tuple) const {
  return boost::hash_range(tuple.begin(), tuple.end());
}

Projection::Projection(std::vector<FieldSpec> specs, StringTable& strings)
    : strings_(strings), specs_(std::move(specs)), seen_(specs_.size()) {
  for (const FieldSpec& spec : specs_) {
    keys_.emplace_back(spec.key);
    if (spec.key == ".config") {
      config_position_ = order_.size();
      spec_field_.push_back(0);
      continue;
    }
    const std::size_t field = add_field(spec.key, spec.order, order_.size());
    spec_field_.push_back(field);
    for (const std::string& value : spec.fixed) {
      fields_[field].rank.try_emplace(strings_.intern(value), fields_[field].rank.size());
    }
  }
}

std::size_t Projection::add_field(const std::string& name, FieldOrder order, std::size_t position) {
  order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(position), fields_.size());
  fields_.push_back({name, order, {}});
  return fields_.size() - 1;
}

void Projection::project_config(const Record& record, const Exclusions& exclusions,
                                FieldOrder order) {
  for (const Setting& setting : *record.settings) {
    if (!setting.config) continue;
    auto found = config_fields_.find(setting.key);
    if (found == config_fields_.end()) {
      const std::vector<std::string>& named = exclusions.settings;
      if (std::find(named.begin(), named.end(), setting.key) != named.end()) continue;
      const std::size_t field = add_field(setting.key, order, config_position_++);
      // The keys so far have it as the empty value.
      if (order == FieldOrder::kFirstSeen && !tuples_.empty()) fields_[field].rank.emplace(0, 0);
      found = config_fields_.emplace(setting.key, field).first;
    }
    if (scratch_.size() <= found->second) scratch_.resize(fields_.size());
    scratch_[found->second] = strings_.intern(setting.value);
  }
}

std::optional<Projection::KeyId> Projection::project(const Record& record, std::string_view file,
                                                     const Exclusions& exclusions) {
  scratch_.assign(fields_.size(), 0);
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    if (specs_[i].key == ".config") {
      project_config(record, exclusions, specs_[i].order);
      continue;
    }
    const ValueId value = specs_[i].key == ".fullname"
                              ? strings_.intern(name_without(record.name, exclusions.name_parts))
                              : strings_.intern(keys_[i].value(record, file));
    if (value != 0) seen_[i] = true;
    const Field& field = fields_[spec_field_[i]];
    if (field.order == FieldOrder::kFixed && !field.rank.contains(value)) return std::nullopt;
    scratch_[spec_field_[i]] = value;
  }
  return intern(scratch_);
}

Projection::KeyId Projection::intern(const std::vector<ValueId>& values) {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].order != FieldOrder::kFirstSeen) continue;
    const ValueId value = i < values.size() ? values[i] : 0;
    fields_[i].rank.try_emplace(value, fields_[i].rank.size());
  }
  std::vector<ValueId> tuple = values;
  while (!tuple.empty() && tuple.back() == 0) tuple.pop_back();
  const auto [entry, added] =
      index_.try_emplace(std::move(tuple), static_cast<KeyId>(tuples_.size()));
  if (added) tuples_.push_back(&entry->first);
  return entry->second;
}

std::string_view Projection::value(KeyId key, std::size_t field) const {
  const std::vector<ValueId>& tuple = *tuples_[key];
  const std::size_t index = order_[field];
  return index < tuple.size() ? strings_.text(tuple[index]) : std::string_view();
}

std::string Projection::label(KeyId key) const {
  std::string label;
  for (std::size_t field = 0; field < field_count(); ++field) {
    const std::string_view text = value(key, field);
    if (text.empty()) continue;
    if (!label.empty()) label += ' ';
    label += text;
  }
  return label;
}

int Projection::compare_values(const Field& field, ValueId a, ValueId b) const {
  if (field.order == FieldOrder::kNumber) {
    const std::optional<double> x = fuzzy_number(strings_.text(a));
    const std::optional<double> y = fuzzy_number(strings_.text(b));
    // Numbers, then NaN, then what is no number.
    const int class_x = !x ? 2 : std::isnan(*x) ? 1 : 0;
    const int class_y = !y ? 2 : std::isnan(*y) ? 1 : 0;
    if (class_x != class_y) return class_x - class_y;
    if (class_x == 0 && *x != *y) return *x < *y ? -1 : 1;
  } else if (field.order != FieldOrder::kAlpha) {
    const std::size_t x = field.rank.at(a);
    const std::size_t y = field.rank.at(b);
    if (x != y) return x < y ? -1 : 1;
  }
  return strings_.text(a).compare(strings_.text(b));
}

bool Projection::before(KeyId a, KeyId b) const {
  const std::vector<ValueId>& x = *tuples_[a];
  const std::vector<ValueId>& y = *tuples_[b];
  for (const std::size_t index : order_) {
    const ValueId value_x = index < x.size() ? x[index] : 0;
    const ValueId value_y = index < y.size() ? y[index] : 0;
    if (value_x == value_y) continue;
    const int order = compare_values(fields_[index], value_x, value_y);
    if (order != 0) return order < 0;
  }
  return false;
}

void Projection::add_exclusions(Exclusions& exclusions) const {
  for (const RecordKey& key : keys_) {
    if (key.is_name_part()) {
      exclusions.name_parts.push_back(key.text());
    } else if (key.text() != ".config" && key.text() != ".fullname") {
      exclusions.settings.push_back(key.text());
    }
  }
}

std::vector<std::string> Projection::absent_keys() const {
  std::vector<std::string> absent;
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    if (!seen_[i] && !specs_[i].key.starts_with('.')) absent.push_back(specs_[i].key);
  }
  return absent;
}

bool Projection::has(std::string_view key) const {
  return std::any_of(keys_.begin(), keys_.end(),
                     [&](const RecordKey& other) { return other.text() == key; });
}

}  // namespace splicebench
