"""Clients that misbehave: raw sockets to a port of this machine."""

import re
import resource
import select
import socket
from contextlib import contextmanager
from pathlib import Path

from fleet import program


def connect(port, source="127.0.0.1", timeout=20):
    opened = socket.socket()
    opened.settimeout(timeout)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if source != "127.0.0.1":
        opened.bind((source, 0))
    opened.connect(("127.0.0.1", port))
    return opened


def request(path="/webhook", body=b"", method="POST", headers=(), host="h"):
    """The bytes of a request; a Content-Length unless `headers` say how the body is framed."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers]
    if body and not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def read_all(opened):
    """What comes until the far end closes, by FIN or RST."""
    told = b""
    try:
        while part := opened.recv(65536):
            told += part
    except ConnectionError:
        pass
    return told


def talk(port, data, half_close=False, **options):
    """Sends, and reads to the end of the connection: b"" when it was cut without a word."""
    with connect(port, **options) as opened:
        try:
            opened.sendall(data)
            if half_close:
                opened.shutdown(socket.SHUT_WR)
        except ConnectionError:
            pass
        return read_all(opened)


def statuses(told):
    """Of each answer in what was read."""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] ([0-9]{3}) ", told)]


def is_cut(opened):
    """Whether the far end has ended it. Takes what it said."""
    poll = select.poll()  # select() knows the first 1,024 descriptors only
    poll.register(opened, select.POLLIN)
    try:
        while poll.poll(0):
            if not opened.recv(65536):
                return True
    except ConnectionError:
        return True
    return False


def drip(opened, data=b"x"):
    """One more byte; False once the connection is cut."""
    try:
        opened.send(data)
    except ConnectionError:
        return False
    return not is_cut(opened)


def files_allowed(wanted):
    """How many descriptors this process may have, raised as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


@contextmanager
def crowd(port, n, sources=("127.0.0.1",), first=b""):
    """n connections that say `first` and then nothing, a share from each source."""
    opened = []
    try:
        for number in range(n):
            one = connect(port, sources[number % len(sources)])
            opened.append(one)
            if first:
                try:
                    one.send(first)
                except ConnectionError:
                    pass  # cut already: that is what a crowd is for
        yield opened
    finally:
        for one in opened:
            one.close()


def rss_kib(pid, name="VmRSS"):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name + ":"))


def memory_allowed(mib):
    """In KiB; a sanitizer keeps what was freed, and a shadow of all."""
    is_sanitized = b"__asan_init" in Path(program("carteiro-gateway")).read_bytes()
    return (mib + 512 * is_sanitized) * 1024
