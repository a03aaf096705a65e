#pragma once

// Requests that the engines of a ring have in common.

#include <sys/socket.h>

#include <cerrno>

#include "bench/engines/ring/buffer_ring.h"

namespace splicebench {

/// Into provided buffers; the rest is the caller's to say.
inline void select_buffers(io_uring_sqe* request) {
  request->flags |= IOSQE_BUFFER_SELECT;
  request->buf_group = BufferRing::kGroup;
}

/// Of the first buffer that a completion tells of.
inline unsigned place_of(const io_uring_cqe& completion) {
  return completion.flags >> IORING_CQE_BUFFER_SHIFT;
}

inline constexpr int kSendFlags = MSG_WAITALL | MSG_NOSIGNAL;

inline void prepare_send(io_uring_sqe* request, int sink, const iovec& piece) {
  ::io_uring_prep_send(request, sink, piece.iov_base, piece.iov_len, kSendFlags);
}
/// `message` must stay as it is until the request is handed over.
inline void prepare_send(io_uring_sqe* request, int sink, const msghdr& message) {
  if (message.msg_iovlen > 1) return ::io_uring_prep_sendmsg(request, sink, &message, kSendFlags);
  prepare_send(request, sink, message.msg_iov[0]);
}

/// `report`: see ZeroCopySends.
inline void prepare_send_without_copy(io_uring_sqe* request, int sink, const msghdr& message,
                                      unsigned report) {
  ::io_uring_prep_sendmsg_zc(request, sink, &message, kSendFlags);
  request->ioprio |= static_cast<__u16>(report);
}

/// A result that is asked for anew.
inline bool is_passing(int result) {
  return result == -EINTR || result == -ECANCELED || result == -EAGAIN;
}

}  // namespace splicebench
