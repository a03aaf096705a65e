#pragma once

// Words, quoted words, regular expressions and punctuation: what filters and projections are
// written in (golang.org/x/perf benchproc/syntax).

#include <cstddef>
#include <string>
#include <string_view>

namespace splicebench {

struct QueryToken {
  enum class Kind { kEnd, kWord, kQuoted, kRegexp, kPunctuation };
  Kind kind = Kind::kEnd;
  std::string text;        ///< unquoted; of punctuation the character itself
  std::size_t offset = 0;  ///< of its first byte in the query

  bool is(char punctuation) const {
    return kind == Kind::kPunctuation && text.size() == 1 && text.front() == punctuation;
  }
  bool is_word(std::string_view word) const { return kind == Kind::kWord && text == word; }
  /// A word or a quoted word: what may stand for a key or a value.
  bool is_name() const { return kind == Kind::kWord || kind == Kind::kQuoted; }
};

/// What may stand next decides what a character means: a '/' opens a regular expression before the
/// value of a filter, and '-' and '*' are operators only before a key.
enum class QueryContext { kKey, kFilterValue, kPlainValue };

class QueryLexer {
 public:
  /// `flag` names the option in errors, e.g. "--filter".
  QueryLexer(std::string_view flag, std::string_view query) : flag_(flag), query_(query) {}

  /// The next token. Throws UsageError on an open quote or regular expression.
  QueryToken next(QueryContext context);

  /// Throws UsageError: flag, query, position and `what`.
  [[noreturn]] void fail(const QueryToken& at, std::string_view what) const;

 private:
  QueryToken quoted(char quote, QueryToken::Kind kind);

  std::string flag_;
  std::string_view query_;
  std::size_t at_ = 0;
};

}  // namespace splicebench
