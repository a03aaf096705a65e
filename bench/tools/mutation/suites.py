"""What is run to catch a defect: each test of the programs of tests by itself, and the quick correctness suite of each mode."""

import dataclasses
import os
import signal
import subprocess
import time

from mutation import hand_made

LONGEST = 40.0  # seconds: what takes more is not run for each defect
# The whole correctness suite in one program, which is run by mode and path here; and what takes minutes.
LEFT_OUT = ("QuickSituation", "Simulation", "DISABLED_")


@dataclasses.dataclass
class Test:
    name: str
    command: list
    seconds: float = 0.0  # without a defect
    reached: frozenset = frozenset()


def run(test, limit):
    """Did it pass? None: not within `limit` seconds."""
    process = subprocess.Popen(test.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
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


def all_tests(build, programs):
    found = []
    for program in programs:
        listed = subprocess.run([build / program, "--gtest_list_tests"], check=True, capture_output=True, text=True).stdout
        suite = ""
        for line in listed.splitlines():
            name = line.split("#")[0].strip()
            if line.startswith("  "):
                if any(word in suite + name for word in LEFT_OUT):
                    continue
                found.append(Test(f"{program.split('/')[1]} {suite}{name}", [build / program, f"--gtest_filter={suite}{name}"]))
            elif name.endswith("."):
                suite = name
    if "bench/bench_test" not in programs:
        return found
    for modes, paths in sorted(set(hand_made.TRIED.values())):
        for mode in modes.split(","):
            for path in paths.split(","):
                found.append(Test(f"verify {mode} {path}", [
                    build / "bench/splicebench", "verify", "--quick", "--quiet", "--timeout", "10s", "--modes", mode,
                    "--paths", path]))
    return found


def tests_that_reach(schemata, say):
    """All that pass without a defect, quickest first, with the defects that they come by."""
    good = []
    for test in all_tests(schemata.copy / "build", schemata.programs):
        schemata.choose(0)
        started = time.monotonic()
        passed = run(test, LONGEST)
        test.seconds = time.monotonic() - started
        test.reached = frozenset(schemata.reached())
        if passed:
            if test.reached:
                good.append(test)
        else:
            say(f"not used, since it {'fails' if passed is not None else 'takes too long'} without a defect: {test.name}")
    return sorted(good, key=lambda test: test.seconds)


def who_catches(schemata, number, tests, patience):
    """The test that fails with that defect and passes right after without it, and how; ("", why not) if there is none."""
    spent, tried = 0.0, 0
    fitting = [test for test in tests if number in test.reached]
    for test in fitting:
        if spent > patience:
            return "", f"after {tried} of {len(fitting)} tests that reach it"
        started = time.monotonic()
        schemata.choose(number)
        passed = run(test, 10 + 6 * test.seconds)
        schemata.choose(0)
        tried += 1
        if not passed and run(test, 20 + 6 * test.seconds):
            return test.name, "failed" if passed is not None else "too long"
        spent += time.monotonic() - started
    return "", f"after all {tried} tests that reach it" if fitting else "no test reaches it"
