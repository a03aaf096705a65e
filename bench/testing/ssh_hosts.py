"""Three hosts that are reached by ssh: a network namespace each with an sshd in it, and a fourth one of whoever runs.

                 runner
          .1 /    .1 |    \\ .1
   10.77.1  /  10.77.2     \\  10.77.3            by which ssh reaches them, and they each other
        .2 /      .2 |        \\ .2
        writer --- relay --- reader
          10.78.1.0/24  10.78.2.0/24             the data's own links, as those of --link veth
          fd78:1::/64   fd78:2::/64

Keys, known hosts and configurations are made for the test in a directory of its own. A script named ssh, first on the
PATH of what is run, gives ssh(1) the test's configuration: the names there are HOSTS, and those of ODD_HOSTS."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SSHD = "/usr/sbin/sshd"
HOSTS = ("writer", "relay", "reader")
DATA = {"writer": "10.78.1.2", "relay": "10.78.1.1", "reader": "10.78.2.2"}
DATA_6 = {"writer": "fd78:1::2", "relay": "fd78:1::1", "reader": "fd78:2::2"}
CONTROL = {"writer": "10.77.1.2", "relay": "10.77.2.2", "reader": "10.77.3.2"}
# Hosts that no ssh comes to: nobody listens; no route leads there; the key is another than is known.
ODD_HOSTS = ("silent", "nowhere", "impostor")


def why_not():
    """A sentence where there can be no such hosts; else nothing."""
    if os.geteuid() != 0:
        return "network namespaces and sshd need root"
    if not os.access(SSHD, os.X_OK) or shutil.which("ssh") is None:
        return "no sshd here; bench/install test installs it"
    if subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True, check=False).returncode != 0:
        return "namespaces need CAP_SYS_ADMIN"
    return ""


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


# A process of its own session that takes it all down at the end of its input: whichever way ends who made the hosts, by
# SIGKILL, too. The first argument is the folder, the others are the namespaces.
GUARD = r"""
trap '' INT TERM HUP
cat >/dev/null
folder=$1
shift
for name; do
    while pids=$(ip netns pids "$name" 2>/dev/null) && [ "$pids" ]; do
        kill -9 $pids 2>/dev/null
        sleep 0.02
    done
    ip netns del "$name" 2>/dev/null
