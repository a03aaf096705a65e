#pragma once

#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace splicebench {

/// bpf(2). What `attributes` does not set is 0. A descriptor or 0; -1 and errno.
template <typename Set>
int bpf(int command, Set set) {
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof attributes);
  set(attributes);
  // A program is not looked at to its end while a signal waits, or work that a ring which was
  // closed leaves to its thread (bpf_check(), io_ring_exit_work(), Linux 6.18: EAGAIN). libbpf
  // tries five times; after many rings that was too few.
  constexpr int kMostTries = 1000;
  int result = -1;
  for (int tries = 0; tries < kMostTries; ++tries) {
    result = static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes));
    if (result >= 0 || errno != EAGAIN) break;
  }
  return result;
}

/// Instructions of a BPF program, in order, with jumps to places by name
/// (Documentation/bpf/standardization/instruction-set.rst). So a program takes no compiler.
class BpfCode {
 public:
  enum Register { r0, r1, r2, r3, r4, r5, r6, r7, r8, r9 };

  void copy(Register to, Register from) { add(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0); }
  void set(Register to, std::int32_t value) { add(BPF_ALU64 | BPF_MOV | BPF_K, to, r0, 0, value); }
  /// Of `size`: BPF_W, BPF_DW.
  void load(int size, Register to, Register from, std::size_t offset) {
    add(BPF_LDX | BPF_MEM | size, to, from, static_cast<int>(offset), 0);
  }
  void store(int size, Register to, int offset, Register from) {
    add(BPF_STX | BPF_MEM | size, to, from, offset, 0);
  }
  void store_value(int size, Register to, std::size_t offset, std::int32_t value) {
    add(BPF_ST | BPF_MEM | size, to, r0, static_cast<int>(offset), value);
  }
  /// The map (BPF_PSEUDO_MAP_FD) or its only value (BPF_PSEUDO_MAP_VALUE).
  void load_map(Register to, int kind, int map) {
    add(BPF_LD | BPF_DW | BPF_IMM, to, static_cast<Register>(kind), 0, map);
    add(0, r0, r0, 0, 0);  // its second half
  }
  void call(int function) { add(BPF_JMP | BPF_CALL, r0, r0, 0, function); }
  void exit() { add(BPF_JMP | BPF_EXIT, r0, r0, 0, 0); }
  /// `code`: class, comparison and kind of the second operand.
  void jump(int code, Register first, Register second, std::int32_t value, const std::string& to) {
    jumps_.emplace_back(code_.size(), to);
    add(code, first, second, 0, value);
  }
  void jump(int comparison, Register first, std::int32_t value, const std::string& to) {
    jump(BPF_JMP | comparison | BPF_K, first, r0, value, to);
  }
  void jump(const std::string& to) { jump(BPF_JMP | BPF_JA, r0, r0, 0, to); }
  /// The next instruction has this name.
  void name(const std::string& place) { places_[place] = code_.size(); }
  void add(int code, Register to, Register from, int offset, std::int32_t value) {
    code_.push_back({static_cast<__u8>(code), static_cast<__u8>(to & 15),
                     static_cast<__u8>(from & 15), static_cast<__s16>(offset), value});
  }

  /// All of them. Throws std::out_of_range where a jump goes to no place.
  std::vector<bpf_insn> take() {
    for (const auto& [from, to] : jumps_) {
      const std::ptrdiff_t distance =
          static_cast<std::ptrdiff_t>(places_.at(to)) - static_cast<std::ptrdiff_t>(from) - 1;
      code_[from].off = static_cast<__s16>(distance);
    }
    return std::move(code_);
  }

 private:
  std::vector<bpf_insn> code_;
  std::vector<std::pair<std::size_t, std::string>> jumps_;
  std::map<std::string, std::size_t> places_;
};

}  // namespace splicebench
