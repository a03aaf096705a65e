#!/usr/bin/env python3
"""Plants offences, one in a tree, and sees whether rooms.py finds each, and nothing in a tree in order.

usage: rooms_test.py"""
import pathlib
import subprocess
import sys
import tempfile

ROOMS = pathlib.Path(__file__).with_name("rooms.py")
ORDERLY = {
    "results/text/size.h": "#pragma once\n#include <string>\n",
    "results/json/size_json.cc": '#include <nlohmann/json.hpp>\n\n#include "results/text/size.h"\n',
    "results/text/size_test.cc": '#include "results/json/size_json.h"\n#include "bench/verify/suite.h"\n',
    "results/json/size_json.h": "#pragma once\n",
    "harness/system/spawn.cc": '#include <boost/process.hpp>\n#include "results/text/size.h"\n',
    "harness/wire/control.h": '#include "results/text/size.h"\n',
    "peers/peer.cc": '#include <sys/socket.h>\n#include "harness/wire/control.h"\n#include "results/text/size.h"\n',
    "bench/verify/suite.h": "#pragma once\n",
    "bench/verify/situations/ends.cc": '#include "bench/verify/suite.h"\n',
    "bench/main.cc": '#include "bench/verify/suite.h"\n',
}
ORDER = "against the order of the rooms"
OFFENCES = [  # files, what is said
    ({"results/text/size.cc": '#include "results/json/size_json.h"\n'},
     [f"results/text/size.cc includes results/json/size_json.h, {ORDER}"]),
    ({"results/json/wide.cc": '  #  include "bench/verify/suite.h"\n'},
     [f"results/json/wide.cc includes bench/verify/suite.h, {ORDER}"]),
    ({"plots/data/a.h": "", "plots/charts/b.h": "", "plots/page/c.cc": '#include "plots/charts/b.h"\n'},
     [f"plots/page/c.cc includes plots/charts/b.h, {ORDER}"]),
    ({"peers/echo.cc": '#include "results/json/size_json.h"\n'},
     [f"peers/echo.cc includes results/json/size_json.h, {ORDER}"]),
    ({"bench/verify/cell.cc": '#include "bench/testing/help.h"\n', "bench/testing/help.h": ""},
     [f"bench/verify/cell.cc includes bench/testing/help.h, {ORDER}"]),
    ({"results/text/a.h": '#include "results/text/b.h"\n', "results/text/b.h": '#include "results/text/a.h"\n'},
     ["results/text/a.h includes itself in a circle", "results/text/b.h includes itself in a circle"]),
    ({"results/text/a.h": '#include "size.h"\n'},
     ["results/text/a.h includes size.h, which is no file from the top folder"]),
    ({"results/lost.cc": ""}, ["results/lost.cc stands in no room"]),
    ({"bench/cellar/lost.cc": ""}, ["bench/cellar/lost.cc stands in no room"]),
    ({f"plots/page/{i}.js": "" for i in range(26)}, ["plots/page has more than 25 source files"]),
    ({"bench/run": "\n" * 301}, ["bench/run has more than 300 lines"]),
    ({"plots/page/long_test.cc": "\n" * 301}, ["plots/page/long_test.cc has more than 300 lines"]),
    ({"bench/main.cc": "#include <nlohmann/json_fwd.hpp>\n"}, ["bench/main.cc includes <nlohmann/...>, which is for results/"]),
    ({"bench/main.cc": "#include <boost/process.hpp>\n"},
     [r"bench/main.cc includes <boost/process...>, which is for harness/system/spawn\.cc"]),
    ({"plots/data/a.cc": "#include <sys/socket.h>\n"},
     ["plots/data/a.cc includes <sys/socket.h...>, which is for (harness|peers|bench)/"]),
]
failed = 0
for planted, wanted in [({}, []), *OFFENCES]:
    with tempfile.TemporaryDirectory() as directory:
        for name, text in (ORDERLY | planted).items():
            path = pathlib.Path(directory, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        run = subprocess.run([sys.executable, ROOMS, directory], capture_output=True, text=True, check=False)
    if run.stderr.splitlines() != [f"rooms.py: {line}" for line in wanted] or run.returncode != bool(wanted):
        failed += 1
        print(f"planted {sorted(planted)}: exit {run.returncode}, said\n{run.stderr}not\n{wanted}")
sys.exit(failed > 0)
