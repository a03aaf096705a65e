#!/usr/bin/env python3
"""hosts_test.py SPLICEBENCH: runs over three hosts that are reached by ssh, and over network namespaces."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "testing"))
import ssh_hosts  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])


def short(modes="generic,splice", rounds=2):
    return ["--chunks", "64KiB", "--modes", modes, "--rounds", str(rounds), "--min-time", "5ms"]


# Says nothing to one listener and too much to the next; prints what it is told. The kernel is asked who listens
# (sock_diag(7)), since that is for less than a millisecond.
STRANGER = r"""
import itertools, socket, struct
LISTENING = struct.pack("=IHHII BBBBI 48s", 72, 20, 0x301, 1, 0, socket.AF_INET, socket.IPPROTO_TCP, 0, 0, 1 << 10, b"")
kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4)

def listeners():
    kernel.send(LISTENING)
    while True:
        answer = kernel.recv(1 << 16)
        while answer:
            length, kind = struct.unpack_from("=IH", answer)
            if kind != 20:
                return
            yield socket.inet_ntoa(answer[24:28]), int.from_bytes(answer[20:22], "big")
            answer = answer[length + 3 & ~3:]

for size in itertools.cycle((0, 1000)):
    for address in list(listeners()):
        if address[1] == 22:
            continue
        try:
            with socket.create_connection(address, timeout=10) as connection:
                connection.sendall(b"x" * size)
                print(connection.recv(9).decode(), end="", flush=True)
        except OSError:
            pass
