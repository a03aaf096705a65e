#!/usr/bin/env python3
"""Writes a C++ file that holds the notice, so that the program needs no file to find.

usage: embed.py OUTPUT NOTICE"""

import pathlib
import sys

output, notice = map(pathlib.Path, sys.argv[1:])
text = notice.read_text(encoding="utf-8").rstrip("\n")
output.write_text(
    '#include "bench/commands/manual/manual.h"\n\n'
    "namespace splicebench {\n\n"
    f'const std::string_view kNotice = R"notice({text})notice";\n\n'
    "}  // namespace splicebench\n", encoding="utf-8")
