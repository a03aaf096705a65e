#include "results/compare/query_lexer.h"

#include <fmt/format.h>

#include "results/files/error.h"
#include "results/text/unicode.h"

namespace splicebench {

void QueryLexer::fail(const QueryToken& at, std::string_view what) const {
  throw UsageError(fmt::format("{} '{}': {} at character {}", flag_, query_, what,
                               rune_count(query_.substr(0, at.offset)) + 1));
}

QueryToken QueryLexer::quoted(char quote, QueryToken::Kind kind) {
  QueryToken token{kind, "", at_};
  bool in_class = false;  // within [...] of a regular expression a slash is a letter
  for (std::size_t i = at_ + 1; i < query_.size(); ++i) {
    const char c = query_[i];
    if (c == '\\' && i + 1 < query_.size()) {
      // A regular expression keeps its escapes, but for the one that hides the closing slash.
      const char escaped = query_[++i];
      if (kind == QueryToken::Kind::kRegexp && escaped != '/') token.text += c;
      token.text += escaped;
      continue;
    }
    if (kind == QueryToken::Kind::kRegexp && c == '[') in_class = true;
    if (c == ']') in_class = false;
    if (c == quote && !in_class) {
      at_ = i + 1;
      return token;
    }
    token.text += c;
  }
  fail(token, kind == QueryToken::Kind::kRegexp ? "regular expression without closing /"
                                                : "quote without closing \"");
}

QueryToken QueryLexer::next(QueryContext context) {
  while (at_ < query_.size()) {
    const Rune rune = first_rune(query_.substr(at_));
    if (!is_space(rune.value)) break;
    at_ += rune.length;
  }
  if (at_ == query_.size()) return {QueryToken::Kind::kEnd, "", at_};
  const std::string_view punctuation = context == QueryContext::kKey ? "():@,-*" : "():@,";
  const char first = query_[at_];
  if (first == '"') return quoted('"', QueryToken::Kind::kQuoted);
  if (context == QueryContext::kFilterValue && first == '/')
    return quoted('/', QueryToken::Kind::kRegexp);
  if (punctuation.find(first) != std::string_view::npos) {
    return {QueryToken::Kind::kPunctuation, std::string(1, first), at_++};
  }
  QueryToken token{QueryToken::Kind::kWord, "", at_};
  while (at_ < query_.size()) {
    const Rune rune = first_rune(query_.substr(at_));
    if (is_space(rune.value) ||
        std::string_view("():@,\"").find(query_[at_]) != std::string_view::npos) {
      break;
    }
    token.text += query_.substr(at_, rune.length);
    at_ += rune.length;
  }
  return token;
}

}  // namespace splicebench
