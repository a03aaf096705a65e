#!/usr/bin/env python3
"""Writes a C++ file that holds the published tables, so that the program needs no file to find.

usage: embed.py OUTPUT TABLE.json ..."""

import pathlib
import sys

output, *tables = map(pathlib.Path, sys.argv[1:])
texts = "".join(f'    R"json({table.read_text(encoding="utf-8")})json",\n' for table in tables)
output.write_text(
    '#include "results/published/published.h"\n\n'
    "namespace splicebench {\n\n"
    f"const std::array<std::string_view, {len(tables)}> kPublishedTexts{{\n{texts}}};\n\n"
    "}  // namespace splicebench\n", encoding="utf-8")
