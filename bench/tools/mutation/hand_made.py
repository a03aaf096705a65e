"""Defects made by hand, each of a kind that an engine may have, and what they are looked for with."""

import collections
import json
import pathlib
import re
import subprocess
import sys

from mutation import schemata

COPY = "bench/engines/copy_buffer.cc"
SPLICE = "bench/engines/splice_engine.cc"
FALL_BACK = "bench/engines/fall_back.h"
DRIVER = "harness/engine/driver.cc"
GENERIC = "bench/engines/generic.cc"
SENDFILE = "bench/engines/sendfile.cc"
URING = "bench/engines/ring/uring_engine.cc"
RING = "bench/engines/ring/ring.h"
BUFFERS = "bench/engines/ring/buffer_ring.cc"
NO_COPY = "bench/engines/ring/zero_copy_sends.h"
RING_SPLICE = "bench/engines/uring_splice.cc"
ZEROCOPY = "bench/engines/zerocopy.cc"
IN_FLIGHT = "bench/engines/sends_in_flight.h"
SOCKMAP = "bench/engines/sockmap/sockmap.cc"
PROGRAM = "bench/engines/sockmap/program.cc"
QUEUE = "bench/engines/ring/send_queue.h"
REQUESTS = "bench/engines/ring/requests.h"
RING_HOST = "bench/engines/ring/ring_host.cc"
HOSTED = "bench/engines/ring/hosted_engine.h"
FLOW_LOOP = "harness/engine/flow_loop.cc"

# What the defects of a file are looked for with: modes, paths, and flows where they are of a loop. Others with those of
# COPY.
TRIED = {
    COPY: ("generic,splice,splice:pipe=4KiB", "tcp-to-tcp,unix-to-file"),
    GENERIC: ("generic:buffer=auto", "tcp-to-tcp,unix-to-file"),
    SENDFILE: ("sendfile", "file-to-tcp,file-to-unix"),
    URING: ("uring,uring:size=4KiB,uring:bundle,size=4KiB", "tcp-to-tcp,unix-to-unix"),
    REQUESTS: ("uring,uring:size=4KiB", "tcp-to-tcp,unix-to-unix"),
    QUEUE: ("uring,uring:size=4KiB", "tcp-to-tcp,unix-to-unix"),
    SOCKMAP: ("sockmap", "tcp-to-tcp,unix-to-tcp"),
    PROGRAM: ("sockmap", "tcp-to-tcp,unix-to-tcp"),
    NO_COPY: ("uring:zc,uring:zc,size=4KiB", "tcp-to-tcp,unix-to-tcp"),
    RING_SPLICE: ("uring:splice,uring:splice,pipe=4KiB", "tcp-to-tcp,unix-to-file"),
    ZEROCOPY: ("zerocopy,zerocopy:size=4KiB", "tcp-to-tcp,unix-to-tcp"),
    IN_FLIGHT: ("zerocopy,zerocopy:size=4KiB", "tcp-to-tcp,unix-to-tcp"),
    RING: ("uring,uring:splice", "tcp-to-tcp,unix-to-unix"),
    RING_HOST: ("uring,uring:size=4KiB,uring:bundle,size=4KiB", "tcp-to-tcp,unix-to-unix", "3,64"),
    HOSTED: ("uring,uring:size=4KiB", "tcp-to-tcp,unix-to-unix", "3,64"),
    FLOW_LOOP: ("generic,splice,splice:pipe=4KiB", "tcp-to-tcp,unix-to-file", "3,64"),
    BUFFERS: ("uring:bundle,size=4KiB", "tcp-to-tcp"),
}

