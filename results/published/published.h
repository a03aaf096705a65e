#pragma once

// The tables published with two changes to Go, as data (results/published/*.json, built in).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace splicebench {

struct PublishedRow {
  std::string benchmark;    ///< Go's name
  std::string path;         ///< as published
  std::string measured_as;  ///< the path that repeats it here
  std::int64_t chunk = 0;   ///< bytes
  std::string unit;         ///< base unit
  double generic = 0;
  double splice = 0;
  std::optional<double> delta;  ///< splice / generic - 1; absent where none was significant
  double p = 1;

  /// Of the published change, by its medians where it was not significant: -1, 0 or +1.
  int sign() const;
};

struct PublishedTable {
  std::string name;  ///< "go-2018"
  std::string source;
  std::string title;
  std::string machine;
  std::vector<std::string> caveats;  ///< must stand wherever its figures do
  std::vector<PublishedRow> rows;
};

/// Written by embed.py at build time.
extern const std::array<std::string_view, 2> kPublishedTexts;

/// `which`: go-2018, go-2022 or all. Throws UsageError for another name.
std::vector<PublishedTable> published_tables(const std::string& which);

}  // namespace splicebench
