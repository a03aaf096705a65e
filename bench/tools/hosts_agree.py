#!/usr/bin/env python3
"""Does a run over three hosts by ssh measure what --link veth measures without ssh?

usage: hosts_agree.py PROGRAM [--turns 20] [--run-flags '...']

As root, with openssh-server. The hosts are network namespaces of this machine with an sshd each (bench/testing/ssh_hosts.py), so that
both cross the same kind of device under the same kernel. Each turn runs either once, one after the other, the first in every second
turn the other. Prints for each case the geometric mean of the ratios of throughput (hosts to veth) with its 95 % interval over the
turns (Student's t of the logarithms), and what a sample costs beside its clock in either.

Samples are long enough not to be lengthened over hosts, whose control round trip is below a millisecond here: so both are of one
length. Either makes its connections by the same code, in the same direction.

Relay and writer share a CPU here, as those of three machines do not. Each sshd's session is a group of its own to the scheduler
(sched(7), autogroup): groups take turns otherwise than processes of one session. With it on, context switches and calls per GB of
relay and writer differed between the two ways by a tenth to a half, and MSS, bytes per call and send buffers did not; with it off
none of them did. So it is off while this runs.

Socket buffers are of one size here. Left to the kernel (--socket-buffer auto), the relay's receive buffer came to rest at 2 to 10 MB or
at 14 to 23 MB, by how the first round trips went; with the larger one bytes leave the cache, the writer takes twice the CPU, and copying
is a fifth slower. Both ways see both, over hosts the larger one more often (28 of 36 samples of copy at 64 KiB, without hosts 5 of 36)."""
import argparse
import contextlib
import json
import math
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "testing"))
import ssh_hosts  # noqa: E402

T_975 = {4: 2.776, 7: 2.365, 9: 2.262, 11: 2.201, 14: 2.145, 19: 2.093, 24: 2.064, 29: 2.045, 39: 2.023}


def quantile_of_t(freedom):
    """Of 97.5 %: that of the next smaller freedom of the table, which is wider."""
    return T_975[max(known for known in T_975 if known <= freedom)]


AUTOGROUPS = pathlib.Path("/proc/sys/kernel/sched_autogroup_enabled")


@contextlib.contextmanager
def without_autogroups():
    before = AUTOGROUPS.read_text(encoding="ascii") if AUTOGROUPS.exists() else ""
    if before:
        AUTOGROUPS.write_text("0", encoding="ascii")
    try:
        yield
    finally:
        if before:
            AUTOGROUPS.write_text(before, encoding="ascii")


def samples(hosts, program, out, flags):
    done = hosts.run(program, "run", "--quiet", "--force", "--out", str(out), *flags, timeout=300)
    if done.returncode != 0:
        sys.exit(f"hosts_agree: status {done.returncode} of {' '.join(flags)}: {done.stderr}")
    return [entry for entry in json.loads(out.read_text(encoding="utf-8"))["benchmarks"] if entry["run_type"] == "iteration"]


def by_case(entries, key):
    """Case to its median."""
    found = {}
    for entry in entries:
        found.setdefault((entry["chunk"], entry["mode"]), []).append(key(entry))
    return {case: statistics.median(values) for case, values in found.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--run-flags", default="--paths tcp-to-tcp --chunks 64KiB,1MiB --modes generic:buffer=1MiB,splice --rounds 3 "
                        "--min-time 200ms --socket-buffer 4MiB",
                        help="'%(default)s'")
    options = parser.parse_args()
    if options.turns < 5:
        parser.error(f"--turns: {options.turns} is not at least 5")
    program = str(pathlib.Path(options.program).resolve())
    if why := ssh_hosts.why_not():
        sys.exit(f"hosts_agree: {why}")
    logs, overheads, trips = {}, {"veth": [], "hosts": []}, []
    with ssh_hosts.SshHosts() as hosts, without_autogroups():
        ways = {"veth": ["--link", "veth"],
                "hosts": ["--hosts", hosts.places(), "--addr", hosts.addresses(), "--remote-program", program]}
        for turn in range(options.turns):
            seen = {}
            for way in sorted(ways, reverse=turn % 2 == 0):
                seen[way] = samples(hosts, program, hosts.folder / "agree.json", [*options.run_flags.split(), *ways[way]])
                overheads[way] += [entry["overhead_seconds"] for entry in seen[way]]
            trips += [entry["control_round_trip_seconds"] for entry in seen["hosts"]]
            rates = {way: by_case(seen[way], lambda entry: entry["bytes_per_second"]) for way in ways}
            for case, rate in rates["hosts"].items():
                logs.setdefault(case, []).append(math.log(rate / rates["veth"][case]))
            print(f"turn {turn + 1} of {options.turns}", file=sys.stderr)
    print(f"throughput over hosts by ssh to that of --link veth, {options.turns} turns:")
    for (chunk, mode), values in logs.items():
        half = quantile_of_t(len(values) - 1) * statistics.stdev(values) / math.sqrt(len(values))
        centre = statistics.mean(values)
        ends = [100 * math.expm1(centre + side * half) for side in (-1, 1)]
        print(f"  {chunk >> 10:5} KiB  {mode:22} {100 * math.expm1(centre):+6.1f} %  [{ends[0]:+.1f}, {ends[1]:+.1f}]")
    medians = {way: 1e3 * statistics.median(values) for way, values in overheads.items()}
    print(f"overhead of a sample, median: veth {medians['veth']:.2f} ms, hosts {medians['hosts']:.2f} ms; "
          f"control round trip {1e3 * statistics.median(trips):.2f} ms")


if __name__ == "__main__":
    main()
