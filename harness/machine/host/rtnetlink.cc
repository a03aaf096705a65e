#include "harness/machine/host/rtnetlink.h"

#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <string_view>

// The kernel's macros cast from char to what they have aligned themselves.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-align"

namespace splicebench {

namespace {

/// A kernel that does not answer is one that does not tell.
constexpr timeval kLongestAnswer{1, 0};
/// Of one datagram of an answer: the kernel's own limit of a dump (NLMSG_GOODSIZE is at most 8 KiB)
/// four times.
constexpr std::size_t kLargestAnswer = 32768;

/// A message with a T behind its head, and room for attributes.
template <typename T>
struct Question {
  nlmsghdr head{};
  T body{};
  std::array<char, 64> attributes{};

  Question(std::uint16_t type, std::uint16_t flags) {
    head.nlmsg_type = type;
    head.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    head.nlmsg_len = NLMSG_LENGTH(sizeof(T));
  }

  const nlmsghdr* message() const { return reinterpret_cast<const nlmsghdr*>(this); }

  void add(std::uint16_t type, const void* value, std::size_t size) {
    const rtattr attribute{static_cast<std::uint16_t>(RTA_LENGTH(size)), type};
    char* const place = reinterpret_cast<char*>(this) + NLMSG_ALIGN(head.nlmsg_len);
    std::memcpy(place, &attribute, sizeof attribute);
    std::memcpy(place + RTA_LENGTH(0), value, size);
    head.nlmsg_len = NLMSG_ALIGN(head.nlmsg_len) + static_cast<std::uint32_t>(RTA_LENGTH(size));
  }
};

using Attributes = std::function<void(std::uint16_t type, std::string_view value)>;

void each_attribute(const rtattr* attribute, std::size_t size, const Attributes& take) {
  for (int left = static_cast<int>(size); RTA_OK(attribute, left);
       attribute = RTA_NEXT(attribute, left)) {
    take(attribute->rta_type,
         {static_cast<const char*>(RTA_DATA(attribute)), RTA_PAYLOAD(attribute)});
  }
}

/// Hands each message of the answer to `take`; those that are errors, and what comes after them,
/// are left out.
void ask(const nlmsghdr* question, const std::function<void(const nlmsghdr& message)>& take) {
  const Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket) return;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &kLongestAnswer, sizeof kLongestAnswer);
  if (::send(socket.get(), question, question->nlmsg_len, 0) < 0) return;
  const bool many = (question->nlmsg_flags & NLM_F_DUMP) != 0;
  alignas(nlmsghdr) std::array<char, kLargestAnswer> answer{};
  do {
    ssize_t got = 0;
    do {
      got = ::recv(socket.get(), answer.data(), answer.size(), 0);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) return;
    unsigned left = static_cast<unsigned>(got);
    for (const nlmsghdr* message = reinterpret_cast<const nlmsghdr*>(answer.data());
         NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return;
      take(*message);
    }
  } while (many);
}

}  // namespace

int device_towards(const Address& to) {
  Question<rtmsg> question(RTM_GETROUTE, 0);
  question.body.rtm_family = static_cast<unsigned char>(to.storage.ss_family);
  if (to.storage.ss_family == AF_INET) {
    const in_addr& address = reinterpret_cast<const sockaddr_in&>(to.storage).sin_addr;
    question.body.rtm_dst_len = 32;
    question.add(RTA_DST, &address, sizeof address);
  } else if (to.storage.ss_family == AF_INET6) {
    const sockaddr_in6& whole = reinterpret_cast<const sockaddr_in6&>(to.storage);
    question.body.rtm_dst_len = 128;
    question.add(RTA_DST, &whole.sin6_addr, sizeof whole.sin6_addr);
    // An address of the link is one of each device.
    if (whole.sin6_scope_id != 0)
      question.add(RTA_OIF, &whole.sin6_scope_id, sizeof whole.sin6_scope_id);
  } else {
    return 0;
  }
  int device = 0;
  ask(question.message(), [&](const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWROUTE) return;
    const rtmsg* const route = static_cast<const rtmsg*>(NLMSG_DATA(&message));
    each_attribute(RTM_RTA(route), RTM_PAYLOAD(&message),
                   [&](std::uint16_t type, std::string_view value) {
                     if (type == RTA_OIF && value.size() == sizeof device)
                       std::memcpy(&device, value.data(), sizeof device);
                   });
  });
  return device;
}

std::vector<std::string> queue_kinds(int device) {
  Question<tcmsg> question(RTM_GETQDISC, NLM_F_DUMP);
  question.body.tcm_ifindex = device;
  std::vector<std::string> kinds;
  ask(question.message(), [&](const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWQDISC) return;
    const tcmsg* const queue = static_cast<const tcmsg*>(NLMSG_DATA(&message));
    // Kernels without a filter of dumps tell of all devices; and what comes in has none to wait in.
    if (queue->tcm_ifindex != device || queue->tcm_parent == TC_H_INGRESS) return;
    each_attribute(
        TCA_RTA(queue), TCA_PAYLOAD(&message), [&](std::uint16_t type, std::string_view value) {
          const std::string kind(value.substr(0, value.find('\0')));
          if (type != TCA_KIND || std::find(kinds.begin(), kinds.end(), kind) != kinds.end())
            return;
          kinds.insert(queue->tcm_parent == TC_H_ROOT ? kinds.begin() : kinds.end(), kind);
        });
  });
  return kinds;
}

}  // namespace splicebench

#pragma GCC diagnostic pop
