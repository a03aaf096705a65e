"""What tests of charts and of pages share: SPLICEBENCH WRITE_SYNTHETIC of their command line, invented results in a
folder of their own, and how a behaviour is checked. The test removes the folder."""

import json
import os
import subprocess
import sys
import tempfile

splicebench, write_synthetic = (os.path.abspath(path) for path in sys.argv[1:3])
folder = tempfile.mkdtemp(prefix="splicebench-plots-")


def check(what, condition, seen=""):
    if not condition:
        print(f"FAILED  {what}: {seen}")
        sys.exit(1)
    print(f"ok      {what}")


def synthetic(name, *arguments):
    """A result NAME.json by write_synthetic [ROUNDS [SPEED [MODE...]]]."""
    path = os.path.join(folder, name + ".json")
    subprocess.run([write_synthetic, path, *arguments], check=True)
    return path


def edited(source, name, edit):
    """NAME.json: what `edit` makes of the result in `source`."""
    with open(source, encoding="utf-8") as file:
        result = json.load(file)
    edit(result)
    path = os.path.join(folder, name + ".json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file)
    return path