# Name, file, what is replaced, by what.
MUTANTS = [
    ("short write dropped", COPY,
     "begin_ += static_cast<std::size_t>(put);", "begin_ = end_;"),
    ("EAGAIN taken for the end", COPY,
     "if (errno == EAGAIN) return give_back({source, POLLIN}, calls, outcome);",
     "if (errno == EAGAIN) { outcome.ended = Ended::eof; return false; }"),
    ("EINTR of a write not retried", COPY,
     "    if (errno == EINTR) continue;\n    if (errno == EINVAL", "    if (errno == EINVAL"),
    ("EINTR of a read not retried", COPY,
     "    if (errno == EINTR) continue;\n    if (errno == EAGAIN) return give_back({source",
     "    if (errno == EAGAIN) return give_back({source"),
    ("limit of a copy not kept", COPY,
     "std::min<std::uint64_t>(size_, most));\n  begin_", "size_ + 0 * most);\n  begin_"),
    ("held bytes forgotten when giving back", COPY,
     "if (errno == EAGAIN) return give_back({sink, POLLOUT}, calls, outcome);",
     "if (errno == EAGAIN) { begin_ = end_; return give_back({sink, POLLOUT}, calls, outcome); }"),
    ("wrong side of an error", COPY,
     "return fail(Side::sink, errno, outcome);", "return fail(Side::source, errno, outcome);"),
    ("no buffered tail for O_DIRECT", COPY,
     "if (errno == EINVAL && !buffered_ && buffered_.open(sink)) continue;", ""),
    ("true error taken for the end", COPY,
     "return fail(Side::source, errno, outcome);", "outcome.ended = Ended::eof;\n    return false;"),
    ("pipe's residue forgotten", SPLICE,
     "in_pipe_ -= static_cast<std::uint64_t>(put);", "in_pipe_ = 0;"),
    ("pipe's content dropped at a fall-back", SPLICE,
     "} else if (!take_back(outcome)) {", "} else if (in_pipe_ = 0; false) {"),
    ("SPLICE_F_MORE on the last piece", SPLICE,
     "size, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);", "size, SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE);"),
    ("EINTR of a splice out not retried", SPLICE,
     "if (errno == EINTR) return true;\n  if (errno == EAGAIN) return give_back({sink_",
     "if (errno == EAGAIN) return give_back({sink_"),
    ("reset taken for the end", SPLICE,
     "if (::sockatmark(source_) != 1) return fail_splice(Side::source, error, outcome);",
     "if (::sockatmark(source_) != 1) { outcome.ended = Ended::eof; return false; }"),
    ("no fall-back after the first splice", FALL_BACK,
     "case EOPNOTSUPP:\n      return true;", "case EOPNOTSUPP:\n      return !worked;"),
    ("late EIO taken for a reason to fall back", FALL_BACK, "return !worked;", "return worked || !worked;"),
    ("messages spliced", SPLICE,
     "&size) == 0 && type != SOCK_STREAM;", "&size) == 0 && type == -1;"),
    ("error of the read past an urgent mark dropped", SPLICE,
     "if (errno == EINTR || errno == EAGAIN) return true;\n  return fail", "return true;\n  return fail"),
    ("bytes between an urgent mark and a reset lost", SPLICE, "if (::sockatmark(source_) != 1) return", "return"),
    ("reset behind an urgent mark taken for the end", SPLICE, "error_behind_mark_ = error;", ""),
    ("sink taken to be blocking where the source is", SPLICE,
     "if (errno == EAGAIN) return give_back({sink_, POLLOUT}, calls_, outcome);",
     "if (errno == EAGAIN && (::fcntl(source_, F_GETFL) & O_NONBLOCK) == 0) return fail(Side::sink, EAGAIN, outcome);\n"
     "    if (errno == EAGAIN) return give_back({sink_, POLLOUT}, calls_, outcome);"),
    ("urgent mark never passed", SPLICE, "if (++empty_polls_ < 3) return false;", "return false;"),
    ("limit of a splice not kept", SPLICE,
     "std::min<std::uint64_t>(most, static_cast<std::uint64_t>(piece));",
     "static_cast<std::uint64_t>(piece) + 0 * most;"),
    ("pipe leaked", SPLICE, "pipe_in_ = Fd(ends[1]);", "pipe_in_ = Fd(ends[1]);\n    wanted_ += 0 * ::dup(ends[1]);"),
    ("busy waiting", DRIVER, "::poll(&waiting, 1, -1) < 0 && errno == EINTR",
     "::poll(&waiting, 1, 0) == 0"),
    ("caller's O_NONBLOCK cleared", SPLICE, "if (in_pipe_ == 0) return true;",
     "::fcntl(sink_, F_SETFL, ::fcntl(sink_, F_GETFL) & ~O_NONBLOCK);\n      if (in_pipe_ == 0) return true;"),
    ("engine with a broken connection's bytes lent again", DRIVER,
     "borrowed_.reset();", "if (borrowed_) pool_->give_back(std::move(borrowed_));"),
    ("limit of a growing copy not kept", GENERIC, "std::min(limit - outcome.in, room())", "room()"),
    ("a growing copy forgets what it holds", GENERIC, "outcome.left = buffer_.held();", "outcome.left = 0;"),
    ("a growing copy ends at its limit undelivered", GENERIC,
     "if (!buffer_.drain(sink_, calls_, outcome)) break;\n      if (outcome.in == limit) {",
     "if (outcome.in != limit && !buffer_.drain(sink_, calls_, outcome)) break;\n      if (outcome.in == limit) {"),
    ("a growing copy leaves a descriptor", GENERIC, "rebind(source, sink);\n    buffer_",
     "size_ += 0 * ::dup(source);\n    rebind(source, sink);\n    buffer_"),
    ("limit of sendfile not kept", SENDFILE, "std::min(most, kMostAtOnce)", "kMostAtOnce + 0 * most"),
    ("short sendfile taken for the end", SENDFILE, "if (bytes < asked) ++calls_.short_out;",
     "if (bytes < asked) {\n        outcome.ended = Ended::eof;\n        return false;\n      }"),
    ("EINTR of sendfile not retried", SENDFILE, "if (errno == EINTR) return true;", ""),
    ("full sink taken for an error of sendfile", SENDFILE,
     "if (errno == EAGAIN) return give_back({sink_, POLLOUT}, calls_, outcome);", ""),
    ("sendfile blames the sink for the file", SENDFILE, "is_of_file(source_, errno) ? Side::source : Side::sink",
     "Side::sink"),
    ("no fall-back of sendfile", SENDFILE, "if (!may_fall_back(errno, ever_sent_))", "if (true)"),
    ("short send of the ring dropped", QUEUE, "      if (piece.begin < piece.end) break;\n", ""),
    ("limit of the ring not kept", URING, "for (; room >= size && buffers_.has_free()",
     "for (room = ~0ULL; buffers_.has_free()"),
    ("last bytes before a limit received without their length", URING, "receive_once(static_cast<std::size_t>(most));",
     "receive_once(size);"),
    ("receive not started anew after ENOBUFS", URING,
     "if ((completion.flags & IORING_CQE_F_MORE) == 0) receiving_ = false;", ""),
    ("ENOBUFS taken for an error", URING, " && result != -ENOBUFS", ""),
    ("end told before all is sent", URING, "if (held_.is_empty()) {\n    if (outcome.in == limit)",
     "{\n    if (outcome.in == limit)"),
    ("error of the source told before its bytes are sent", URING,
     "if (held_.is_empty()) {\n    if (outcome.in == limit) {",
     "if (source_error_ != 0) return fail(Side::source, source_error_, outcome);\n    if (held_.is_empty()) {\n      if (outcome.in == limit) {"),
    ("two sends at a time", URING, "if (!held_.is_empty() && !sending_) send();", "if (!held_.is_empty()) send();"),
    ("bytes that came while the sink died not counted", URING,
     "    hush(outcome);\n    fail(Side::sink", "    Outcome lost;\n    hush(lost);\n    fail(Side::sink"),
    ("ring without a fall-back", URING, "if (refused != 0 || buffers_.open(ring_, count_) != 0) leave_ring();",
     "if (refused != 0) throw refused;\n    if (buffers_.open(ring_, count_) != 0) leave_ring();"),
    ("EINTR of a ring taken for an error", RING, "error == 0 || error == EINTR", "error == 0"),
    ("EAGAIN of a request taken for an error", REQUESTS, "result == -ECANCELED || result == -EAGAIN;", "result == -ECANCELED;"),
    ("bundle taken for one buffer", URING, "left > 0; ++place) {", "left > 0; left = 0) {"),
    ("end of a sockmap told before all is delivered", SOCKMAP,
     "        if (outcome.left > 0)\n          return wait(", "        if (outcome.left > 0 && !ended_)\n          return wait("),
    ("end of a sockmap not seen", SOCKMAP, "if (got == 0) ended_ = true;", ""),
    ("reset of a sockmap's source taken for the end", SOCKMAP, "source_error_ = errno;", "ended_ = true;"),
    ("dead sink of a sockmap waited for", SOCKMAP, "outcome.left > 0 && sink_changed_ ? sink_error() : unknown", "0 * sink_error()"),
    ("queued bytes of a unix source overtaken", SOCKMAP, "(stays && may_hold(source_)) || redirection_.connect",
     "redirection_.connect"),
    ("a sockmap's error of the sink taken from the source's reader", SOCKMAP,
     "outcome.left > 0 && sink_changed_ ?", "sink_changed_ ?"),
    ("sockets that a sockmap refuses waited for", SOCKMAP, "      return copy();\n    }\n    following_ = true;", "    }\n    following_ = true;"),
    ("bytes of a sockmap told twice", SOCKMAP, "outcome.in = told_in_ - told_in;", "outcome.in = told_in_;"),
    ("a sockmap's source begun in the middle of a segment", SOCKMAP, "is_unix || was_read_from(source_);", "is_unix;"),
    ("end of a stream handed on as no bytes", PROGRAM, "  code.jump(BPF_JEQ, length, 0, \"out\");\n", ""),
    ("bytes handed on not counted", PROGRAM, "BPF_ADD | BPF_FETCH", "BPF_OR | BPF_FETCH"),
    ("bytes that were sent again handed on twice", PROGRAM, "offsetof(Shared, order), kFollowed);",
     "offsetof(Shared, order), kFirstComes);"),
    ("repeated bytes taken out but for the last of them", PROGRAM, "pull(code, true);", "code.set(r0, 0);"),
    ("buffers filled in another order", BUFFERS, "order_[place] = buffer;",
     "order_[place] = buffer ^ (buffer + 1 < count_ ? buffer & 1 : 0);"),
    ("buffers let go before the kernel has done with them", NO_COPY,
     "    const bool is_over = (completion.flags & IORING_CQE_F_MORE) == 0;\n", "    const bool is_over = true;\n"),
    ("buffers kept when the kernel has done with them", NO_COPY, "      end(send);\n      const bool copied", "      const bool copied"),
    ("no room for a send without a copy taken for an error", NO_COPY,
     "      case ENOMEM:\n      case ENOBUFS:", "      case ENOTBLK:"),
    ("unix sink of sends without a copy taken for an error", NO_COPY, "case EOPNOTSUPP:", "case ENOTBLK:"),
    ("buffers of a refused send kept", NO_COPY, "if (is_over) end(send);", "if (is_over && completion.res > 0) end(send);"),
    ("notification taken for a result", NO_COPY, "return Told::done;", "return Told::result;"),
    ("linked softly", RING_SPLICE, "IOSQE_IO_HARDLINK", "IOSQE_IO_LINK"),
    ("second half's result forgotten", RING_SPLICE, "has_put_ = results_[kIn] > 0;", "has_put_ = false;"),
    ("limit of linked splices not kept", RING_SPLICE, "request(kIn, source, pipe_in, most,", "request(kIn, source, pipe_in, most + 1,"),
    ("waiting for one of two", RING_SPLICE, "if (!wait_for(2))", "if (!wait_for(1))"),
    ("error of a linked splice taken for the end", RING_SPLICE, "if (result >= 0) return result;",
     "if (result >= 0 || result == -ECONNRESET) return result < 0 ? 0 : result;"),
    ("linked splices without a fall-back", RING_SPLICE, "2 * kRequests) != 0) return false;", "2 * kRequests) != 0) return true;"),
    ("buffer filled again before its notification", ZEROCOPY, "if (!copies) sends_.sent_from(sending_);", ""),
    ("no room for MSG_ZEROCOPY taken for an error", ZEROCOPY, "errno != ENOBUFS || copies", "true"),
    ("short send without a copy dropped", ZEROCOPY, "begin_ += static_cast<std::size_t>(put);", "begin_ = end_;"),
    ("EINTR of a read before MSG_ZEROCOPY not retried", ZEROCOPY, "while (got < 0 && errno == EINTR);", "while (false);"),
    ("limit before MSG_ZEROCOPY not kept", ZEROCOPY, "std::min<std::uint64_t>(size_, most);", "size_ + 0 * most;"),
    ("waiting for room where a notification is missing", ZEROCOPY, "give_back({sink_, 0}, calls_", "give_back({sink_, POLLOUT}, calls_"),
    ("held bytes of MSG_ZEROCOPY forgotten", ZEROCOPY, "outcome.left = end_ - begin_;", "outcome.left = 0;"),
    ("all buffers free at the first notification", IN_FLIGHT, "if (untold_ > 0) return;", ""),
    ("buffer free at the first of its notifications", IN_FLIGHT, "if (--users_[buffer] == 0) free_.push_back(buffer);",
     "users_[buffer] = 0;\n    free_.push_back(buffer);"),
    ("flow served that is done", FLOW_LOOP, "if (!line->done && !stop().is_given()) serve", "if (!stop().is_given()) serve"),
    ("flow forgotten that held bytes when its turn began", FLOW_LOOP, "if (line.from.readable) enqueue(line);", ""),
    ("flow forgotten in its turn", FLOW_LOOP, "return enqueue(line);\n      finish", "return;\n      finish"),
    ("limit of a flow not kept", FLOW_LOOP, "std::min(each - std::min(each, taken), flow.turn())",
     "flow.turn() + 0 * taken"),
    ("flow counted as the one before it", FLOW_LOOP, "const Line& line = lines_[place];",
     "const Line& line = lines_[place == 0 ? 0 : place - 1];"),
    ("end of one flow taken for that of all", FLOW_LOOP, "  --left_;\n}", "  left_ = line.over ? 0 : left_ - 1;\n}"),
    ("buffers of a bundle taken from its begin again", RING_HOST, "left > 0; ++place) {", "left > 0;) {"),
    ("bundle of a flow past its limit", RING_HOST, "bundles_ && line.room >= all", "bundles_"),
    ("flow without a buffer forgotten", RING_HOST, "if (is_passing(result) || result == -ENOBUFS) {",
     "if (is_passing(result)) {"),
    ("limit of a flow of a ring not kept", RING_HOST, "std::min<std::uint64_t>(buffers_.size(), line.room)",
     "buffers_.size()"),
    ("short send of a ring's flow dropped", RING_HOST, "line.held.remove(static_cast<std::size_t>(result));",
     "line.held.clear();"),
    ("error of a ring's flow told of the other side", HOSTED, "by_sink ? Side::sink : Side::source",
     "by_sink ? Side::source : Side::sink"),
    ("what a ring's flow holds not told", HOSTED, "outcome.left = line_->held.bytes();", "outcome.left = 0;"),
    ("death by SIGPIPE", "harness/system/process.cc", "::signal(SIGPIPE, SIG_IGN);", ""),
]


