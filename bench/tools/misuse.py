#!/usr/bin/env python3
"""Uses splicebench wrongly: 300 wrong command lines of all commands, 200 damaged results, journals and recipes.

usage: misuse.py SPLICEBENCH [--seed N] [--usages N] [--files N] [--seconds S]

Each must end with exit status 2, nothing on standard output, one sentence of at most two lines on standard error without
control characters, nothing written or changed, within S (2) seconds. Prints a line for each that does not; exit 1."""
import argparse
import concurrent.futures
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

NUMBERS = ["", "abc", "-1", "1.5", " 5", "5 ", "0x10", "1e3", "99999999999999999999", "nan", "--", "1,5", "+"]
TIMES = ["", "abc", "-1s", "1y", "nans", "1e400s", "s", "1 s x", "0x1s"]
SHARES = ["", "abc", "-0.1", "1.1", "nan", "inf", "0.5x", "50%"]
CHOICES = ["", "xml", "TABLE ", "json,csv", "0", "-"]
MODES = ["", ",", "nosuch", "splice,", "splice:", "splice:pipe", "splice:pipe=", "splice:pipe=0", "splice:pipe=-1", "splice:nosuch=1",
         "generic:buffer=x", "generic:buffer=1TiB", "generic,,splice", "Splice", "splice:pipe=1MiB:pipe"]
PATHS = ["", ",", "tcp", "tcp-to-nowhere", "tcp-to-tcp,", "TCP-to-tcp", "tcp-to-tcp,,unix-to-tcp"]
PATTERNS = ["", "(", "[", "*", "a{2,1}", "\\", "(?P<", "nothing-matches-this"]
SIZES = ["", ",", "abc", "0", "-1KiB", "1XiB", "1KiB,", "1KiB..", "..1KiB", "1MiB..1KiB", "nan", "1e400", "0x400"]
SEEDS = ["", "abc", "-1", "1.5", "99999999999999999999999", "nan"]
INPUTS = ["", "nosuch.json", "@folder", "@fifo", "@text", "@empty", "/dev/null", "@folder/nosuch/x"]
OUTPUTS = ["", "@folder", "@folder/nosuch/x.json", "/dev/null/x", "@fifo", "@text"]
FOLDERS = ["", "@folder/nosuch", "@text"]
ADDRESSES = ["", "x", ":99999", ":-1", "1.2.3.4", "[::1", "unix:", "unix:@", "127.0.0.1:x", "unix:" + "x" * 200]
RELAYS = ["", "nosuch", "x=", "=true", "x='true", "x=/nosuch/program {listen} {connect}", "@nosuch.recipe",
          "x=true {nosuch} {listen} {connect}", "x=true {connect}", "x=true {listen}"]
# What each command takes, what would be right beside it, and wrong values of each flag.
COMMANDS = {
    "run": (["--dry-run"], {
        "--paths": PATHS, "--chunks": SIZES, "--modes": MODES, "--relay": RELAYS, "--rounds": [*NUMBERS, "0"], "--min-time": TIMES,
        "--filter": PATTERNS, "--out": OUTPUTS, "--resume": INPUTS, "--file-dir": FOLDERS, "--seed": SEEDS, "--placement": CHOICES,
        "--congestion": [*CHOICES, "reno,reno"], "--socket-buffer": [*SIZES, "64KiB,64KiB"], "--link": CHOICES, "--netem": ["", "delay 1ms"], "--timeout": [*TIMES, "0s"], "--format": CHOICES}),
    "ping": (["--dry-run"], {
        "--size": SIZES, "--count": NUMBERS, "--modes": MODES, "--relay": RELAYS, "--rounds": [*NUMBERS, "0"],
        "--rate": ["", "abc", "-1", "nan", "inf", "1e400"], "--placement": CHOICES, "--link": CHOICES, "--netem": ["", "delay 1ms"],
        "--server": ADDRESSES, "--client": ADDRESSES, "--out": OUTPUTS, "--seed": SEEDS, "--timeout": [*TIMES, "0s"],
        "--format": CHOICES}),
    "relay": (["--listen", ":0", "--connect", ":1"], {
        "--listen": ADDRESSES, "--connect": [*ADDRESSES, ":0"], "--mode": MODES, "--threads": [*NUMBERS, "0"], "--drain": TIMES,
        "--connect-timeout": TIMES, "--format": CHOICES}),
    # With a limit: without one compare takes what benchstat takes, shares of 0 and 1 and no column among it.
    "compare": (["@result", "@result", "--fail-on=5%"], {
        "--table": ["(", "nosuch@x", "nokey"], "--row": ["(", "a@b@c", "mode"], "--col": ["", "mode", "nokey", "("],
        "--filter": ["", "(", "a"], "--confidence": [*SHARES, "0", "1"], "--alpha": [*SHARES, "0", "1"],
        "--fail-on": ["", "abc", "sec/op", "%", "sec/op>x%"], "--format": CHOICES, "--paired": INPUTS}),
    "replicate": (["@result"], {"--published": CHOICES, "--alpha": [*SHARES, "0", "1"], "--format": CHOICES}),
    "plot": (["@result", "-o", "new"], {
        "--output": ["", "@text"], "--format": CHOICES, "--charts": ["", "nosuch", "throughput,throughput", "old-new"],
        "--width": [*NUMBERS, "239", "8001"], "--height": [*NUMBERS, "199", "8001"]}),
    "report": (["@result"], {"--output": ["", "@folder", "@folder/nosuch/x.html", "@fifo", "@text", "@result"]}),
    "verify": (["--list"], {
        "--modes": MODES, "--paths": PATHS, "--relay": RELAYS, "--filter": PATTERNS, "--format": CHOICES, "--file-dir": FOLDERS,
        "--jobs": [*NUMBERS, "0"], "--timeout": [*TIMES, "0s"]}),
}
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
    "mode": [7, None, [], ""],
    "path": [7, None, ""],
}


