#include "results/model/hosts/hosts.h"

#include <algorithm>
#include <charconv>

namespace splicebench {

namespace {

constexpr std::string_view kLocal = "local";
constexpr std::string_view kNetns = "netns://";
constexpr std::string_view kSsh = "ssh://";

bool is_word(std::string_view text, std::string_view beside) {
  const auto fits = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           beside.find(c) != std::string_view::npos;
  };
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), fits);
}

/// Takes ":PORT" off the end of `host`. False: it is no port.
bool take_port(std::string_view& host, unsigned& port) {
  const std::size_t colon =
      host.find(':', host.rfind(']') == std::string_view::npos ? 0 : host.rfind(']'));
  if (colon == std::string_view::npos) return true;
  const std::string_view text = host.substr(colon + 1);
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  host = host.substr(0, colon);
  return error == std::errc{} && rest == text.data() + text.size() && port > 0 && port < 65536;
}

std::optional<HostPlace> parse_ssh(std::string_view text) {
  HostPlace place{HostPlace::Kind::ssh};
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    place.user = text.substr(0, at);
    if (!is_word(place.user, "._-+@\\")) return {};
    text = text.substr(at + 1);
  }
  if (!take_port(text, place.port)) return {};
  const bool in_brackets = text.starts_with('[') && text.ends_with(']');
  if (in_brackets) text = text.substr(1, text.size() - 2);
  if (!is_word(text, in_brackets ? ".:%" : "._-")) return {};
  place.host = text;
  return place;
}

}  // namespace

std::optional<HostPlace> parse_host_place(std::string_view text) {
  if (text == kLocal) return HostPlace();
  if (text.starts_with(kSsh)) return parse_ssh(text.substr(kSsh.size()));
  if (!text.starts_with(kNetns)) return {};
  const std::string_view name = text.substr(kNetns.size());
  // A file of its folder, and no other.
  if (!is_word(name, "._-") || name == "." || name == "..") return {};
  return HostPlace{HostPlace::Kind::netns, "", std::string(name)};
}

std::string host_place_text(const HostPlace& place) {
  if (place.kind == HostPlace::Kind::local) return std::string(kLocal);
  if (place.kind == HostPlace::Kind::netns) return std::string(kNetns) + place.host;
  const bool is_ipv6 = place.host.find(':') != std::string::npos;
  return std::string(kSsh) + (place.user.empty() ? "" : place.user + "@") +
         (is_ipv6 ? "[" + place.host + "]" : place.host) +
         (place.port == 0 ? "" : ":" + std::to_string(place.port));
}

bool HostOptions::all_local() const {
  return std::all_of(kRoles.begin(), kRoles.end(), [this](const RoleInfo& info) {
    return places[info.role].empty() || places[info.role] == kLocal;
  });
}

}  // namespace splicebench
