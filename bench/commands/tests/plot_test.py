#!/usr/bin/env python3
"""plot_test.py SPLICEBENCH WRITE_SYNTHETIC: `plot` and `report` as a user types them.

Bad input must give exactly one sentence on stderr, exit 2 and no file; good input names its files.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import xml.dom.minidom

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../plots/testing"))
from invented import check, edited, folder, splicebench, synthetic  # noqa: E402

out = os.path.join(folder, "out")


def run(*arguments, path=None):
    environment = dict(os.environ)
    if path is not None:
        environment["PATH"] = path
    return subprocess.run(
        [splicebench, *arguments], capture_output=True, text=True, env=environment, cwd=folder, check=False
    )


def refused(what, words, *arguments, path=None, status=2):
    """`words` must all stand in the sentence."""
    shutil.rmtree(out, ignore_errors=True)
    before = set(os.listdir(folder))
    answer = run(*arguments, path=path)
    lines = answer.stderr.splitlines()
    check(f"{what}: exit {status}", answer.returncode == status, (answer.returncode, answer.stderr))
    check(f"{what}: one sentence that names it", len(lines) == 1 and all(w in lines[0] for w in words), answer.stderr)
    check(f"{what}: nothing on stdout, no file", answer.stdout == "" and set(os.listdir(folder)) == before, os.listdir(folder))


def text_file(name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def version_two(result):
    result["splicebench"]["schema_version"] = 2


def no_samples(result):
    result["benchmarks"] = []


def all_failed(result):
    for entry in result["benchmarks"]:
        entry.update(error_occurred=True, error_message="no route")


def other_chunks(result):
    for entry in result["splicebench"]["cases"] + result["benchmarks"]:
        entry["chunk"] += 1
        if "bytes" in entry:
            entry["bytes"] = entry["iterations"] * entry["chunk"]


def fake_gnuplot():
    """A directory with a gnuplot that fails."""
    directory = os.path.join(folder, "bin")
    os.makedirs(directory, exist_ok=True)
    program = os.path.join(directory, "gnuplot")
    with open(program, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\nexit 1\n")
    os.chmod(program, 0o755)
    return directory


def check_bad_input(good):
    fake_gnuplot()
    refused("missing file", ["nowhere.json", "cannot be opened"], "plot", "nowhere.json", "-o", out)
    refused("no JSON", ["text.json"], "report", text_file("text.json", "hello"), "-o", out)
    refused("a foreign JSON", ["foreign.json", "splicebench"], "plot", text_file("foreign.json", "{}"), "-o", out)
    version = edited(good, "version", version_two)
    for command in ("plot", "report"):
        refused(f"{command} of another schema version", ["schema version 2"], command, version, "-o", out)
    empty = edited(good, "empty", no_samples)
    refused("plot without samples", ["empty.json", "no good sample"], "plot", empty, "-o", out)
    refused("report without samples", ["empty.json", "no sample"], "report", empty, "-o", out)
    refused("unknown chart", ["'pie'", "throughput"], "plot", good, "--charts", "pie", "-o", out)
    refused("a chart twice", ["--charts", "'throughput' is given twice"], "plot", good, "--charts", "throughput,throughput", "-o", out)
    for command in ("plot", "report", "replicate"):
        refused(f"bare {command}", [f"{command}: give a result file"], command)
    refused("unknown format", ["gif"], "plot", good, "--format", "gif", "-o", out)
    refused("old-new of one result", ["old-new", "two results"], "plot", good, "--charts", "old-new", "-o", out)
    refused("too small a height", ["--height 200", "at least"], "plot", good, "--height", "200", "-o", out)
    refused("no gnuplot", ["gnuplot", "gnuplot-nox"], "plot", good, "-o", out, path=folder)
    round_trips = os.path.join(folder, "round-trips.json")
    subprocess.run([splicebench, "ping", "-n", "40", "--rounds", "2", "--quiet", "--out", round_trips], check=True, stdout=subprocess.DEVNULL)
    for names in ([round_trips, good], [good, round_trips], [round_trips, round_trips]):
        refused("report of round trips and another", ["round-trips.json", "round trips"], "report", *names, "-o", out)
    answer = run("report", round_trips, "-o", "pings.html")
    check("round trips have a page of their own", answer.returncode == 0 and answer.stdout == "pings.html\n", answer)
    refused("throughput of round trips", ["throughput", f"'{splicebench} run'"], "plot", round_trips, "--charts", "throughput", "-o", out)
    for place in (good, os.path.join(good, "charts"), "/proc/x", ""):
        refused(f"plot to '{place}'", ["--output", f"'{place}'", "directory"], "plot", good, "-o", place)
        refused(f"plot to '{place}', found before gnuplot is needed", ["--output"], "plot", good, "-o", place, path=fake_gnuplot())
    refused("report to nowhere", ["/nowhere/x.html", "--output"], "report", good, "-o", "/nowhere/x.html")
    foreign = text_file("google.json", json.dumps({"context": {}, "benchmarks": [{"name": "BM_X", "iterations": 10}]}))
    for command in (["plot"], ["report"], ["replicate"], ["compare", "--paired"]):
        refused(f"{command[0]} of Google Benchmark's JSON", ["google.json", "not a splicebench result", "splicebench run"], *command, foreign)
    disjoint = edited(good, "disjoint", other_chunks)
    refused("old-new of disjoint results", ["share no case"], "plot", good, disjoint, "--charts", "old-new", "-o", out)
    modes = edited(good, "failed", all_failed)
    refused("throughput of failures", ["throughput", "no case has a good sample"], "plot", modes, "--charts", "throughput", "-o", out)


def check_failing_gnuplot(good):
    fake = os.path.join(folder, "fake")
    os.mkdir(fake)
    program = os.path.join(fake, "gnuplot")
    with open(program, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\nprintf '<svg>half a picture'\necho 'it broke' >&2\nexit 1\n")
    os.chmod(program, 0o755)
    refused("gnuplot that fails", ["it broke"], "plot", good, "-o", out, path=fake + ":" + os.environ["PATH"], status=3)
    with open(program, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\nprintf '<svg>half a picture'\n")
    refused("gnuplot that stops half-way", ["without a whole svg"], "plot", good, "-o", out, path=fake + ":" + os.environ["PATH"], status=3)
    shutil.rmtree(fake)


def check_good_input(good):
    answer = run("plot", good, "-o", out, "--keep-scripts")
    files = [line for line in answer.stdout.splitlines() if not line.startswith("left out")]
    check("plot names its files", answer.returncode == 0 and all(os.path.isfile(f) for f in files), answer)
    check(f"and wrote no others ({len(files)})", sorted(files) == sorted(os.path.join(out, f) for f in os.listdir(out)), files)
    for name in os.listdir(out):
        with open(os.path.join(out, name), "rb") as file:
            data = file.read()
        if name.endswith(".svg"):
            xml.dom.minidom.parseString(data)
        if name.endswith(".png"):
            width = int.from_bytes(data[16:20], "big")
            check(f"{name} is 960 pixels wide", width == 960, width)
    script = os.path.join(out, "throughput.gp")
    os.remove(os.path.join(out, "throughput.svg"))
    subprocess.run(["gnuplot", "--default-settings", script], cwd=out, check=True)
    check("a kept script draws its chart again", os.path.getsize(os.path.join(out, "throughput.svg")) > 10000)
    answer = run("plot", good, "-o", out, "--charts", "cpu,change", "--format", "png", "--width", "500", "--dark")
    names = [os.path.basename(line) for line in answer.stdout.splitlines()]
    check("--charts and --format choose", names == ["cpu.png", "change.png"], answer)
    answer = run("report", good)
    check("report writes beside the user", answer.stdout == "good.html\n" and os.path.isfile(os.path.join(folder, "good.html")), answer)


def check_what_is_replaced(good):
    """An input never, a page or picture of ours always, anything else never."""
    spare = shutil.copy(good, os.path.join(folder, "spare.json"))
    link = os.path.join(folder, "link.json")
    os.link(spare, link)
    for name in (spare, link):
        refused(f"report over its result, {os.path.basename(name)}", ["--output", "is read"], "report", spare, "-o", name)
    refused("report over its older result", ["--output", "is read"], "report", good, spare, "-o", spare)
    letter = text_file("letter.html", "<!doctype html>\n<title>splicing</title>precious")
    refused("report over another page", ["letter.html", "exists"], "report", good, "-o", letter)
    refused("report to a dash", ["--output", "name a file"], "report", good, "-o", "-")
    pictures = os.path.join(folder, "pictures")
    os.mkdir(pictures)
    for name, option in (("cpu.svg", []), ("cpu.gp", ["--keep-scripts"])):
        taken = shutil.copy(spare, os.path.join(pictures, name))
        refused(f"plot over a file that is none, {name}", [name, "exists"], "plot", good, "-o", pictures, "--charts", "cpu", *option)
        refused(f"plot over its result, {name}", [name, "is read"], "plot", taken, "-o", pictures, "--charts", "cpu", *option)
        check(f"{name} is what it was", same_bytes(taken, good))
        os.remove(taken)
    check("results are what they were", same_bytes(spare, good) and same_bytes(link, good))
    for _ in range(2):
        check("a page replaces a page", run("report", good, "-o", "page.html").returncode == 0)
        answer = run("plot", good, "-o", pictures, "--charts", "cpu", "--keep-scripts")
        check("a picture replaces a picture", answer.returncode == 0, answer)


def same_bytes(one, other):
    with open(one, "rb") as a, open(other, "rb") as b:
        return a.read() == b.read()


def check_names(good):
    for name in ("a", "b"):
        os.makedirs(os.path.join(folder, "runs", name))
        shutil.copy(good, os.path.join(folder, "runs", name, "r.json"))
    answer = run("plot", "runs/a/r.json", "runs/b/r.json", good, "-o", out, "--charts", "throughput", "--format", "svg")
    check("results in directories are drawn", answer.returncode == 0, answer.stderr)
    with open(os.path.join(out, "throughput.svg"), encoding="utf-8") as file:
        titles = set(re.findall("tcp-to-tcp, [^<]*", file.read()))
    check("and named by what tells them apart", titles == {"tcp-to-tcp, a/r.json", "tcp-to-tcp, b/r.json", "tcp-to-tcp, good.json"}, titles)
    shutil.rmtree(os.path.join(folder, "runs"))


def check_run_script():
    """bench/run in a tree where the program is one that says how it is called."""
    tree = os.path.join(folder, "tree")
    for name in ("bench", "build/bench", "bin"):
        os.makedirs(os.path.join(tree, name))
    shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "run"), os.path.join(tree, "bench"))
    for name, text in (("bench/install", "exit 0"), ("bin/ninja", "echo ninja: no work to do."), ("build/build.ninja", ""),
                       ("build/bench/splicebench", 'echo "$*"')):
        with open(os.path.join(tree, name), "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text + "\n")
        os.chmod(os.path.join(tree, name), 0o755)
    environment = dict(os.environ, PATH=os.path.join(tree, "bin") + ":" + os.environ["PATH"])

    def called(*arguments):
        answer = subprocess.run([os.path.join(tree, "bench/run"), *arguments], capture_output=True, text=True, env=environment, check=False)
        check(f"bench/run {' '.join(arguments)} ends well", answer.returncode == 0, answer)
        return answer.stdout.splitlines(), answer.stderr.splitlines()

    for flag in ("--list", "--list-relays", "--dry-run", "--help"):
        check(f"bench/run {flag} measures nothing", called(flag) == ([f"run {flag}"], []))
    lines, _ = called("--relay", "--list", "--filter", "-h")
    check("but their names may be values", len(lines) == 7, lines)
    lines, _ = called("--quick")
    name = lines[-1].removeprefix("open:   ").removesuffix(".html")
    drawn = [f"plot {name}.json -o {name}", f"report {name}.json -o {name}.html", "", f"result: {name}.json", f"charts: {name}/", f"open:   {name}.html"]
    check("bench/run measures and draws", lines == [f"run --out {name}.json --quick", *drawn], lines)
    for arguments in (["--out", "x.json"], ["--resume=x.json"], ["--rounds", "2", "--resume", "x.json"]):
        lines, _ = called(*arguments)
        check("and draws what is named", lines[:3] == ["run " + " ".join(arguments), "plot x.json -o x", "report x.json -o x.html"], lines)
    lines, others = called("--format", "csv", "--out", "x")
    check("and keeps other formats apart from names of charts", lines == ["run --format csv --out x"] and others[0] == "plot x -o x-charts", (lines, others))
    with open(os.path.join(tree, "bin/ninja"), "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\necho '[1/9] Compiling'\n")
    _, others = called("--quick")
    check("and says that it builds where it does", others[0].startswith("bench/run: building"), others)
    shutil.rmtree(tree)


def check_hostile(good):
    marker = os.path.join(folder, "pwned")
    text = f"'<b>&`touch {marker}`\"; system('touch {marker}') #\n!touch {marker}\n$(touch {marker}) %s \u202e @x"

    def spoil(result):
        own = result["splicebench"]
        own["environment"]["host"] = text
        for condition in own["conditions"]:
            condition["text"] = text
        for entry in own["cases"] + result["benchmarks"]:
            entry["mode"] += text
            entry["path"] += text
        own["options"]["modes"] = [mode + text for mode in own["options"]["modes"]]

    bad = edited(good, "hostile'`touch pwned`", spoil)
    answer = run("plot", bad, bad, "-o", out, "--keep-scripts")
    check("hostile text is drawn", answer.returncode == 0, answer.stderr)
    for name in os.listdir(out):
        if name.endswith(".gp"):
            subprocess.run(["gnuplot", "--default-settings", name], cwd=out, check=True)
    left = [name for name in os.listdir(folder) + os.listdir(out) if name == "pwned"]
    check("and starts nothing", not left, left)
    with open(os.path.join(out, "throughput.svg"), encoding="utf-8") as file:
        svg = file.read()
    xml.dom.minidom.parseString(svg)
    check("but is shown as it is", "`touch " in svg and "<b>" not in svg and "&lt;b>" in svg, re.findall("touch.*", svg)[:2])


def main():
    try:
        good = synthetic("good")
        check_bad_input(good)
        check_failing_gnuplot(good)
        check_good_input(good)
        check_what_is_replaced(good)
        check_names(good)
        check_run_script()
        check_hostile(good)
    finally:
        shutil.rmtree(folder)


main()
