#pragma once

// For tests: files under results/testdata and results/fuzz.

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "results/files/error.h"
#include "results/text/go_number.h"

namespace splicebench {

/// SPLICEBENCH_RESULTS_DIR comes from meson.build.
inline std::string results_path(const std::string& name) {
  return std::string(SPLICEBENCH_RESULTS_DIR) + "/" + name;
}

inline std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What the UsageError says that `action` throws; empty when it throws none.
inline std::string usage_error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

inline std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  if (text.ends_with(separator)) parts.emplace_back();
  return parts;
}

/// The lines of a table recorded from the Go libraries, without its header.
inline std::vector<std::vector<std::string>> recorded(const std::string& table) {
  std::vector<std::vector<std::string>> rows;
  const std::string text = read_whole(results_path("testdata/benchstat/unit/" + table));
  for (const std::string& line : split(text, '\n')) {
    if (!line.empty()) rows.push_back(split(line, '\t'));
  }
  rows.erase(rows.begin());
  EXPECT_FALSE(rows.empty());
  return rows;
}

inline double number(const std::string& text) {
  const ParsedFloat parsed = parse_go_float(text);
  EXPECT_EQ(parsed.error, NumberError::kNone) << text;
  return parsed.value;
}

inline std::vector<double> numbers(const std::string& text) {
  std::vector<double> values;
  for (const std::string& value : split(text, ' ')) values.push_back(number(value));
  return values;
}

}  // namespace splicebench
