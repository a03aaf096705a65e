#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace splicebench {

/// Bytes from a size as a user types it: digits with an optional IEC suffix (B, KiB, MiB, GiB; also
/// the short K, M, G, which mean the same powers of 1024 here). Throws UsageError that names `what`
/// (the flag or parameter) for anything else, for zero and for what does not fit in 63 bits.
std::int64_t parse_size(std::string_view text, std::string_view what);

/// The shortest exact IEC form: 1024 -> "1KiB", 1000 -> "1000B", 1048576 -> "1MiB".
std::string format_size(std::int64_t bytes);

}  // namespace splicebench
