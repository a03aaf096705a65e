#pragma once

// What the fuzzers and the regression test of their seeds feed with bytes. A target returns for
// every input, or refuses it with UsageError; anything else is a finding.

#include <string_view>

namespace splicebench {

void fuzz_go_text(std::string_view bytes);
void fuzz_benchmark_json(std::string_view bytes);
void fuzz_result_json(std::string_view bytes);
void fuzz_journal(std::string_view bytes);
void fuzz_filter(std::string_view bytes);
void fuzz_projection(std::string_view bytes);

}  // namespace splicebench
