#!/usr/bin/env python3
"""Many connections at once through `splicebench relay`, content checked at both ends.

usage: proxy_soak.py PROGRAM [--connections N] [--bytes SIZE] [--mode MODE] [--threads N] [--most-memory MIB]
                     [--timeout SECONDS]

Half of SIZE goes to the server and half comes back, over N connections that are all open before the first byte. Each end hashes what
it sends and what it gets. Exit 1 when a hash differs, the relay's memory passed --most-memory (100 MiB), a
descriptor is left, or a connection did not finish in order. One line of JSON with the figures."""
import argparse
import asyncio
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time

PIECE = 256 << 10
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def size_of(text):
    for unit, factor in UNITS.items():
        if text.endswith(unit):
            return int(float(text[: -len(unit)]) * factor)
    return int(text)


async def send(writer, block, count, start):
    """Sends `count` bytes of the block, from `start` on and around; closes that direction. Returns their hash."""
    digest = hashlib.blake2b(digest_size=16)
    position = start
    while count:
        piece = block[position : position + min(PIECE, count)]
        position = (position + len(piece)) % len(block)
        digest.update(piece)
        writer.write(piece)
        await writer.drain()
        count -= len(piece)
    writer.write_eof()
    return digest.hexdigest()


async def receive(reader):
    digest, count = hashlib.blake2b(digest_size=16), 0
    while piece := await reader.read(PIECE):
        digest.update(piece)
        count += len(piece)
    return digest.hexdigest(), count


def descriptors_of(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def peak_memory_of(pid):
    """MiB, from VmHWM of /proc/PID/status."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


async def soak(options, faults):
    block = os.urandom(4 << 20)
    each = size_of(options.bytes) // 2 // options.connections
    served = {}
    taken = {number: asyncio.Event() for number in range(options.connections)}
    broken = []
    all_open = asyncio.Event()

    async def serve(reader, writer):
        try:
            # The first eight bytes name the connection; the server sends the same block from another place.
            number = int.from_bytes(await reader.readexactly(8), "big")
            if len(served) + 1 == options.connections:
                all_open.set()
            served[number] = None
            await all_open.wait()
            served[number] = await asyncio.gather(receive(reader), send(writer, block, each, (number * 4099) % len(block)))
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError) as error:
            broken.append(error)
        else:
            taken[number].set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096)
    target = server.sockets[0].getsockname()[1]
    relay = subprocess.Popen(
        [options.program, "relay", "--listen", ":0", "--connect", f":{target}", "--mode", options.mode,
         "--threads", str(options.threads), "--format", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        port = int(relay.stdout.readline().rsplit(":", 1)[1])
        descriptors = descriptors_of(relay.pid)
        asked = {}

        async def ask(number):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(number.to_bytes(8, "big"))
            await all_open.wait()
            sent, got = await asyncio.gather(send(writer, block, each, (number * 8191) % len(block)), receive(reader))
            asked[number] = (sent, got)
            # A closed socket whose peer's window stays shut is given up by the kernel (tcp_orphan_retries).
            while not taken[number].is_set() and not broken:
                await asyncio.sleep(0.05)
            writer.close()

        began = time.monotonic()
        clients = [asyncio.create_task(ask(number)) for number in range(options.connections)]
        try:
            await asyncio.gather(*clients)
        except OSError as error:
            for client in clients:
                client.cancel()
            await asyncio.gather(*clients, return_exceptions=True)
            broken.append(error)
        seconds = time.monotonic() - began
        while None in served.values() and not broken:
            await asyncio.sleep(0.01)
        if broken:
            ended = relay.poll()
            faults.append(f"a connection broke within {seconds:.1f} s ({broken[0]}), {len(asked)} had finished; " +
                          (f"the relay had ended with status {ended}" if ended is not None else
                           "the relay ran on, see below; dmesg says whether the kernel ran out of memory for sockets (net.ipv4.tcp_mem)"))
            return
        memory = peak_memory_of(relay.pid)
        # Idle engines are kept for the next connection for half a second, with their pipes.
        deadline = time.monotonic() + 2
        while descriptors_of(relay.pid) > descriptors and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        left = descriptors_of(relay.pid)
    finally:
        server.close()
        relay.send_signal(signal.SIGTERM)
        lines = relay.communicate()[1].splitlines()
        if broken:
            faults.append("what the relay said: " + " | ".join(lines[-3:]))
    if not lines or not lines[-1].startswith("{"):
        faults.append(f"the relay ended with status {relay.returncode} and no report: {' '.join(lines[-3:])}")
        return
    report = json.loads(lines[-1])

    wrong = [n for n in range(options.connections) if served[n][0] != (asked[n][0], each) or asked[n][1] != (served[n][1], each)]
    if wrong:
        faults.append(f"{len(wrong)} connections with wrong bytes, the first is {wrong[0]}")
    if memory > options.most_memory:
        faults.append(f"{memory:.1f} MiB of memory")
    if left > descriptors:
        faults.append(f"{left} descriptors, {descriptors} before")
    if report["finished"] != options.connections:
        faults.append(f"{report['finished']} of {options.connections} connections finished in order")
    moved = report["to_connect"]["out"] + report["from_connect"]["out"]
    print(json.dumps({"mode": options.mode, "threads": options.threads, "connections": options.connections, "bytes": moved,
                      "seconds": round(seconds, 2), "peak_memory_mib": round(memory, 1), "descriptors": [descriptors, left],
                      "relay_cpu_s_per_gb": round((report["cpu_user"] + report["cpu_system"]) / moved * 1e9, 3)}))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--bytes", default="10GiB")
    parser.add_argument("--mode", default="generic")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--most-memory", type=float, default=100, help="MiB")
    parser.add_argument("--timeout", type=float, default=600, help="seconds")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    faults = []
    try:
        asyncio.run(asyncio.wait_for(soak(options, faults), options.timeout))
    except asyncio.TimeoutError:
        faults.append(f"not finished within {options.timeout:g} s")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
