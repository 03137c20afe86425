"""Clients that misbehave, each a process: they say when they are at it, and go on until they are killed."""

import socket
import time

from rude import connect, files_allowed, request

MIB = 1 << 20
BOMBS = tuple(body.decode() for body in (
    b"[" + b"{}," * (MIB - 2) + b"{}]", b"{},{}" * (3 * MIB // 5), b"[" * (3 * MIB), b"[" + b"1," * (3 * MIB // 2 - 2) + b"1]"))


def enough_files(n):
    """How many connections of n this machine's limit of descriptors leaves."""
    return min(n, files_allowed(n + 200) - 200)


def throw(port, ready, bombs):
    """One bomb after another, each on a connection of its own."""
    requests = [request(body=body.encode(), headers=[f"X-Hub-Signature-256: {signature}", "Connection: close"])
                for body, signature in bombs]
    ready.put("bombs")
    while True:
        for data in requests:
            try:
                with connect(port, timeout=60) as opened:
                    opened.sendall(data)
                    while opened.recv(65536):
                        pass
            except OSError:
                pass


def loris(port, ready, n):
    """n connections, half of them in a head and half in a body, a byte of each every second; cut ones come again."""
    heads = [b"POST /webhook HTTP/1.1\r\nHost: h\r\nX-Slow: ", request(headers=["Content-Length: 3000000"])]
    opened = {}
    while True:
        began = time.monotonic()
        for number in range(n):
            try:
                if number not in opened:
                    opened[number] = connect(port, f"127.0.8.{1 + number % 50}")
                    opened[number].send(heads[number % 2])
                opened[number].send(b"x")
            except OSError:
                opened.pop(number, socket.socket()).close()
        if ready:
            ready.put("loris")
            ready = None
        time.sleep(max(0, began + 1 - time.monotonic()))


def idle(port, ready, n, sources):
    """n connections that say nothing; those that are cut come again, a thousand a second at most."""
    n, opened = enough_files(n), {}
    while True:
        began, again = time.monotonic(), 0
        for number in range(n):
            try:
                if number not in opened:
                    again += 1
                    opened[number] = connect(port, sources[number % len(sources)])
                elif not opened[number].recv(1, socket.MSG_DONTWAIT):
                    raise OSError("closed")
            except BlockingIOError:
                pass
            except OSError:
                opened.pop(number, socket.socket()).close()
            if number in opened:
                opened[number].setblocking(False)
            if not ready and again >= 1000:
                break
        if ready:
            ready.put("idle")
            ready = None
        time.sleep(max(0.0, began + 1 - time.monotonic()))
