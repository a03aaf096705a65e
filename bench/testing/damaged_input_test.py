#!/usr/bin/env python3
"""damaged_input_test.py SPLICEBENCH [MEGABYTES]: malformed and truncated files of each format.

Every one must end in one sentence that names the file and a line or byte, in exit status 2, without
output, and in memory that does not hold the file: at most 32 MiB more than for a small one, and
where samples are kept until the file ends, as many bytes as the file has above that. The files are
2 MB each unless MEGABYTES says otherwise."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

program = pathlib.Path(sys.argv[1]).resolve()
size = int(float(sys.argv[2] if len(sys.argv) > 2 else 2) * 1e6)
ROOM_KIB = 32 * 1024

GO_LINE = b"BenchmarkParse/size=%d-8 \t 1000 \t %d ns/op \t 12.50 MB/s\n"
GOOGLE_ENTRY = (b'{"name": "BM_Parse/%d", "run_type": "iteration", "iterations": 1000, "real_time": %d, '
                b'"cpu_time": 11.5, "time_unit": "ns", "bytes_per_second": 125000000}')
OWN_ENTRY = (b'{"name": "Splice/tcp-to-tcp/1024/mode=splice", "run_type": "iteration", "iterations": 1000, '
             b'"real_time": 50.0, "cpu_time": 40.0, "time_unit": "ns", "path": "tcp-to-tcp", "chunk": 1024, '
             b'"mode": "splice", "round": %d, "sequence": %d, "start_seconds": 0.5, "bytes": 1024000, '
             b'"seconds": 5e-05, "relay_user_seconds": 0.0, "relay_system_seconds": 4e-05, '
             b'"writer_user_seconds": 0.0, "writer_system_seconds": 2e-05, "system_busy_seconds": 9e-05, '
             b'"system_softirq_seconds": 0.0, "system_steal_seconds": 0.0, "voluntary_switches": 4, '
             b'"involuntary_switches": 0, "calls_in": 10, "calls_out": 10, "calls_wait": 1, "eagain": 1, '
             b'"short_in": 0, "short_out": 0, "fallbacks": 0, "warmup_seconds": 0.005, '
             b'"overhead_seconds": 0.005}')
JSON_HEAD = b'{\n "context": {"date": "2026-01-02T03:04:05+00:00"},\n "benchmarks": [\n'


def entries(template):
    """JSON up to `size` bytes, cut off within an entry."""
    separator = b"\n"
    yield JSON_HEAD
    written = len(JSON_HEAD)
    number = 0
    while written < size:
        part = separator + template % (number % 50, number)
        separator = b",\n"
        number += 1
        written += len(part)
        yield part if written < size else part[:len(part) // 2]


def spoiled(template):
    """The same, but it is a character too much that ends it."""
    yield from all_but_last(entries(template))
    yield b",\n?" + b" " * 1000


def all_but_last(parts):
    before = None
    for part in parts:
        if before is not None:
            yield before
        before = part


def go_lines():
    written = 0
    number = 0
    while written < size:
        part = GO_LINE % (number % 50, number)
        number += 1
        written += len(part)
        yield part
    yield b"BenchmarkParse/size=7-8 \t 1000 \t 12.5"  # cut off before the unit


def endless(head, part):
    yield head
    for _ in range(0, size, 65536):
        yield part * (65536 // len(part))


COMPARE = [["compare"]]
ALL = [["compare"], ["compare", "--paired"], ["replicate"], ["report", "-o", "page.html"],
            ["plot", "-o", "charts"]]
CASES = [
    ("Go text, truncated", COMPARE, go_lines),
    ("Go text, one endless line", COMPARE, lambda: endless(b"BenchmarkA 1 1 ns/op\nBenchmarkB", b"x")),
    ("Go text, no result in it", COMPARE, lambda: endless(b"", b"no benchmark here\n")),
    ("Go text, every line malformed", COMPARE, lambda: endless(b"", b"BenchmarkA x 1 ns/op\n")),
    ("Google Benchmark, truncated", COMPARE, lambda: entries(GOOGLE_ENTRY)),
    ("Google Benchmark, malformed", COMPARE, lambda: spoiled(GOOGLE_ENTRY)),
    ("own JSON, truncated", ALL, lambda: entries(OWN_ENTRY)),
    ("own JSON, malformed", ALL, lambda: spoiled(OWN_ENTRY)),
    ("JSON, endless string", ALL, lambda: endless(JSON_HEAD + b'{"name": "', b"x")),
    ("JSON, endless number", ALL, lambda: endless(JSON_HEAD + b'{"real_time": 1', b"0")),
    ("JSON, endless nesting", ALL, lambda: endless(b'{"benchmarks": ', b"[")),
    ("JSON, endless nesting beside", ALL, lambda: endless(b'{"splicebench": ', b'{"a":')),
    ("JSON, endless list beside", ALL, lambda: endless(b'{"splicebench": {"cases": [0', b",0")),
    ("JSON, endless white space", ALL, lambda: endless(b'{"benchmarks": [', b" \n")),
    ("JSON, endless nulls beside", ALL, lambda: endless(b'{"context": [null', b",null")),
]
PLACE = re.compile(r"damaged:\d+: |line \d+|\d+ lines|byte \d+")


def run(arguments, folder):
    """Exit status, standard output, standard error and peak memory in KiB."""
    with open(folder / "out", "w+b") as out, open(folder / "err", "w+b") as err:
        child = subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, stdout=out,
                                 stderr=err, cwd=folder)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return (child.returncode, (folder / "out").read_text(encoding="utf-8"),
            (folder / "err").read_text(encoding="utf-8"), usage.ru_maxrss)


def problem(answer, room, folder):
    status, out, err, memory = answer
    if status != 2:
        return f"exit {status}: {err[:200]}"
    if out or (folder / "page.html").exists() or (folder / "charts").exists():
        return "it wrote something"
    if len(err.splitlines()) != 1 or "damaged" not in err or not PLACE.search(err):
        return f"not one sentence with the file and a place: {err[:300]}"
    if memory > room:
        return f"{memory} KiB of memory, {room} allowed"
    return ""


def main():
    failed = 0
    with tempfile.TemporaryDirectory(prefix="splicebench-damaged-") as name:
        folder = pathlib.Path(name)
        (folder / "damaged").write_text("{", encoding="utf-8")
        room = run(["compare", "damaged"], folder)[3] + ROOM_KIB
        for title, commands, make in CASES:
            with open(folder / "damaged", "wb") as file:
                file.writelines(make())
            for command in commands:
                answer = run([*command, "damaged"], folder)
                samples = 0 if command == ["compare"] else size // 1024
                wrong = problem(answer, room + samples, folder)
                failed += wrong != ""
                print("FAILED" if wrong else "ok    ", f"{title}: {' '.join(command)}: {answer[3]} KiB:",
                      wrong or answer[2].strip())
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
