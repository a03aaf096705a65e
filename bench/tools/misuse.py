#!/usr/bin/env python3
"""Uses splicebench wrongly: 300 wrong command lines of all commands, 200 damaged results, journals and recipes.

usage: misuse.py SPLICEBENCH [--seed N] [--usages N] [--files N] [--seconds S]

Each must end with exit status 2, nothing on standard output, one sentence of at most two lines on standard error without
control characters, nothing written or changed (in $TMPDIR neither), no process left, within S (2) seconds. The tables
(misuse_tables.py) must know every command and flag that --help has, and what they call right must be taken. Prints a line
for each that is not so; exit 1."""
import argparse
import concurrent.futures
import ctypes
import json
import os
import pathlib
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import time

from misuse_tables import COMMANDS, TOGETHER, uncovered
from soak_traces import children_left, soon_empty

PR_SET_CHILD_SUBREAPER = 36
RECIPE = "about: copies\ncommand: /bin/true {listen} {connect}\n"
# Neither a figure nor a name that a run could have written; and for each its place in a sample.
NONSENSE = {
    "iterations": [-1, 0, 1.5, 1e18, 2**63, "1", None, [], True],
    "real_time": [-1, "1", [], True, {}],
    "chunk": [0, -4, 1.5, 2**63, "1", None],
    "bytes": [-1, 1.5, "1", 7],
    "round": [-1, 1.5, 10**9, "1", None],
    "relay_user_seconds": [-1, "1", True],
    "calls_in": [-1, 1.5, "1"],
    "latency_counts": [[-1], [1.5], [True], ["1"], [], None, {}],
    "latency_max_ns": [-1, 1.5, "1", True, None],
    "mode": [7, None, [], ""],
    "path": [7, None, ""],
}


def refused_usage(random_, command):
    """A command line that is wrong in one place."""
    right, flags = COMMANDS[command]
    kind = random_.randrange(14)
    if kind == 0:
        letters = list(command)
        letters.insert(random_.randrange(len(letters) + 1), random_.choice("abcxyz"))
        return ["".join(letters), *right]
    if kind == 1:
        return [command, *right, random_.choice(["--nosuch", "-z", "--rounds-", "---", "--Format", "--formats=json"])]
    flag = random_.choice(list(flags))
    if kind == 2 and flag:
        return [command, *right, flag]  # its value is missing
    if kind == 3:
        return [command, *right, *random_.choice(TOGETHER[command])]
    value = random_.choice(flags[flag])
    if not flag:
        return [command, *[value if word == "@result" else word for word in right]]
    if command == "relay" and flag in right:
        right = [word for word in right if word != flag]
    if command in ("plot", "report") and flag == "--output":
        right = right[:1]
    if command == "compare" and flag == "--paired" or command == "verify" and flag == "--file-dir":
        right = []
    return [command, *right, f"{flag}={value}"]


def damaged_json(random_, text):
    """A result that is cut, carries on after its end, or holds a figure that cannot be; and which."""
    kind = random_.randrange(4)
    if kind == 0:
        end = random_.randrange(len(text.rstrip()) - 1)
        return text[:end], f"cut at {end}"
    if kind == 1:
        more = random_.choice(["}", "\0", "{}", "x", ",", "\n[]"])
        return text.rstrip() + more, f"{more!r} after its end"
    result = json.loads(text)
    what = spoil(random_, random_.choice([entry for entry in result["benchmarks"] if "round" in entry]))
    return json.dumps(result, indent=1), what


def spoil(random_, entry):
    key = random_.choice([key for key in NONSENSE if key in entry])
    entry[key] = random_.choice(NONSENSE[key])
    return f"{key} {entry[key]!r}"


