#include "results/compare/filter.h"

#include <algorithm>

#include "results/compare/query_lexer.h"
#include "results/files/error.h"
#include "results/text/unit.h"

namespace splicebench {

namespace {

using Node = Filter::Node;
using Kind = Node::Kind;

/// Deeper nesting is no filter a person wrote, and would grow the stack.
constexpr int kDeepest = 100;

class FilterParser {
 public:
  explicit FilterParser(std::string_view query) : lexer_("--filter", query) { advance(); }

  std::unique_ptr<Node> parse() {
    std::unique_ptr<Node> root = alternatives(0);
    if (token_.kind != QueryToken::Kind::kEnd) lexer_.fail(token_, "unexpected text");
    return root;
  }

 private:
  void advance(QueryContext context = QueryContext::kKey) { token_ = lexer_.next(context); }

  std::unique_ptr<Node> alternatives(int depth) {
    std::unique_ptr<Node> first = conjunction(depth);
    if (!token_.is_word("OR")) return first;
    std::unique_ptr<Node> node = std::make_unique<Node>();
    node->kind = Kind::kOr;
    node->children.push_back(std::move(first));
    while (token_.is_word("OR")) {
      advance();
      node->children.push_back(conjunction(depth));
    }
    return node;
  }

  std::unique_ptr<Node> conjunction(int depth) {
    std::unique_ptr<Node> node = std::make_unique<Node>();
    node->kind = Kind::kAnd;
    while (true) {
      node->children.push_back(term(depth));
      if (token_.is_word("AND")) {
        advance();
        continue;
      }
      if (token_.kind == QueryToken::Kind::kEnd || token_.is_word("OR") || token_.is(')')) break;
    }
    if (node->children.size() == 1) return std::move(node->children.front());
    return node;
  }

  std::unique_ptr<Node> term(int depth) {
    if (depth > kDeepest) lexer_.fail(token_, "nested too deeply");
    if (token_.is('(')) {
      advance();
      std::unique_ptr<Node> inner = alternatives(depth + 1);
      if (!token_.is(')')) lexer_.fail(token_, "expected ')'");
      advance();
      return inner;
    }
    std::unique_ptr<Node> node = std::make_unique<Node>();
    if (token_.is('-')) {
      advance();
      node->kind = Kind::kNot;
      node->children.push_back(term(depth + 1));
    } else if (token_.is('*')) {
      advance();
    } else if (token_.is_name() && !token_.is_word("AND") && !token_.is_word("OR")) {
      match(*node);
    } else {
      lexer_.fail(token_, "expected key:value, *, -filter or (filter)");
    }
    return node;
  }

  void match(Node& node) {
    if (token_.text.empty() || token_.text == ".config") {
      lexer_.fail(token_,
                  "no key to filter by; use .name, .fullname, .file, .unit, /part or a key "
                  "of the input");
    }
    node.kind = Kind::kMatch;
    node.key = std::make_unique<RecordKey>(token_.text);
    advance();
    if (!token_.is(':')) lexer_.fail(token_, "expected ':' and a value");
    advance(QueryContext::kFilterValue);
    if (!token_.is('(')) {
      value(node);
      advance();
      return;
    }
    do {
      advance(QueryContext::kFilterValue);
      value(node);
      advance(QueryContext::kFilterValue);
    } while (token_.is_word("OR"));
    if (!token_.is(')')) lexer_.fail(token_, "expected OR or ')' in a list of values");
    advance();
  }

  void value(Node& node) {
    Filter::Value value;
    if (token_.kind == QueryToken::Kind::kRegexp) {
      try {
        value.regexp.emplace(token_.text);
      } catch (const UsageError&) {
        lexer_.fail(token_, "regular expression that cannot be read");
      }
    } else if (token_.is_name()) {
      value.text = token_.text;
    } else {
      lexer_.fail(token_, "expected a value");
    }
    node.values.push_back(std::move(value));
  }

  QueryLexer lexer_;
  QueryToken token_;
};

}  // namespace

bool Filter::Value::matches(std::string_view value) const {
  return regexp ? regexp->matches(value) : value == text;
}

bool Filter::Node::matches(const Record& record, std::string_view file,
                           std::string_view unit) const {
  const auto child_matches = [&](const std::unique_ptr<Node>& child) {
    return child->matches(record, file, unit);
  };
  const auto value_matches = [&](std::string_view text) {
    return std::any_of(values.begin(), values.end(),
                       [&](const Value& value) { return value.matches(text); });
  };
  switch (kind) {
    case Kind::kAll:
      return true;
    case Kind::kNot:
      return !child_matches(children.front());
    case Kind::kAnd:
      return std::all_of(children.begin(), children.end(), child_matches);
    case Kind::kOr:
      return std::any_of(children.begin(), children.end(), child_matches);
    case Kind::kMatch:
      if (key->text() == ".unit") return value_matches(unit) || value_matches(base_unit(unit).unit);
      return value_matches(key->value(record, file));
  }
  return false;
}

Filter Filter::parse(std::string_view query) { return Filter(FilterParser(query).parse()); }

}  // namespace splicebench
