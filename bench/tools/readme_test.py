#!/usr/bin/env python3
"""Runs every `splicebench` command of the README's sh blocks, in their order, in an empty directory.

usage: readme_test.py SPLICEBENCH README"""
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

program, readme = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
blocks = re.findall(r"^```sh\n(.*?)^```", readme.read_text(encoding="utf-8"), re.S | re.M)
commands = [line for block in blocks for line in block.splitlines() if line.startswith("splicebench ")]
if len(commands) < 8:
    sys.exit(f"only {len(commands)} commands found in {readme}")
failed = 0
with tempfile.TemporaryDirectory() as directory:
    for command in commands:
        words = [str(program), *shlex.split(command)[1:]]
        if words[1] == "run" and "--quick" in words:
            words += ["--rounds", "2", "--min-time", "2ms"]  # what is typed is tried, not what is measured
        run = subprocess.run(words, cwd=directory, capture_output=True, text=True, timeout=120, check=False)
        good = run.returncode == 0 and run.stdout.strip()
        failed += not good
        print("ok    " if good else "FAILED", command)
        if not good:
            print(f"exit {run.returncode}\n{run.stderr}")
sys.exit(failed > 0)