def damaged_journal(random_, text):
    """A journal with a line, not its last, that is cut or holds a figure that cannot be, or that comes twice; and which."""
    lines = text.rstrip("\n").split("\n")
    kind = random_.randrange(3)
    at = random_.choice([i for i, line in enumerate(lines[:-1]) if json.loads(line)["kind"] == "sample"])
    if kind == 0:
        at = random_.randrange(len(lines) - 1)
        lines[at] = lines[at][:random_.randrange(1, len(lines[at]))]
        what = "is cut"
    elif kind == 1:
        line = json.loads(lines[at])
        what = spoil(random_, line["sample"])
        lines[at] = json.dumps(line)
    else:
        lines.insert(at, lines[at])
        what = "comes twice"
    return "\n".join(lines) + "\n", f"line {at + 1}: {what}"


def damaged_recipe(random_):
    lines = RECIPE.split("\n")[:-1]
    kind = random_.randrange(5)
    if kind == 0:
        lines[1] = random_.choice(["command:", "command: /bin/true {nosuch}",
                                   "command: '/bin/true {listen} {connect}", "Command: x", "command /bin/true"])
    elif kind == 1:
        lines.insert(random_.randrange(2), random_.choice(["nosuch: 1", "config", ":", "\0", "x", "\ufffd: y"]))
    elif kind == 2:
        lines.append(lines[1])  # twice
    elif kind == 3:
        lines.pop(1)
    else:
        lines = []
    text = "\n".join(lines)
    return text, repr(text)


