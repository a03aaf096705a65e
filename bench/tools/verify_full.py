"""The whole correctness suite on a disk and on a tmpfs, as root and without privilege, as far as this machine and
user allow; what is left out is said. usage: bench/tools/verify_full.py SPLICEBENCH"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

NOBODY = 65534
TMPFS = "/dev/shm"
FILES = ["--paths", "tcp-to-file,unix-to-file"]


def verify(title, program, *arguments, **options):
    print(f"== {title}", flush=True)
    status = subprocess.run([program, "verify", "--quiet", *arguments], **options).returncode
    if status < 0:
        print(f"verify was killed by {signal.Signals(-status).name}")
    return abs(status)  # a death is no success: -11 is less than 0


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    who = "root" if os.geteuid() == 0 else f"uid {os.geteuid()}"
    statuses = [verify(f"{who}, files on a disk", program)]
    statuses.append(verify(f"{who}, files on tmpfs", program, *FILES, "--file-dir", TMPFS))
    statuses.append(verify(f"{who}, one flow among others", program, "--flows", "3,64"))
    if os.geteuid() != 0:
        print("== not root: the suite as root was left out")
        return max(statuses)
    # Another user may not reach the build tree.
    with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
        os.chmod(directory, 0o777)
        copy = shutil.copy(program, directory)
        nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": directory}
        statuses.append(verify("without privilege, files on a disk", copy, "--file-dir", directory, **nobody))
        statuses.append(verify("without privilege, files on tmpfs", copy, *FILES, "--file-dir", TMPFS, **nobody))
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main())
