#!/usr/bin/env python3
"""Prints which room includes which, and how often; exit 1 with a sentence for each offence against the order.

usage: rooms.py [SOURCES]"""
import collections
import os
import pathlib
import re
import sys

# A room may include itself and what stands left of it, rooms between commas do not include each other. A file that
# stands in no room is one itself.
ROOMS = {
    "results": "files < text < model < stats < published < compare < verdict < json < formats < tables",
    "harness": "system < network < machine < wire < engine < foreign < hosts < sample, ping",
    "peers": "",
    "plots": "data < charts, gnuplot, page",
    "bench": "engines, paths, recipes < relay, proxy, verify, matrix < pings < commands < main.cc",
}
USES = {
    "results": (),
    "harness": ("results",),
    "peers": (),  # but for WIRE
    "plots": ("results",),
    "bench": ("results", "harness", "plots"),
}
# What a process of a sample is made of: these, and what their headers include.
WIRE = ("harness/system", "harness/wire")
# A library that is to be seen in few places, and where.
LIBRARIES = {
    "nlohmann/": re.compile("results/"),
    "boost/process": re.compile(r"harness/system/spawn\.cc"),
    "sys/socket.h": re.compile("(harness|peers|bench)/"),
}
SOURCES = (".cc", ".h", ".py", ".js")
MOST_FILES, MOST_LINES = 25, 300
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"(.+)"|<(.+)>)', re.M)

LEVEL = {f"{top}/{room}": level
         for top, order in ROOMS.items()
         for level, rooms in enumerate(filter(None, order.split(" < ")))
         for room in rooms.split(", ")}


HERE = pathlib.Path(__file__).resolve().parents[2]
PENDING: set[str] = set()  # offences that are still being mended


def read_sources(root):
    files = {}
    for top in ROOMS:
        for folder, _, names in os.walk(root / top):
            for name in names:
                path = pathlib.Path(folder, name)
                if path.suffix in SOURCES or top == "bench" and path.parent == root / top and not path.suffix:
                    files[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8")
    return files


def is_test(path):
    """What looks into every room: tests, what helps them, and fuzzers."""
    folders = path.split("/")[:-1]
    return "_test." in path or "testing" in folders or "fuzz" in folders or path.startswith("bench/tools/")


def room_of(path):
    return "/".join(path.split("/")[: 1 if path.startswith("peers/") else 2])


def may_include(source, target, wire):
    top, other = source.split("/")[0], target.split("/")[0]
    if top != other:
        return other in USES[top] or top == "peers" and target in wire
    source, target = room_of(source), room_of(target)
    return source == target or LEVEL.get(target, 99) < LEVEL.get(source, -1)


def reached(start, includes):
    found, todo = set(), list(start)
    while todo:
        for target in includes.get(todo.pop(), ()):
            if target not in found:
                found.add(target)
                todo.append(target)
    return found


def offences_of(files, includes, outside):
    wire = {path for path in files if path.endswith(".h") and room_of(path) in WIRE}
    wire |= reached(wire, includes)
    for path in files:
        if path.endswith((".cc", ".h")) and not is_test(path) and room_of(path) not in {*LEVEL, "peers"}:
            yield f"{path} stands in no room"
    for path, targets in includes.items():
        for target in targets:
            if target not in files:
                yield f"{path} includes {target}, which is no file from the top folder"
            elif not is_test(path) and (is_test(target) or not may_include(path, target, wire)):
                yield f"{path} includes {target}, against the order of the rooms"
        if path in reached([path], includes):
            yield f"{path} includes itself in a circle"
    for path, names in outside.items():
        for library, allowed in LIBRARIES.items():
            if not is_test(path) and not allowed.match(path) and any(name.startswith(library) for name in names):
                yield f"{path} includes <{library}...>, which is for {allowed.pattern}"
    counts = collections.Counter(path.rpartition("/")[0] for path in files if path.endswith(SOURCES))
    for folder, count in counts.items():
        if count > MOST_FILES:
            yield f"{folder} has more than {MOST_FILES} source files"
    for path, text in files.items():
        if text.count("\n") > MOST_LINES:
            yield f"{path} has more than {MOST_LINES} lines"


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    files = read_sources(root)
    if not files:
        sys.exit(f"rooms.py: there are no sources in {root}")
    includes, outside = {}, {}
    for path, text in files.items():
        if path.endswith((".cc", ".h")):
            found = INCLUDE.findall(text)
            includes[path] = [ours for ours, _ in found if ours]
            outside[path] = [theirs for _, theirs in found if theirs]
    arrows = collections.defaultdict(collections.Counter)
    for path, targets in includes.items():
        if not is_test(path):
            for target in targets:
                if room_of(target) != room_of(path):
                    arrows[room_of(path)][room_of(target)] += 1
    for room in sorted(arrows, key=lambda room: (list(ROOMS).index(room.split("/")[0]), LEVEL.get(room, -1), room)):
        print(f"{room} -> " + ", ".join(f"{target} {count}" for target, count in sorted(arrows[room].items())))
    offences = set(offences_of(files, includes, outside))
    pending = PENDING if root == HERE else set()
    mended = pending - offences
    offences = sorted(offences - pending) + [f"no more, take it out of PENDING: {line}" for line in sorted(mended)]
    for offence in offences:
        print(f"rooms.py: {offence}", file=sys.stderr)
    sys.exit(bool(offences))


if __name__ == "__main__":
    main()
