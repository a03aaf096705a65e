#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace splicebench::testing {

/// A value of a file that is not as a run would write it.
struct JsonEdit {
  const char* place;  ///< JSON pointer (RFC 6901)
  nlohmann::json value;
  const char* part;  ///< of what the reader says of it
};

/// Holds each of `edits` of `whole`, alone, against what `error_of` says of the file.
inline void expect_refused(const nlohmann::json& whole, const std::vector<JsonEdit>& edits,
                           const std::function<std::string(const std::string&)>& error_of) {
  for (const JsonEdit& edit : edits) {
    SCOPED_TRACE(edit.place);
    nlohmann::json file = whole;
    file[nlohmann::json::json_pointer(edit.place)] = edit.value;
    const std::string error = error_of(file.dump());
    EXPECT_NE(error.find(edit.part), std::string::npos) << error;
  }
}

}  // namespace splicebench::testing
