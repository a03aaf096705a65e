"""What a run leaves: processes, network namespaces, samples in journal and result."""
import json
import os
import threading
import time

PATIENCE = 10  # seconds for what ends by itself, on a machine that has other things to do


def children_of(pid):
    children = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                children += [int(word) for word in file.read().split()]
    except OSError:
        pass  # it, or one of its threads, is gone
    return children


def program_of(pid):
    """Its name; empty for one that has ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            name, rest = file.read().split("(", 1)[1].rsplit(")", 1)
    except OSError:
        return ""
    return "" if rest.split()[0] in "ZX" else name


def figures_of(entry):
    """A sample by what must not change: journal and result write it the same but for the names of runs."""
    return (entry["name"], entry["round"], entry["start_seconds"], entry.get("real_time"))


def text_of(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def snapshot(path):
    """What stands in journal and result; looked at later, so that no time passes before the blow."""
    return text_of(path + ".journal"), text_of(path)


def samples_in(texts):
    """Every good sample in the journal, where it has begun, else in the result."""
    journal, result = texts
    lines = journal.split("\n")[:-1]
    if lines:
        entries = [line["sample"] for line in map(json.loads, lines) if line["kind"] == "sample"]
    else:
        entries = [entry for entry in json.loads(result)["benchmarks"] if "round" in entry] if result else []
    return {figures_of(entry) for entry in entries if not entry.get("error_occurred")}


def namespace_of(pid):
    """Its network namespace by inode; none when it has just ended."""
    try:
        return os.stat(f"/proc/{pid}/ns/net").st_ino
    except OSError:
        return None


def network_namespaces():
    """Those that processes are in."""
    return {namespace_of(pid) for pid in filter(str.isdigit, os.listdir("/proc"))} - {None}


class Namespaces:
    """Network namespaces that runs made. Held open while they are of interest, so that no other gets their inodes."""

    def __init__(self):
        self.held = {}
        self.lock = threading.Lock()

    def note(self, pids):
        for pid in pids:
            if namespace_of(pid) in (None, namespace_of("self")):
                continue
            try:
                fd = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                continue  # it has just ended
            with self.lock:
                before = self.held.setdefault(os.fstat(fd).st_ino, fd)
            if before != fd:
                os.close(fd)

    def left(self):
        """Those that processes are in yet; then lets go of all."""
        left = soon_empty(lambda: self.held.keys() & network_namespaces())
        for fd in self.held.values():
            os.close(fd)
        self.held.clear()
        return left


def soon_empty(find):
    """What is found still when patience ends; nothing as soon as nothing is found."""
    deadline = time.monotonic() + PATIENCE
    while (left := find()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left


def samples_kept(path):
    return samples_in(snapshot(path))


def is_whole(path):
    """A run that is complete and has let go of its journal: there is nothing to go on with."""
    journal, result = snapshot(path)
    return not journal and bool(result) and json.loads(result)["splicebench"]["complete"]


def journal_count(path):
    return text_of(path + ".journal").count('"kind":"sample"')


def children_left():
    """Processes of this script that have not ended; those that have are reaped."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] > 0:
            pass
    except ChildProcessError:
        return []
    return [f"{pid} {program_of(pid)}" for pid in children_of(os.getpid()) if program_of(pid)]