def refused_usage(random_):
    """A command line that is wrong in one place."""
    command = random_.choice(list(COMMANDS))
    right, flags = COMMANDS[command]
    kind = random_.randrange(12)
    if kind == 0:
        letters = list(command)
        letters.insert(random_.randrange(len(letters) + 1), random_.choice("abcxyz"))
        return ["".join(letters), *right]
    if kind == 1:
        return [command, *right, random_.choice(["--nosuch", "-z", "--rounds-", "---", "--Format", "--formats=json"])]
    if kind == 2:
        return [command, *right, random_.choice(list(flags))]  # its value is missing
    flag = random_.choice(list(flags))
    value = random_.choice(flags[flag])
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
        (inputs / "result").write_text(self.result, encoding="utf-8")
        os.mkfifo(inputs / "fifo")
        return [word.replace("@", "in/") if word.startswith("@") or "=@" in word else word for word in words], ""

    def damaged(self, random_, place):
        """Writes a damaged file into `place`; a command line that reads it, and what is wrong with it."""
        kind = random_.choice(["result", "journal", "recipe"])
        name = place / {"result": "r.json", "journal": "r.json.journal", "recipe": "r.recipe"}[kind]
        if kind == "result":
            text, what = damaged_json(random_, self.result)
            words = random_.choice([["compare", "-"], ["compare", "--paired", "-"], ["plot", "-", "-o", "new"], ["report", "-"],
                                    ["replicate", "-"], ["run", "--resume", "-"]])
            words = ["r.json" if word == "-" else word for word in words]
        elif kind == "journal":
            text, what = damaged_journal(random_, self.journal)
            words = ["run", "--resume", "r.json"]
        else:
            text, what = damaged_recipe(random_)
            words = [random_.choice(["run", "ping"]), "--relay", name.name, "--dry-run"]
        name.write_text(text, encoding="utf-8")
        return words, what

    def faults(self, words, place):
        """What is wrong with how the program takes `words`; `place` holds nothing else than what they name."""
        before = seen(place)
        begin = time.monotonic()
        try:
            run = subprocess.run([self.program, *words], cwd=place, capture_output=True, stdin=subprocess.DEVNULL, check=False,
                                 timeout=self.seconds, start_new_session=True)
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
    with tempfile.TemporaryDirectory(prefix="splicebench-misuse-") as directory:
        bench = Bench(options.program, pathlib.Path(directory), options.seconds)
        cases = []
        for number in range(options.usages + options.files):
            place = pathlib.Path(directory, str(number))
            place.mkdir()
            wrong = number < options.usages
            words, what = bench.usage(refused_usage(random_), place) if wrong else bench.damaged(random_, place)
            cases.append((words, what, place))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            failed = 0
            for (words, what, place), found in zip(cases, pool.map(lambda case: bench.faults(case[0], case[2]), cases)):
                if found:
                    failed += 1
                    print(f"{place.name}: {shlex.join(words)} ({what}): {'; '.join(found)}", flush=True)
    print(f"{len(cases)} wrong uses with seed {options.seed}, {failed} not refused as they should be")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