done
rm -rf "$folder"
"""


class SshHosts:
    """A context manager; when it ends, so has all that was started in the namespaces."""

    def __init__(self):
        self.tag = f"sb{os.getpid():x}{os.urandom(3).hex()}"
        self.sshds = {}
        self.clean = contextlib.ExitStack()

    def __enter__(self):
        # Who is asked to end takes down what he made first.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        try:
            self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ssh-hosts-"))
            guard = subprocess.Popen(["sh", "-c", GUARD, "guard", str(self.folder), *map(self.namespace, ("runner", *HOSTS))],
                                     stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)
            self.clean.callback(guard.wait)
            self.clean.callback(guard.stdin.close)
            self.make_namespaces()
            self.make_ssh()
            for host in HOSTS:
                self.start_sshd(host)
        except BaseException:
            self.clean.close()
            raise
        return self

    def __exit__(self, *_):
        self.clean.close()

    # The network

    def namespace(self, name):
        """As `ip netns` and netns:// know it."""
        return f"{self.tag}-{name}"

    def make_namespaces(self):
        for name in ("runner", *HOSTS):
            ip("netns", "add", self.namespace(name))
            self.within(name, "ip", "link", "set", "lo", "up")
        for place, host in enumerate(HOSTS, 1):
            self.join("runner", host, f"10.77.{place}.1/24", f"10.77.{place}.2/24")
            self.within(host, "ip", "route", "add", "default", "via", f"10.77.{place}.1")
        for place, (outer, towards) in enumerate((("writer", "10.78.2.0/24"), ("reader", "10.78.1.0/24")), 1):
            self.join("relay", outer, f"10.78.{place}.1/24", f"10.78.{place}.2/24")
            self.within(outer, "ip", "route", "add", towards, "via", f"10.78.{place}.1")
            for host, device, end in (("relay", outer, 1), (outer, "relay", 2)):
                self.within(host, "ip", "addr", "add", f"fd78:{place}::{end}/64", "dev", device, "nodad")
            self.within(outer, "ip", "route", "add", f"fd78:{3 - place}::/64", "via", f"fd78:{place}::1")
        for router in ("runner", "relay"):  # for each namespace has such settings of its own
            self.within(router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding")

    def join(self, first, second, first_address, second_address):
        """By devices that have each the name of the other end."""
        ip("link", "add", second, "netns", self.namespace(first), "type", "veth", "peer", "name", first, "netns", self.namespace(second))
        for host, device, address in ((first, second, first_address), (second, first, second_address)):
            self.within(host, "ip", "addr", "add", address, "dev", device)
            self.within(host, "ip", "link", "set", device, "up")

    def within(self, name, *command):
        subprocess.run(self.command_in(name, *command), check=True, capture_output=True)

    def command_in(self, name, *command):
        return ["ip", "netns", "exec", self.namespace(name), *command]

    def cut(self, host, state="down"):
        """Takes the link by which ssh reaches `host` down; or up again."""
        self.within("runner", "ip", "link", "set", host, state)

    # ssh

    def make_ssh(self):
        for key in ("user", "host", "other"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(self.folder / key)], check=True)
        public = {key: " ".join((self.folder / f"{key}.pub").read_text(encoding="utf-8").split()[:2]) for key in ("user", "host", "other")}
        (self.folder / "authorized").write_text(public["user"] + "\n", encoding="utf-8")
        known = {**dict.fromkeys((*HOSTS, "silent", "nowhere"), "host"), "impostor": "other"}
        (self.folder / "known").write_text("".join(f"{name} {public[key]}\n" for name, key in known.items()), encoding="utf-8")
        reached = {**CONTROL, "silent": CONTROL["relay"], "nowhere": "10.79.0.1", "impostor": CONTROL["relay"]}
        config = "".join(f"Host {name}\n HostName {address}\n HostKeyAlias {name}\n" for name, address in reached.items())
        config += f"Host silent\n Port 9\nHost *\n User root\n IdentityFile {self.folder}/user\n IdentitiesOnly yes\n" \
                  f" UserKnownHostsFile {self.folder}/known\n GlobalKnownHostsFile none\n StrictHostKeyChecking yes\n"
        (self.folder / "config").write_text(config, encoding="utf-8")
        ssh = self.folder / "bin/ssh"
        ssh.parent.mkdir()
        ssh.write_text(f"#!/bin/sh\nexec {shutil.which('ssh')} -F {self.folder}/config \"$@\"\n", encoding="utf-8")
        ssh.chmod(0o755)
        self.within("runner", "ip", "route", "add", "unreachable", "10.79.0.0/24")

    def temporary(self, host):
        """TMPDIR there."""
        return self.folder / f"tmp-{host}"

    @contextlib.contextmanager
    def small_temporary(self, host, options):
        """While it lasts TMPDIR there is a file system of its own, with these options of mount(8); the folder as seen from here."""
        sshd = self.sshds[host].pid
        within = ["nsenter", "--mount", f"--target={sshd}"]
        subprocess.run([*within, "mount", "-t", "tmpfs", "-o", options, "none", self.temporary(host)], check=True)
        try:
            yield f"/proc/{sshd}/root{self.temporary(host)}"
        finally:
            subprocess.run([*within, "umount", "--lazy", self.temporary(host)], check=True)

    def start_sshd(self, host):
        self.temporary(host).mkdir()
        config = self.folder / f"sshd-{host}"
        config.write_text(
            f"ListenAddress {CONTROL[host]}\nHostKey {self.folder}/host\nAuthorizedKeysFile {self.folder}/authorized\n"
            f"StrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin prohibit-password\nPasswordAuthentication no\n"
            f"PrintMotd no\nSetEnv TMPDIR={self.temporary(host)}\n", encoding="utf-8")
        # Its directory of separated privileges, which a service would make, in a mount namespace that ends with it.
        own = f"mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec {SSHD} -D -e -f {config}"
        with open(self.folder / f"log-{host}", "wb") as log:
            self.sshds[host] = subprocess.Popen(self.command_in(host, "sh", "-c", own), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.clean.callback(self.sshds[host].wait)
        self.clean.callback(self.sshds[host].kill)
        self.wait_until(lambda: self.listening(host) or self.sshds[host].poll() is not None)
        if self.sshds[host].poll() is not None:
            raise OSError((self.folder / f"log-{host}").read_text(encoding="utf-8"))

    # What is there

    def pids(self, name):
        text = subprocess.run(["ip", "netns", "pids", self.namespace(name)], check=True, capture_output=True, text=True).stdout
        return [int(word) for word in text.split()]

    def agents(self, name):
        """Those of splicebench there."""
        found = []
        for pid in self.pids(name):
            with contextlib.suppress(OSError):
                if pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().endswith(b"splicebench\0agent\0"):
                    found.append(pid)
        return found

    def listening(self, name):
        """Addresses of TCP."""
        text = subprocess.run(self.command_in(name, "ss", "-Hltn"), check=True, capture_output=True, text=True).stdout
        return [line.split()[3] for line in text.splitlines()]

    def left(self):
        """What is in the namespaces beside sshd, for people: processes, listeners, temporary files."""
        found = []
        for name in ("runner", *HOSTS):
            sshd = self.sshds[name].pid if name in self.sshds else None
            for pid in self.pids(name):
                with contextlib.suppress(OSError):
                    command = pathlib.Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
                    if pid != sshd and command:
                        found.append(f"{name}: {pid} {command}")
            found += [f"{name}: listens on {address}" for address in self.listening(name) if not address.endswith(":22")]
            if name in HOSTS:
                found += [f"{name}: {path}" for path in self.temporary(name).iterdir()]
        return found

    @staticmethod
    def wait_until(condition, seconds=60):
        """Returns whether it came true."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def soon_left(self, seconds=60):
        """left() once nothing is, or after `seconds`."""
        self.wait_until(lambda: not self.left(), seconds)
        return self.left()

    # To run something

    def environment(self):
        return {**os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "TMPDIR": str(self.folder)}

    def start(self, *command, **options):
        """In the runner's namespace."""
        return subprocess.Popen(self.command_in("runner", *command), env=self.environment(), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def run(self, *command, timeout=120):
        process = self.start(*command)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def seconds_of_ssh(self):
        """That it takes to a host and back now, on this machine with its load."""
        begin = time.monotonic()
        done = self.run("ssh", "relay", "true")
        assert done.returncode == 0, done.stderr
        return time.monotonic() - begin

    @staticmethod
    def places(scheme="ssh", hosts=HOSTS):
        """The value of --hosts."""
        return ",".join(f"{role}={scheme}://{host}" for role, host in zip(HOSTS, hosts))

    @staticmethod
    def addresses(of=None):
        """The value of --addr for the data's own links."""
        return ",".join(f"{role}={(of or DATA)[role]}" for role in ("relay", "reader"))


class OverHosts(unittest.TestCase):
    """Tests that share three such hosts; without root or sshd they are skipped, and say why."""

    @classmethod
    def setUpClass(cls):
        if why := why_not():
            raise unittest.SkipTest(why)
        cls.hosts = cls.enterClassContext(SshHosts())

    def setUp(self):
        self.out = self.hosts.folder / f"{self.id()}.json"

    def recipe(self):
        """A file for --relay: somebody else's relay, with its version."""
        path = self.hosts.folder / "theirs.recipe"
        relay = pathlib.Path(__file__).parent / "bad_relay.py"
        path.write_text(f"version: echo theirs 1.2.3\ncommand: python3 {relay} good {{listen}} {{connect}}\n", encoding="utf-8")
        return str(path)
