#include "harness/hosts/reach/frame.h"

#include <cstring>

namespace splicebench {

namespace {

struct Header {
  std::uint32_t size;  ///< of the payload
  FrameKind kind;
  std::uint32_t number;
};

}  // namespace

std::string encoded(const Frame& frame) {
  Packed packed;
  packed.add(Header{static_cast<std::uint32_t>(frame.payload.size()), frame.kind, frame.number});
  return packed.bytes() + frame.payload;
}

std::optional<Frame> FrameReader::next() {
  Header header;
  if (bytes_.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes_.data(), sizeof header);
  if (header.size > kMostPayload || header.kind > FrameKind::beat)
    throw std::runtime_error("sent bytes that are none of ours");
  if (bytes_.size() < sizeof header + header.size) return std::nullopt;
  Frame frame{header.kind, header.number, bytes_.substr(sizeof header, header.size)};
  bytes_.erase(0, sizeof header + header.size);
  return frame;
}

}  // namespace splicebench
