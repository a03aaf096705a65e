#!/usr/bin/env python3
"""A relay that misbehaves as told: what `run --relay` must notice.

usage: bad_relay.py FAULT LISTEN CONNECT    (HOST:PORT or unix:PATH each)"""
import os
import select
import socket
import sys
import threading
import time

fault, listen, connect = sys.argv[1:4]


def address_of(text):
    if text.startswith("unix:"):
        return socket.AF_UNIX, text[5:]
    host, port = text.rsplit(":", 1)
    return socket.AF_INET, (host, int(port))


targets = []  # of many connections, in their order
half_way = threading.Event()
helper = threading.Thread(target=half_way.wait)
if fault == "thread-ends":  # its own context switches go with it
    helper.start()


def forward(source, sink, other_way):
    moved = 0
    while data := source.recv(65536):
        if helper.is_alive() and moved > 100000:
            half_way.set()
            helper.join()
        if fault == "pause":
            time.sleep(0.001)
        if other_way or fault in ("good", "pause", "thread-ends", "many", "one", "swap") or moved + len(data) < 100000:
            pass
        elif fault == "lose":
            data = data[1:]
        elif fault == "change":
            data = bytes([data[0] ^ 1]) + data[1:]
        elif fault == "double":
            data += data[-1:]
        elif fault == "hang":
            time.sleep(3600)
        elif fault == "crash":
            print("out of luck", file=sys.stderr)
            os.abort()
        moved += len(data)
        if fault == "swap" and not other_way and moved > 16:  # all but the token
            targets[targets.index(sink) ^ 1].sendall(data)
        else:
            sink.sendall(data)
    if fault == "close-both":
        os._exit(0)
    if fault != "keep-open":
        sink.shutdown(socket.SHUT_WR)


if fault == "exit":
    print("first line\nsecond line\nthird line\nno such license", file=sys.stderr)
    sys.exit(7)
if fault == "silent":
    print("thinking", file=sys.stderr)
    time.sleep(3600)
if fault == "background" and os.fork() > 0:
    sys.exit(0)
if fault == "background":
    os.setsid()
family, address = address_of(listen)
server = socket.socket(family)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(address)
server.listen()
while fault in ("many", "swap"):
    client, _ = server.accept()
    targets.append(socket.create_connection(address_of(connect)[1]))
    for way in ((client, targets[-1], False), (targets[-1], client, True)):
        threading.Thread(target=forward, args=way).start()
client, _ = server.accept()
if fault == "leave":
    print(f"nothing for {connect}", file=sys.stderr)
    sys.exit(7)
if fault == "unconnected":
    time.sleep(3600)
if fault == "work":
    if os.fork() == 0:  # a child that uses CPU time beside its parent
        while True:
            select.select([], [], [], 0)
if fault == "one":  # which may be asked for more
    server.close()
family, address = address_of(connect)
target = socket.socket(family)
target.connect(address)
thread = threading.Thread(target=forward, args=(target, client, True))
thread.start()
forward(client, target, False)
thread.join()
