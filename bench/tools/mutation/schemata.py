"""A copy of the sources with many defects in it, built once, and the boards on which one of them is switched on."""

import mmap
import pathlib
import re
import shutil
import struct
import subprocess
import sys

from mutation import places

MOST = 1 << 16  # mutant.h
HEADER = pathlib.Path(__file__).with_name("mutant.h")
# What the tests start or load.
STARTED = ["bench/splicebench", "bench/splicebench-relay", "harness/list_fds", "bench/dynamic-writer", "bench/dynamic-reader",
           "bench/fault_injector.so", "bench/stepping_clock.so", "bench/call_counter.so",
           *(f"peers/splicebench-{name}" for name in ("guard", "writer", "reader", "echo", "pinger"))]


def copy_tracked(copy, left_alone=()):
    """The tracked files, but for those that are there already; what has not changed keeps its time, so that it is not
    compiled again."""
    names = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True).stdout
    for name in map(pathlib.Path, names.splitlines()):
        target = copy / name
        if str(name) in left_alone and target.exists() or not name.exists():
            continue
        if target.exists() and target.read_bytes() == name.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, target)


class Board:
    """Which defect is switched on for the programs that are started by started(), and which of them they came by. The
    programs look at one file; where each of several boards is to have its own, it is mounted there for them alone."""

    def __init__(self, file, seen_at):
        file.write_bytes(bytes(4 + MOST))
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), 4 + MOST)
        mount = 'mount --bind "$0" "$1" && shift && exec "$@"'
        self._before = [] if file == seen_at else ["unshare", "--mount", "sh", "-c", mount, file, seen_at]

    def started(self, command):
        return [*self._before, *command]

    def works(self):
        """To mount something takes root."""
        return subprocess.run(self.started(["true"]), capture_output=True).returncode == 0

    def choose(self, number):
        """That defect for what is started from now on; 0: none."""
        self._memory[:] = struct.pack("=I", number) + bytes(MOST)

    def reached(self, number):
        """Did something come by it since choose()?"""
        return self._memory[4 + number] != 0


class Schemata:
    """`chosen`: places, numbered from 1; `programs`: of tests; `jobs`: at a time. What does not compile is left out:
    `numbers` are the others'."""

    def __init__(self, directory, chosen, programs, jobs):
        self.programs = programs
        self.jobs = jobs
        self.copy = directory.absolute() / "source"
        self.numbered = dict(enumerate(chosen, 1))
        self.board = self.copy / "board"
        self.numbers = set(self.numbered)
        # As they were chosen from, whatever becomes of the tree meanwhile.
        self._texts = {place.file: pathlib.Path(place.file).read_text() for place in chosen}
        self.copy.mkdir(parents=True, exist_ok=True)
        copy_tracked(self.copy, {place.file for place in chosen})
        if not (self.copy / "build/build.ninja").exists():
            subprocess.run(["meson", "setup", self.copy / "build", self.copy, "-Doptimization=1", "-Ddebug=false"],
                           check=True, stdout=subprocess.DEVNULL)
        self._build()

    def boards(self):
        """One for each job, or one alone where nothing can be mounted."""
        first = Board(self.board, self.board)
        each = [Board(self.board.with_name(f"board.{job}"), self.board) for job in range(self.jobs)]
        return each if self.jobs > 1 and each[0].works() else [first]

    def _write(self):
        """The changed files; on which lines of them which numbers stand."""
        stands = {}
        for file, text in self._texts.items():
            here = [(number, self.numbered[number]) for number in sorted(self.numbers)
                    if self.numbered[number].file == file]
            changed, stands[file] = places.with_changes(text, here)
            self.numbers -= {number for number, _ in here} - set(stands[file])
            # Behind what must be the first of a header.
            head = f'#define MUTANT_BOARD "{self.board}"\n#include "{HEADER}"\n#line 1\n' if here else ""
            guard = "#pragma once\n"
            changed = guard + head + changed if file.endswith(".h") else head + changed
            target = self.copy / file
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists() or target.read_text() != changed:
                target.write_text(changed)
        return stands

    def _targets(self):
        # What tests statistics starts nothing.
        return self.programs if self.programs == ["results/results_test"] else [*self.programs, *STARTED]

    def _build(self):
        while True:
            stands = self._write()
            done = subprocess.run(["ninja", "-j", str(self.jobs), "-k", "0", "-C", self.copy / "build", *self._targets()],
                                  capture_output=True, text=True)
            if done.returncode == 0:
                return
            # "../harness/x.cc:12:" or, of sources that are compiled as one, "/.../build/../harness/x.cc:12:"
            named = {(match.group(1), int(match.group(2)))
                     for match in re.finditer(r"\.\./((?:\w+/)*\w+\.(?:cc|h)):(\d+):", done.stdout)}
            broken = {number for file, line in named for number, (first, last) in stands.get(file, {}).items()
                      if first <= line <= last}
            if not broken:
                # A statement of several lines may be named by its last one.
                broken = {max(before, key=lambda number: stands[file][number][0]) for file, line in named
                          if (before := [number for number, (first, _) in stands.get(file, {}).items() if first <= line])}
            if not broken and "Killed" not in done.stdout:  # a machine short of memory
                print(done.stdout[-4000:], file=sys.stderr)
                sys.exit("bench/tools/mutants.py: the sources do not build, and no change in them is the reason")
            self.numbers -= broken
