#!/usr/bin/env python3
"""Many connections at once through `splicebench relay`, content checked at both ends.

usage: relay_soak.py PROGRAM [--connections N] [--bytes SIZE] [--mode MODE] [--threads N] [--most-memory MIB]

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
    all_open = asyncio.Event()

    async def serve(reader, writer):
        # The first eight bytes name the connection; the server sends the same block from another place.
        number = int.from_bytes(await reader.readexactly(8), "big")
        if len(served) + 1 == options.connections:
            all_open.set()
        served[number] = None
        await all_open.wait()
        got, sent = await asyncio.gather(receive(reader), send(writer, block, each, (number * 4099) % len(block)))
        served[number] = (got, sent)
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
            writer.close()

        began = time.monotonic()
        await asyncio.gather(*(ask(number) for number in range(options.connections)))
        seconds = time.monotonic() - began
        while None in served.values():
            await asyncio.sleep(0.01)
        memory = peak_memory_of(relay.pid)
        # Idle engines are kept for the next connection for half a second, with their pipes.
        deadline = time.monotonic() + 2
        while descriptors_of(relay.pid) > descriptors and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        left = descriptors_of(relay.pid)
    finally:
        relay.send_signal(signal.SIGTERM)
        report = json.loads(relay.communicate()[1].splitlines()[-1])
    server.close()

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
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    faults = []
    asyncio.run(soak(options, faults))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
