#include "bench/engines/sockmap/redirection.h"

#include <linux/membarrier.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "bench/engines/sockmap/bpf.h"

namespace splicebench {

namespace {

Fd make_map(bpf_map_type type, std::uint32_t key, std::uint32_t value, std::uint32_t entries,
            std::uint32_t flags = 0) {
  return Fd(bpf(BPF_MAP_CREATE, [&](bpf_attr& attributes) {
    attributes.map_type = type;
    attributes.key_size = key;
    attributes.value_size = value;
    attributes.max_entries = entries;
    attributes.map_flags = flags;
  }));
}

int put(const Fd& map, int socket) {
  const std::uint64_t value = static_cast<std::uint64_t>(socket);
  return bpf(BPF_MAP_UPDATE_ELEM, [&](bpf_attr& attributes) {
    attributes.map_fd = static_cast<std::uint32_t>(map.get());
    attributes.key = reinterpret_cast<std::uintptr_t>(&kOnly);
    attributes.value = reinterpret_cast<std::uintptr_t>(&value);
    attributes.flags = BPF_ANY;
  });
}

/// A socket that ended has left by itself: no error.
void take_out(const Fd& map) {
  bpf(BPF_MAP_DELETE_ELEM, [&](bpf_attr& attributes) {
    attributes.map_fd = static_cast<std::uint32_t>(map.get());
    attributes.key = reinterpret_cast<std::uintptr_t>(&kOnly);
  });
}

/// Throws nothing; the page size is asked for once.
std::size_t page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

std::string refused(int error) {
  switch (error) {
    case EPERM:
    case EACCES:
      return "a sockmap takes CAP_NET_ADMIN and CAP_BPF; run as root";
    case ENOSYS:
    case EINVAL:
      return "this kernel has no sockmap as it is needed; it takes Linux 5.12 with "
             "CONFIG_BPF_SYSCALL and CONFIG_NET_SOCK_MSG";
    default:
      return std::string("bpf(2): ") + std::strerror(error);
  }
}

}  // namespace

int Redirection::open() {
  page_ = page_size();
  const auto failed = [this] {
    const int error = errno;
    close();
    return error;
  };
  sink_map_ = make_map(BPF_MAP_TYPE_SOCKMAP, sizeof kOnly, sizeof(std::uint64_t), 1);
  if (!sink_map_) return failed();
  count_map_ = make_map(BPF_MAP_TYPE_ARRAY, sizeof kOnly, sizeof(Shared), 1, BPF_F_MMAPABLE);
  if (!count_map_) return failed();
  wake_map_ = make_map(BPF_MAP_TYPE_RINGBUF, 0, 0, static_cast<std::uint32_t>(page_));
  if (!wake_map_) return failed();
  source_map_ = make_map(BPF_MAP_TYPE_SOCKMAP, sizeof kOnly, sizeof(std::uint64_t), 1);
  if (!source_map_ || map_pages() != 0) return failed();
  program_ = load_program(count_map_, wake_map_, sink_map_);
  if (!program_) return failed();
  const int attached = bpf(BPF_PROG_ATTACH, [this](bpf_attr& attributes) {
    attributes.target_fd = static_cast<std::uint32_t>(source_map_.get());
    attributes.attach_bpf_fd = static_cast<std::uint32_t>(program_.get());
    attributes.attach_type = BPF_SK_SKB_VERDICT;
  });
  return attached == 0 ? 0 : failed();
}

int Redirection::map_pages() {
  const auto mapped = [this](const Fd& map, int protection, std::size_t pages) {
    void* const at = ::mmap(nullptr, page_, protection, MAP_SHARED, map.get(),
                            static_cast<off_t>(pages * page_));
    return at == MAP_FAILED ? nullptr : at;
  };
  shared_ = static_cast<Shared*>(mapped(count_map_, PROT_READ | PROT_WRITE, 0));
  if (shared_ == nullptr) return -1;
  consumed_ = static_cast<std::uint64_t*>(mapped(wake_map_, PROT_READ | PROT_WRITE, 0));
  if (consumed_ == nullptr) return -1;
  made_ = static_cast<const std::uint64_t*>(mapped(wake_map_, PROT_READ, 1));
  return made_ == nullptr ? -1 : 0;
}

void Redirection::close() {
  if (shared_ != nullptr) ::munmap(shared_, page_);
  if (consumed_ != nullptr) ::munmap(consumed_, page_);
  if (made_ != nullptr) ::munmap(const_cast<std::uint64_t*>(made_), page_);
  shared_ = nullptr;
  consumed_ = nullptr;
  made_ = nullptr;
  for (Fd* const fd : {&source_map_, &sink_map_, &count_map_, &wake_map_, &program_}) fd->reset();
}

int Redirection::connect(int source, int sink) {
  int protocol = 0;
  socklen_t size = sizeof protocol;
  ::getsockopt(source, SOL_SOCKET, SO_PROTOCOL, &protocol, &size);
  __atomic_store_n(&shared_->order, protocol == IPPROTO_TCP ? kFirstComes : kNoOrder,
                   __ATOMIC_SEQ_CST);
  __atomic_store_n(&shared_->staying, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&shared_->failed, 0, __ATOMIC_SEQ_CST);
  // The sink first: what comes without one is dropped.
  return put(sink_map_, sink) == 0 && put(source_map_, source) == 0 ? 0 : errno;
}

void Redirection::let_stay() {
  __atomic_store_n(&shared_->staying, 1, __ATOMIC_SEQ_CST);
  // Waits for every reader of RCU, which a running program is, with what is done with its verdict
  // (kernel/sched/membarrier.c; net/core/skmsg.c, sk_psock_verdict_recv).
  ::syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

void Redirection::disconnect() {
  take_out(source_map_);
  take_out(sink_map_);
}

void Redirection::hush() {
  // Whatever was written there: bytes() says more.
  __atomic_store_n(consumed_, __atomic_load_n(made_, __ATOMIC_ACQUIRE), __ATOMIC_RELEASE);
}

const std::string& why_no_redirection() {
  static const std::string why = [] {
    Redirection one;
    const int error = one.open();
    return error == 0 ? std::string() : refused(error);
  }();
  return why;
}

}  // namespace splicebench
