#include "bench/engines/sockmap/program.h"

#include <cstddef>

#include "bench/engines/sockmap/bpf.h"

namespace splicebench {

namespace {

using Code = BpfCode;
constexpr Code::Register r0 = Code::r0;
constexpr Code::Register r1 = Code::r1;
constexpr Code::Register r2 = Code::r2;
constexpr Code::Register r3 = Code::r3;
constexpr Code::Register r4 = Code::r4;
constexpr Code::Register skb = Code::r6;
constexpr Code::Register length = Code::r7;
constexpr Code::Register shared = Code::r8;
constexpr Code::Register before = Code::r9;    ///< bytes handed on without these
constexpr Code::Register repeated = Code::r9;  ///< bytes at the begin that came before

constexpr std::int32_t kMostPulled = 4095;  ///< bytes that bpf_skb_adjust_room() takes at once
/// No segment has more; each pull that could be is checked when the program is loaded, 7 us.
constexpr std::int32_t kMostRepeated = 65536;

/// What is left of `repeated`, or as much as is pulled at once.
void pull(Code& code, bool rest) {
  code.copy(r1, skb);
  if (rest) {
    code.copy(r2, repeated);
    code.add(BPF_ALU64 | BPF_NEG, r2, r0, 0, 0);
  } else {
    code.set(r2, -kMostPulled);
  }
  code.set(r3, 0);
  code.set(r4, 0);
  code.call(BPF_FUNC_skb_adjust_room);
  code.jump(BPF_JNE, r0, 0, "failed");
}

/// A TCP segment that was sent again together with more begins with bytes that came before. read(2)
/// passes them over; what is handed on is the segment as it is (Linux 6.18, tcp_read_skb in
/// net/ipv4/tcp.c), so they would reach the sink twice.
void leave_out_repeated(Code& code) {
  code.load(BPF_W, r2, shared, offsetof(Shared, order));
  code.jump(BPF_JEQ, r2, kNoOrder, "new");
  // Of the control block of TCP: sequence numbers of the first byte and behind the last. Where it
  // does not lie there (before Linux 5.15) they do not fit the length; the end takes a number, too.
  code.load(BPF_W, r3, skb, offsetof(__sk_buff, cb[0]));
  code.load(BPF_W, r4, skb, offsetof(__sk_buff, cb[1]));
  code.add(BPF_ALU | BPF_SUB | BPF_X, r4, r3, 0, 0);
  code.add(BPF_ALU | BPF_SUB | BPF_X, r4, length, 0, 0);
  code.jump(BPF_JGT, r4, 1, "new");
  code.jump(BPF_JEQ, r2, kFirstComes, "advance");
  code.load(BPF_W, repeated, shared, offsetof(Shared, next));
  code.add(BPF_ALU | BPF_SUB | BPF_X, repeated, r3, 0, 0);
  code.jump(BPF_JMP32 | BPF_JSLE | BPF_K, repeated, r0, 0, "advance");
  code.jump(BPF_JMP | BPF_JLE | BPF_X, repeated, length, 0, "pull");
  code.copy(repeated, length);
  code.name("pull");
  code.jump(BPF_JGT, repeated, kMostRepeated, "failed");
  // Without a jump back: where CAP_PERFMON is missing, the kernel follows what a CPU may guess,
  // too, and a loop of guesses has no end.
  for (std::int32_t left = kMostRepeated; left > kMostPulled; left -= kMostPulled) {
    code.jump(BPF_JLE, repeated, kMostPulled, "pull the rest");
    pull(code, false);
    code.add(BPF_ALU64 | BPF_SUB | BPF_K, repeated, r0, 0, kMostPulled);
  }
  code.name("pull the rest");
  pull(code, true);
  code.load(BPF_W, length, skb, offsetof(__sk_buff, len));
  code.load(BPF_W, r3, shared, offsetof(Shared, next));
  code.name("advance");
  code.add(BPF_ALU64 | BPF_ADD | BPF_X, r3, length, 0, 0);
  code.store(BPF_W, shared, offsetof(Shared, next), r3);
  code.store_value(BPF_W, shared, offsetof(Shared, order), kFollowed);
  code.name("new");
}

}  // namespace

Fd load_program(const Fd& counts, const Fd& wake, const Fd& sink) {
  Code code;
  code.copy(skb, r1);
  code.load(BPF_W, length, skb, offsetof(__sk_buff, len));
  code.load_map(shared, BPF_PSEUDO_MAP_VALUE, counts.get());
  leave_out_repeated(code);
  // The end of a stream has no bytes, and would end the sink with EPIPE. It shows at the source.
  code.set(r0, SK_DROP);
  code.jump(BPF_JEQ, length, 0, "out");
  // What stays is not counted.
  code.load(BPF_DW, r2, shared, offsetof(Shared, staying));
  code.set(r0, SK_PASS);
  code.jump(BPF_JNE, r2, 0, "out");
  // before = bytes; bytes += length
  code.copy(before, length);
  code.add(BPF_STX | BPF_ATOMIC | BPF_DW, shared, before, offsetof(Shared, bytes),
           BPF_ADD | BPF_FETCH);
  code.load(BPF_DW, r2, shared, offsetof(Shared, target));
  // Only who comes to the target wakes.
  code.jump(BPF_JMP | BPF_JGE | BPF_X, before, r2, 0, "hand on");
  code.add(BPF_ALU64 | BPF_ADD | BPF_X, before, length, 0, 0);
  code.jump(BPF_JMP | BPF_JLT | BPF_X, before, r2, 0, "hand on");
  code.name("wake");
  code.load_map(r1, BPF_PSEUDO_MAP_FD, wake.get());
  code.copy(r2, shared);  // nobody reads what was written there
  code.set(r3, 8);
  code.set(r4, BPF_RB_FORCE_WAKEUP);
  code.call(BPF_FUNC_ringbuf_output);
  code.load(BPF_W, r2, shared, offsetof(Shared, failed));
  code.set(r0, SK_DROP);
  code.jump(BPF_JNE, r2, 0, "out");
  code.name("hand on");
  code.copy(r1, skb);
  code.load_map(r2, BPF_PSEUDO_MAP_FD, sink.get());
  code.set(r3, kOnly);
  code.set(r4, 0);
  code.call(BPF_FUNC_sk_redirect_map);
  code.name("out");
  code.exit();
  // Neither the repeated bytes nor those behind them may be handed on.
  code.name("failed");
  code.store_value(BPF_W, shared, offsetof(Shared, failed), 1);
  code.jump("wake");

  const std::vector<bpf_insn> instructions = code.take();
  // The kernel gives ring buffers to programs under a licence it knows.
  static constexpr char kLicence[] = "Dual MIT/GPL";
  return Fd(bpf(BPF_PROG_LOAD, [&](bpf_attr& attributes) {
    attributes.prog_type = BPF_PROG_TYPE_SK_SKB;
    attributes.insns = reinterpret_cast<std::uintptr_t>(instructions.data());
    attributes.insn_cnt = static_cast<std::uint32_t>(instructions.size());
    attributes.license = reinterpret_cast<std::uintptr_t>(kLicence);
  }));
}

}  // namespace splicebench
