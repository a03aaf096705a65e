"""What is run to catch a defect: each test of the programs of tests by itself, and the quick correctness suite of each mode."""

import collections
import concurrent.futures
import dataclasses
import os
import queue
import signal
import subprocess
import time

from mutation import hand_made

LONGEST = 40.0  # seconds: what takes more is not run for each defect
SUITE = "bench/splicebench"  # among programs: the correctness suite by mode and path
# The whole correctness suite in one program, which is run by mode and path here; and what takes minutes.
LEFT_OUT = ("QuickSituation", "Simulation", "DISABLED_")


@dataclasses.dataclass
class Test:
    name: str
    command: list
    seconds: float = 0.0  # without a defect
    reached: frozenset = frozenset()


def run(test, board, limit):
    """Did it pass? None: not within `limit` seconds."""
    process = subprocess.Popen(board.started(test.command), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        return process.wait(limit) == 0
    except subprocess.TimeoutExpired:
        return None
    finally:
        # And what it started and left, as a test does that dies.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def modes_in(text):
    """As --modes takes them: "a,b:x=1,y=2" are two."""
    modes = []
    for part in text.split(","):
        if "=" in part.split(":")[0]:
            modes[-1] += "," + part
        else:
            modes.append(part)
    return modes


def tests_of(build, program):
    listed = subprocess.run([build / program, "--gtest_list_tests"], check=True, capture_output=True, text=True).stdout
    suite = ""
    for line in listed.splitlines():
        name = line.split("#")[0].strip()
        if not line.startswith("  "):
            suite = name
        elif not any(word in suite + name for word in LEFT_OUT):
            yield Test(f"{program.split('/')[1]} {suite}{name}", [build / program, f"--gtest_filter={suite}{name}"])


def correctness_suites(build):
    for modes, paths, *flows in hand_made.TRIED.values():
        for mode in modes_in(modes):
            for path in paths.split(","):
                yield Test(" ".join(["verify", mode, path, *flows]), [
                    build / SUITE, "verify", "--quick", "--quiet", "--timeout", "10s", "--modes", mode, "--paths", path,
                    "--flows", *(flows or ["1"])])


def all_tests(build, programs):
    found = [test for program in programs
             for test in (correctness_suites(build) if program == SUITE else tests_of(build, program))]
    return {test.name: test for test in found}.values()  # some files' defects are looked for with the same suite


class Suites:
    """The tests that pass without a defect, tried side by side where each can have a board of its own."""

    def __init__(self, schemata, say):
        self._say = say
        self._left = set()  # what no program has caught yet
        self._file_of = {number: place.file for number, place in schemata.numbered.items()}
        self._boards = queue.SimpleQueue()
        boards = schemata.boards()
        for board in boards:
            self._boards.put(board)
        self._jobs = len(boards)
        self._catches = collections.Counter()  # by file of the defect and test
        self._build = schemata.copy / "build"
        self._programs = schemata.programs
        self._tests = []  # of the program whose turn it is

    def _side_by_side(self, do, things):
        """What do(thing, board) returns for each, as it comes."""
        def with_a_board(thing):
            board = self._boards.get()
            try:
                return do(thing, board)
            finally:
                self._boards.put(board)

        with concurrent.futures.ThreadPoolExecutor(self._jobs) as pool:
            for done in concurrent.futures.as_completed([pool.submit(with_a_board, thing) for thing in things]):
                yield done.result()

    def _measure(self, test, board):
        """It, with the defects that it comes by; None: it is of no use here."""
        board.choose(0)
        started = time.monotonic()
        passed = run(test, board, LONGEST)
        test.seconds = time.monotonic() - started
        test.reached = frozenset(number for number in self._left if board.reached(number))
        if not passed:
            self._say(f"not used, since it {'fails' if passed is not None else 'takes too long'} without a defect: {test.name}")
        return test if passed and test.reached else None

    def catch(self, numbers, patience):
        """Of each defect, as it comes: its number, the test that fails with it and passes right after without it, and
        how; "" and why not, if there is none within so many seconds of each program."""
        self._left = set(numbers)
        why_not = collections.defaultdict(list)
        for program in self._programs:
            if not self._left:
                return
            measured = self._side_by_side(self._measure, all_tests(self._build, [program]))
            self._tests = [test for test in measured if test]
            tried = self._side_by_side(lambda number, board: (number, *self._who_catches(number, board, patience)),
                                       sorted(self._left))
            for number, test, how in tried:
                if test:
                    self._left.discard(number)
                    yield number, test, how
                elif how:
                    why_not[number].append(f"{how} in {program}")
        for number in sorted(self._left):
            yield number, "", "; ".join(why_not[number]) or "no test reaches it"

    def _who_catches(self, number, board, patience):
        spent, tried = 0.0, 0
        file = self._file_of[number]
        # Quickest first, and before them those that caught something in the same file.
        fitting = sorted((test for test in self._tests if number in test.reached),
                         key=lambda test: test.seconds / (1 + 4 * self._catches[file, test.name]))
        for test in fitting:
            if spent > patience:
                return "", f"after {tried} of {len(fitting)} tests that reach it"
            started = time.monotonic()
            board.choose(number)
            passed = run(test, board, 10 + 6 * test.seconds)
            board.choose(0)
            tried += 1
            if not passed and run(test, board, 20 + 6 * test.seconds):
                self._catches[file, test.name] += 1
                return test.name, "failed" if passed is not None else "too long"
            spent += time.monotonic() - started
        return "", f"after all {tried} tests that reach it" if fitting else ""