"""


class HostsTest(ssh_hosts.OverHosts):
    def run_program(self, *arguments, command="run"):
        return self.hosts.run(PROGRAM, command, *arguments)

    def measure(self, *arguments, **other):
        """A run that must go well; its result, and what it printed."""
        done = self.run_program("--out", str(self.out), *short(**other), *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.hosts.soon_left(), [])
        result = json.loads(self.out.read_text(encoding="utf-8"))
        samples = [entry for entry in result["benchmarks"] if entry["run_type"] == "iteration"]
        self.assertEqual([entry["error_message"] for entry in samples if "error_message" in entry], [])
        self.assertTrue(all(entry["bytes_per_second"] > 0 for entry in samples))
        return result["splicebench"], samples, done

    def over_ssh(self, *arguments, **other):
        return self.measure("--hosts", self.hosts.places(), "--remote-program", PROGRAM, *arguments, **other)

    def refused(self, *arguments, **other):
        """The one line of a run that is not begun."""
        done = self.run_program("--out", str(self.out), *short(**other), *arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertFalse(self.out.exists())
        self.assertEqual(self.hosts.soon_left(), [])
        return done.stderr

    def test_a_run_by_ssh_names_its_hosts_measures_each_and_tells_what_is_there(self):
        own, samples, done = self.over_ssh("--addr", self.hosts.addresses())
        self.assertEqual(own["options"]["hosts"], {role: f"ssh://{role}" for role in ssh_hosts.HOSTS})
        self.assertEqual([host["role"] for host in own["hosts"]], list(ssh_hosts.HOSTS))
        self.assertEqual([host["address"] for host in own["hosts"]], list(ssh_hosts.DATA.values()))
        self.assertEqual(len(samples), 4)
        for entry in samples:
            self.assertEqual(entry["strangers"], 0)
            self.assertGreater(entry["control_round_trip_seconds"], 0)
            self.assertLess(entry["control_round_trip_seconds"], entry["seconds"])
            for key in ("writer_host_busy_seconds", "reader_host_busy_seconds", "writer_socket_cwnd", "source_cwnd", "sink_cwnd",
                        "reader_socket_cwnd"):
                self.assertIn(key, entry)
        for text in (done.stdout, done.stderr):
            self.assertIn("writer on writer, relay on relay, reader on reader", " ".join(text.split()))
        self.assertIn(f"--hosts '{self.hosts.places()}' --addr {self.hosts.addresses()}", own["environment"]["command"])
        busy = [warning["text"] for warning in own["warnings"] if warning["code"] == "load"]
        self.assertTrue(all("% of the CPUs of ssh://" in text for text in busy), busy)
        writer, relay, reader = own["hosts"]
        self.assertEqual(writer["nic"], "relay (veth, 10000 Mbit/s)")
        self.assertEqual(relay["nic"], "writer (veth, 10000 Mbit/s); reader (veth, 10000 Mbit/s)")
        self.assertEqual(reader["nic"], "relay (veth, 10000 Mbit/s)")
        for host in own["hosts"]:
            self.assertEqual((host["mtu"], host["qdisc"]), (1500, "noqueue"))
            self.assertIn("gso", host["offloads"].split())
            for key in ("host", "kernel", "cpu_model", "cpus", "congestion"):
                self.assertTrue(host[key], key)

    def test_without_addresses_those_that_ssh_reached_are_used(self):
        own, _, _ = self.over_ssh()
        self.assertEqual([host["address"] for host in own["hosts"][1:]], [ssh_hosts.CONTROL[role] for role in ("relay", "reader")])

    def test_ipv6(self):
        own, _, _ = self.over_ssh("--addr", self.hosts.addresses(ssh_hosts.DATA_6))
        self.assertEqual([host["address"] for host in own["hosts"][1:]], [ssh_hosts.DATA_6[role] for role in ("relay", "reader")])

    def test_many_flows_and_the_floor(self):
        _, samples, _ = self.over_ssh("--addr", self.hosts.addresses(), "--flows", "1,16", modes="splice,direct")
        self.assertEqual({entry.get("flows") for entry in samples}, {"1", "16"})
        self.assertEqual({entry["mode"] for entry in samples}, {"splice", "direct"})

    def test_round_trips_between_hosts_through_ours_and_somebody_elses_relay(self):
        places = ",".join(f"{role}=ssh://{host}" for role, host in zip(("client", "relay", "server"), ssh_hosts.HOSTS))
        addresses = f"relay={ssh_hosts.DATA['relay']},server={ssh_hosts.DATA['reader']}"
        arguments = ["--hosts", places, "--addr", addresses, "--remote-program", PROGRAM, "-n", "300", "--rounds", "3", "--modes", "splice",
                     "--out", str(self.out)]
        done = self.run_program(*arguments, "--relay", self.recipe(), command="ping")
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(self.out.read_text(encoding="utf-8"))
        blocks = [entry for entry in result["benchmarks"] if entry["run_type"] == "iteration"]
        self.assertEqual(sorted(entry["mode"] for entry in blocks), ["floor"] * 3 + ["relay:theirs"] * 3 + ["splice"] * 3)
        for entry in blocks:
            self.assertNotIn("error_message", entry)
            self.assertEqual(entry["round_trips"], 100)
            processes = ["client", "server"] + ["relay"] * (entry["mode"] != "floor")
            self.assertEqual("relay_cpu_seconds" in entry, "relay" in processes)
            for process in processes:
                self.assertGreater(entry[f"{process}_cpu_seconds"], 0)
                self.assertGreater(entry[f"{process}_voluntary_switches"], 0)
        self.assertEqual([relay["version"] for relay in result["splicebench"]["options"]["relays"]], ["theirs 1.2.3"])
        self.assertEqual([host["address"] for host in result["splicebench"]["hosts"]], list(ssh_hosts.DATA.values()))
        self.assertIn("client on writer, relay on relay, server on reader", done.stdout)
        self.assertIn(f"--hosts '{places}' --addr {addresses}", result["splicebench"]["environment"]["command"])
        self.assertEqual(self.hosts.soon_left(), [])
        done = self.run_program(*arguments, "--force", "--relay", "lost=/nowhere/relay {listen} {connect}", command="ping")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("--relay: host ssh://relay: relay lost: there is no program '/nowhere/relay'", done.stderr)

    def test_somebody_elses_relay_runs_on_the_relays_host(self):
        own, samples, _ = self.over_ssh("--relay", self.recipe(), modes="splice", rounds=1)
        self.assertEqual({entry["mode"] for entry in samples}, {"splice", "relay:theirs"})
        self.assertEqual([relay["version"] for relay in own["options"]["relays"]], ["theirs 1.2.3"])
        theirs = [entry for entry in samples if entry["mode"] == "relay:theirs"]
        self.assertTrue(all(entry["relay_seconds_per_GB"] > 0 for entry in theirs))

    def test_an_engine_is_asked_for_on_the_relays_host(self):
        """Where it may not do what a socket map takes."""
        program = self.hosts.folder / "bounded"
        program.write_text(f"#!/bin/sh\nexec setpriv --bounding-set=-bpf,-net_admin,-sys_admin {PROGRAM} \"$@\"\n", encoding="utf-8")
        program.chmod(0o755)
        over = ["--hosts", self.hosts.places(), "--remote-program", str(program)]
        own, _, done = self.measure(*over, modes="all", rounds=1)
        self.assertIn("--modes: all leaves sockmap out: it is not available on host ssh://relay: ", done.stderr)
        self.assertNotIn("sockmap", own["options"]["modes"])
        done = self.run_program("--out", str(self.out), "--force", *short(modes="generic,sockmap"), *over)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("--modes: 'sockmap' is not available on host ssh://relay: ", done.stderr)

    def test_namespaces_need_no_ssh_and_a_role_that_is_not_named_is_local(self):
        place = f"netns://{self.hosts.namespace('reader')}"
        own, _, done = self.measure("--hosts", f"reader={place}")
        self.assertEqual([host["place"] for host in own["hosts"]], ["local", "local", place])
        self.assertIn(f"reader on {self.hosts.namespace('reader')}", " ".join(done.stdout.split()))

    def test_the_program_is_sent_there_and_nothing_of_it_stays(self):
        own, _, _ = self.measure("--hosts", self.hosts.places(), "--copy")
        self.assertTrue(own["options"]["copy"])

    def test_a_host_that_cannot_keep_or_start_what_is_sent_says_why_and_keeps_nothing(self):
        for options, said in {"noexec": "Permission denied", "size=64k": "No space left on device"}.items():
            with self.subTest(options), self.hosts.small_temporary("relay", options) as folder:
                line = self.refused("--hosts", "relay=ssh://relay", "--copy")
                self.assertTrue(line.startswith("splicebench: --hosts: host ssh://relay: "), line)
                self.assertIn(said, line)
                self.assertIn("leave --copy out", line)
                self.assertTrue(self.hosts.wait_until(lambda: not os.listdir(folder)))

    def test_ssh_says_in_its_own_words_why_it_does_not_get_there(self):
        words = {"silent": "Connection refused", "nowhere": "No route to host", "impostor": "Host key verification failed."}
        for name, said in words.items():
            with self.subTest(name):
                line = self.refused("--hosts", f"writer=ssh://writer,relay=ssh://{name}", "--remote-program", PROGRAM)
                self.assertTrue(line.startswith(f"splicebench: --hosts: host ssh://{name}: "), line)
                self.assertIn(said, line)

    def test_a_host_without_the_program_or_with_another_is_named(self):
        line = self.refused("--hosts", "relay=ssh://relay")
        self.assertIn("host ssh://relay: ", line)
        self.assertIn("--copy", line)
        other = self.hosts.folder / "other"
        other.write_text(f"#!/bin/sh\n{PROGRAM} agent </dev/null | head -n 1 | sed 's/[0-9][0-9.]*/9.9.9/'\n", encoding="utf-8")
        other.chmod(0o755)
        line = self.refused("--hosts", "relay=ssh://relay", "--remote-program", str(other))
        self.assertIn("host ssh://relay has another build of splicebench: it says '", line)
        self.assertIn("9.9.9", line)

    def test_connections_that_cannot_be_made_are_found_out_before_anything_is_measured(self):
        over = ["--hosts", self.hosts.places(), "--remote-program", PROGRAM]
        line = self.refused(*over, "--addr", "relay=10.99.0.1")
        self.assertIn("host ssh://relay: listen on 10.99.0.1:0: Cannot assign requested address", line)
        self.assertIn("--addr", line)
        # The floor alone goes from the writer to the reader.
        self.hosts.within("writer", "ip", "route", "add", "unreachable", ssh_hosts.DATA["reader"])
        self.addCleanup(self.hosts.within, "writer", "ip", "route", "del", "unreachable", ssh_hosts.DATA["reader"])
        self.over_ssh("--addr", self.hosts.addresses(), modes="splice", rounds=1)
        self.out.unlink()
        line = self.refused(*over, "--addr", self.hosts.addresses(), modes="splice,direct")
        self.assertRegex(line, "host ssh://writer: .*10.78.2.2:.*; see that each host has its address")

    def test_a_namespace_that_is_not_there_is_named(self):
        self.assertIn("'nosuch'", self.refused("--hosts", "relay=netns://nosuch"))

    def test_strangers_are_closed_unread_and_counted(self):
        """Whatever listens in the relay's namespace, if only until its own connections are there, is connected to at once."""
        process = self.hosts.start(PROGRAM, "run", "--hosts", self.hosts.places(), "--addr", self.hosts.addresses(), "--remote-program",
                                   PROGRAM, "--out", str(self.out), *short(rounds=1000))
        self.addCleanup(process.kill)
        stranger = subprocess.Popen(self.hosts.command_in("relay", sys.executable, "-c", STRANGER), stdout=subprocess.PIPE, text=True)
        self.addCleanup(stranger.kill)
        journal = pathlib.Path(f"{self.out}.journal")

        def counted():
            return process.poll() is not None or journal.exists() and re.search('"strangers":[1-9]', journal.read_text(encoding="utf-8"))

        self.assertTrue(self.hosts.wait_until(counted, 60))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, err)
        stranger.kill()
        self.assertEqual(stranger.communicate()[0], "")  # never answered
        result = json.loads(self.out.read_text(encoding="utf-8"))
        came = sum(entry.get("strangers", 0) for entry in result["benchmarks"])
        self.assertGreater(came, 0)
        self.assertEqual([entry["error_message"] for entry in result["benchmarks"] if "error_message" in entry], [])
        warnings = {warning["code"]: warning["text"] for warning in result["splicebench"]["warnings"]}
        self.assertIn(f"{came} connection", warnings["strangers"])
        self.assertEqual(self.hosts.soon_left(), [])


unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