class Bench:
    """What a right run writes, and how the program takes what is made of it."""

    def __init__(self, program, directory, seconds):
        self.program, self.seconds = program, seconds
        small = ["--paths", "tcp-to-tcp", "--modes", "generic,splice", "--chunks", "1KiB", "--min-time", "1ms", "--out", "r.json"]
        place = directory / "right"
        place.mkdir()
        quiet = {"cwd": place, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([program, "run", *small, "--rounds", "3"], check=True, **quiet)
        self.result = (place / "r.json").read_text(encoding="utf-8")
        older = json.loads(self.result)
        older["splicebench"]["environment"]["date"] = "2020-01-02T03:04:05+00:00"
        self.older = json.dumps(older)
        subprocess.run([program, "ping", "-n", "40", "--rounds", "2", "--modes", "splice", "--out", "p.json"], check=True, **quiet)
        self.pings = (place / "p.json").read_text(encoding="utf-8")
        journal = place / "r.json.journal"
        with subprocess.Popen([program, "run", *small, "--rounds", "1000", "--force"], **quiet) as run:
            while run.poll() is None and not (journal.exists() and journal.read_text(encoding="utf-8").count('"sample"') > 10):
                time.sleep(0.01)
            run.send_signal(signal.SIGKILL)
        text = journal.read_text(encoding="utf-8")
        self.journal = text[:text.rindex("\n") + 1]

    def usage(self, words, place):
        """The words with the names of files, made in `place`, for @NAME."""
        inputs = place / "in"
        (inputs / "folder").mkdir(parents=True)
        (inputs / "text").write_text("no result\n", encoding="utf-8")
        (inputs / "empty").touch()
        for name, text in (("result", self.result), ("older", self.older), ("pings", self.pings)):
            (inputs / name).write_text(text, encoding="utf-8")
        for name in ("fifo", "fifo.recipe"):
            os.mkfifo(inputs / name)
        return [word.replace("@", "in/") if word.startswith("@") or "=@" in word else word for word in words], ""

    def damaged(self, random_, place):
        """Writes a damaged file into `place`; a command line that reads it, and what is wrong with it."""
        kind = random_.choice(["result", "result", "pings", "journal", "journal", "recipe"])
        name = place / {"journal": "r.json.journal", "recipe": "r.recipe"}.get(kind, "r.json")
        if kind in ("result", "pings"):
            text, what = damaged_json(random_, self.result if kind == "result" else self.pings)
            words = random_.choice([["compare", "-"], ["compare", "--paired", "-"], ["plot", "-", "-o", "new"], ["report", "-"],
                                    ["replicate", "-"], ["run", "--resume", "-"], ["show", "-"], ["show", "-", "--format", "csv"],
                                    ["show", "-", "--format", "bencher"], ["history", "-"]])
            if what.startswith("latency_") and words == ["compare", "-"]:
                words = ["show", "-"]  # compare reads the figures alone that follow from them
            words = ["r.json" if word == "-" else word for word in words]
        elif kind == "journal":
            text, what = damaged_journal(random_, self.journal)
            words = ["run", "--resume", "r.json"]
        else:
            text, what = damaged_recipe(random_)
            words = [random_.choice(["run", "ping"]), "--relay", name.name, "--dry-run"]
        name.write_text(text, encoding="utf-8")
        return words, what

    def start(self, words, place):
        return subprocess.run([self.program, *words], cwd=place, capture_output=True, stdin=subprocess.DEVNULL, check=False,
                              timeout=self.seconds, start_new_session=True, env={**os.environ, "TMPDIR": str(place)})

    def not_taken(self, directory):
        """What the tables call right and the program does not take."""
        for command, (right, _) in COMMANDS.items():
            place = directory / f"right-{command}"
            place.mkdir()
            words, _ = self.usage([command, *right], place)
            if command == "relay":
                continue  # it would go on
            run = self.start(words, place)
            if run.returncode != 0:
                yield f"{shlex.join(words)}: exit {run.returncode}: {run.stderr.decode()}"

    def faults(self, words, place):
        """What is wrong with how the program takes `words`; `place` holds nothing else than what they name."""
        before = seen(place)
        begin = time.monotonic()
        try:
            run = self.start(words, place)
        except subprocess.TimeoutExpired:
            return [f"not over after {self.seconds:g} s"]
        found = []
        if run.returncode != 2:
            found.append(f"exit {run.returncode}")
        if run.stdout:
            found.append(f"{len(run.stdout)} bytes on standard output")
        said = run.stderr.decode("utf-8", "replace")
        if not said.startswith("splicebench: ") or not said.endswith("\n") or said.count("\n") > 2:
            found.append("not one sentence of at most two lines")
        if any(not letter.isprintable() for letter in said.replace("\n", "")):
            found.append("control characters")
        if seen(place) != before:
            found.append("something was written")
        if found:
            found.append(f"after {time.monotonic() - begin:.1f} s, said: {said[:300]!r}")
        return found


def seen(folder):
    """Every file with what would change when it is written."""
    return {(str(path), path.lstat().st_mtime_ns, path.lstat().st_size) for path in folder.rglob("*")}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program", type=os.path.abspath)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--usages", type=int, default=300)
    arguments.add_argument("--files", type=int, default=200)
    arguments.add_argument("--seconds", type=float, default=2)
    options = arguments.parse_args()
    random_ = random.Random(options.seed)
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("misuse.py: this kernel gives orphans to nobody (PR_SET_CHILD_SUBREAPER)")
    with tempfile.TemporaryDirectory(prefix="splicebench-misuse-") as directory:
        bench = Bench(options.program, pathlib.Path(directory), options.seconds)
        wrong_here = [f"{name}: misuse_tables.py does not know it" for name in uncovered(options.program)]
        wrong_here += bench.not_taken(pathlib.Path(directory))
        cases = []
        for number in range(options.usages + options.files):
            place = pathlib.Path(directory, str(number))
            place.mkdir()
            if number < options.usages:
                command = list(COMMANDS)[number % len(COMMANDS)]
                words, what = bench.usage(refused_usage(random_, command), place)
            else:
                words, what = bench.damaged(random_, place)
            cases.append((words, what, place))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            failed = 0
            for (words, what, place), found in zip(cases, pool.map(lambda case: bench.faults(case[0], case[2]), cases)):
                if found:
                    failed += 1
                    print(f"{place.name}: {shlex.join(words)} ({what}): {'; '.join(found)}", flush=True)
    wrong_here += [f"process left: {one}" for one in soon_empty(children_left)]
    for line in wrong_here:
        print(line)
    print(f"{len(cases)} wrong uses with seed {options.seed}, {failed} not refused as they should be")
    sys.exit(failed > 0 or bool(wrong_here))


if __name__ == "__main__":
    main()