def build(directory):
    """A copy of the tracked files, built; its folder."""
    copy = directory / "source"
    schemata.copy_tracked(copy)
    if not (copy / "build/build.ninja").exists():
        subprocess.run(["meson", "setup", copy / "build", copy, "-Dbuildtype=plain",
                        "-Dcpp_args=-O0 -g0"], check=True, stdout=subprocess.DEVNULL)
    make(copy)
    return copy


def make(copy):
    subprocess.run(["ninja", "-C", copy / "build", "--quiet", "bench/splicebench", "bench/relay_test"], check=True)


def failed_tests(copy):
    """Of the relay of many."""
    done = subprocess.run([copy / "build/bench/relay_test", "--gtest_brief=1", "--gtest_filter=*ProxyServerTest*"],
                          capture_output=True, text=True, errors="replace")
    found = collections.Counter(re.findall(r"^\[  FAILED  \] \w+/(\w+\.\w+)/", done.stdout, re.MULTILINE))
    if done.returncode != 0 and not found:
        sys.exit(f"bench/tools/mutants.py: relay_test ended with {done.returncode}: {done.stderr}")
    return found


def failures(copy, file):
    """Failed cells of the quick suite, by situation; of the driver, where there are none, failed tests."""
    modes, paths, *flows = TRIED.get(file, TRIED[COPY])
    done = subprocess.run(
        [copy / "build/bench/splicebench", "verify", "--quick", "--quiet", "--format", "json", "--timeout", "30s",
         "--paths", paths, "--modes", modes, "--flows", *(flows or ["1"])], capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(f"bench/tools/mutants.py: verify ended with {done.returncode}: {done.stderr}")
    found = {}
    for cell in json.loads(done.stdout)["cells"]:
        if cell["status"] == "fail":
            name = f"{cell['group']}/{cell['situation']}"
            found[name] = found.get(name, 0) + 1
    return found or (failed_tests(copy) if file == DRIVER else {})


def lost():
    """A sentence for each that does not fit the sources."""
    return [f"'{name}': its text is in {file} {count} times, not once" for name, file, old, _ in MUTANTS
            if (count := pathlib.Path(file).read_text().count(old)) != 1]


def try_all(directory, names):
    """Exit status."""
    copy = build(directory)
    chosen = [mutant for mutant in MUTANTS if not names or mutant[0] in names]
    unharmed = {}
    for file in {mutant[1] if mutant[1] in TRIED else COPY for mutant in chosen}:
        unharmed |= failures(copy, file)
    if unharmed:
        print(f"bench/tools/mutants.py: the engines fail without a defect: {', '.join(unharmed)}", file=sys.stderr)
        return 1
    missed = 0
    for name, file, old, new in chosen:
        path = copy / file
        text = path.read_text()
        path.write_text(text.replace(old, new))
        try:
            make(copy)
            caught = failures(copy, file)
        finally:
            path.write_text(text)
        missed += not caught
        shown = sorted(caught, key=caught.get, reverse=True)
        by = ", ".join(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")
        print(f"{'caught' if caught else 'MISSED'}  {name}{': ' + by if caught else ''}", flush=True)
    make(copy)
    print(f"{len(chosen) - missed} of {len(chosen)} caught")
    return 1 if missed else 0
